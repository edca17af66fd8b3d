import { compareCodePoints } from '../../python/text.ts'
import type { RolloutFormat, Unit } from '../../rollout/format.ts'
import type { Source } from '../../rollout/log/source.ts'
import { comparePlaces, placeOf, type UnitPlace } from '../../rollout/unit-place.ts'
import { type Entry, refId } from './entries.ts'
import { type FileState, filesOf, keepsGuard, sameStates, statesOf } from './files.ts'

/** A unit of the store, or one that is new to it. */
export type Planned = {
  id: string
  root: string
  key: string
  ref: NamedUnit | null // null: it was not looked for, or its files are gone
  known: Entry | null
  files: FileState[] // as they are now
  isGone: boolean
  seen?: SeenFiles // where it was parsed elsewhere
}

/** A unit, the format that reads it, and the folder it lies below. */
export type NamedUnit = { format: RolloutFormat; source: Source | { readonly root: string }; unit: Unit; place?: UnitPlace }

/** What whoever parsed a unit saw of the files around it. */
export type SeenFiles = { others: FileState[]; guard: string | null; at: number }

/** Compare what was found with what the store knows. Where nothing has to be parsed, its order is of no matter, and to tell it takes as long again. */
export function lookAtUnits(found: readonly NamedUnit[], entries: ReadonlyMap<string, Entry>): Planned[] {
  let matched = 0
  const units = found.map((ref): Planned => {
    const { source, unit } = ref
    const id = refId(ref)
    const known = entries.get(id) ?? null
    if (known !== null) matched++
    return { id, root: source.root, key: unit.key, ref, known, files: statesOf(source.root, filesOf(unit)), isGone: false }
  })
  return matched === entries.size ? units : [...units, ...othersIn(entries, units)]
}

/** What a store knows and was not found. */
function othersIn(entries: ReadonlyMap<string, Entry>, units: readonly Planned[]): Planned[] {
  const ids = new Set(units.map(({ id }) => id))
  let searched: Set<string> | null = null
  const isSearched = (file: string) => {
    searched ??= new Set(units.map(({ ref }) => `${ref!.source.root}\n${ref!.unit.files[0]}\n${ref!.format.name}`))
    return searched.has(file)
  }
  const others: Planned[] = []
  for (const [id, known] of entries) {
    if (ids.has(id)) continue
    const { root, key, member, format, files: before } = known.reading
    const files = statesOf(
      root,
      before.map(([path]) => path),
    )
    // A member is gone when its file was looked through without it; other units are gone with their files.
    const isGone = member === null ? files.length < before.length : files.length === 0 || isSearched(`${root}\n${before[0]![0]}\n${format}`)
    others.push({ id, root, key, ref: null, known, files, isGone })
  }
  return others
}

/**
 * Units in the order in which they claim ids: what was not looked for keeps its own, what is gone gives way. `found`: those that were found,
 * where they stand among each other.
 */
export function inOrder(units: readonly Planned[], found: readonly NamedUnit[]): Planned[] {
  const byId = new Map(units.map(planned => [planned.id, planned]))
  for (const ref of found) byId.get(refId(ref))!.ref = ref
  const order = (a: Planned, b: Planned) => comparePlaces(plannedPlace(a), plannedPlace(b)) || compareCodePoints(a.id, b.id)
  const rank = ({ ref, isGone }: Planned) => (isGone ? 2 : ref === null ? 0 : 1)
  return [...units].sort((a, b) => rank(a) - rank(b) || order(a, b))
}

function plannedPlace({ ref, root, key }: Planned): UnitPlace {
  return ref === null ? { root, order: key } : placeOf(ref)
}

/** Tells whether a unit that is as it was when it was read held its session then, or repeated another. */
export function standingsOf(units: readonly Planned[]): (ref: NamedUnit) => 'holds' | 'repeats' | null {
  const byRef = new Map(units.map(planned => [planned.ref, planned]))
  return ref => {
    const { known, files } = byRef.get(ref)!
    if (known === null) return null
    const { version, gone, files: before } = known.reading
    if (gone !== null || version !== ref.format.version || !sameStates(before, files)) return null
    return known.came.rows.some(({ id, stored }) => stored === id) ? 'holds' : 'repeats'
  }
}

/** Whether a unit has to be parsed: it is new, its files changed, its format's reader did, or what its rows depend on. */
export function needsParsing({ ref, known, files }: Planned): boolean {
  if (ref === null) return false
  if (known === null) return true
  const { version, gone, isOld, files: before, root, guard, at, others, absent } = known.reading
  if (version !== ref.format.version || gone !== null || isOld) return true
  if (!sameStates(before, files) || !keepsGuard(root, files, guard, at)) return true
  if (
    others.length > 0 &&
    !sameStates(
      others,
      statesOf(
        root,
        others.map(([path]) => path),
      ),
    )
  )
    return true
  return absent.length > 0 && statesOf(root, absent).length > 0
}

/**
 * Whether a state shall be left of a unit, and one that was left be used: its log grew since it was read, so it may grow again. The
 * first ingest of a log pays nothing for it.
 */
export function isWorthResuming({ known, files }: Pick<Planned, 'known' | 'files'>): boolean {
  const [file, ...others] = files
  const before = known?.reading.files[0]
  return file !== undefined && others.length === 0 && before !== undefined && before[3] === file[3] && file[1] > before[1]
}
