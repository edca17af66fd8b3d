import { compareCodePoints } from '../python/text.ts'
import type { Unit } from './format.ts'

/** By what units are sorted. */
export type UnitPlace = {
  /** The folder it lies below. */
  root: string
  /** Compared by code points. */
  order: string
}

/** Where a unit stands among others. */
export function placeOf({ place, source, unit }: { place?: UnitPlace; source: { readonly root: string }; unit: Unit }): UnitPlace {
  return place ?? { root: source.root, order: unit.order ?? unit.key }
}

/** The order of units. */
export function comparePlaces(a: UnitPlace, b: UnitPlace): number {
  return compareCodePoints(a.root, b.root) || compareCodePoints(a.order, b.order)
}
