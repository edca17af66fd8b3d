import { compareCodePoints } from '../../python/text.ts'
import type { RolloutFormat, Unit } from '../../rollout/format.ts'
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
export type NamedUnit = { format: RolloutFormat; source: { readonly root: string }; unit: Unit; place?: UnitPlace }

/** What whoever parsed a unit saw of the files around it. */
export type SeenFiles = { others: FileState[]; guard: string | null; at: number }

/** Compare what was found with what the store knows, in the order in which units claim ids: what was not looked for keeps its own, what is gone gives way. */
export function planUnits(found: readonly NamedUnit[], entries: ReadonlyMap<string, Entry>): Planned[] {
  const units: Planned[] = found.map(ref => {
    const { source, unit } = ref
    const id = refId(ref)
    const files = statesOf(source.root, filesOf(unit))
    return { id, root: source.root, key: unit.key, ref, known: entries.get(id) ?? null, files, isGone: false }
  })
  const ids = new Set(units.map(unit => unit.id))
  let searched: Set<string> | null = null
  const isSearched = (file: string) => {
    searched ??= new Set(found.map(({ source, unit, format }) => `${source.root}\n${unit.files[0]}\n${format.name}`))
    return searched.has(file)
  }
  for (const [id, known] of entries) {
    if (ids.has(id)) continue
    const { root, key, format } = known
    const files = statesOf(
      root,
      known.files.map(([path]) => path),
    )
    // A member is gone when its file was looked through without it; other units are gone with their files.
    const isGone =
      known.member === null
        ? files.length < known.files.length
        : files.length === 0 || isSearched(`${root}\n${known.files[0]![0]}\n${format}`)
    units.push({ id, root, key, ref: null, known, files, isGone })
  }
  const order = (a: Planned, b: Planned) => comparePlaces(plannedPlace(a), plannedPlace(b)) || compareCodePoints(a.id, b.id)
  const rank = ({ ref, isGone }: Planned) => (isGone ? 2 : ref === null ? 0 : 1)
  return units.sort((a, b) => rank(a) - rank(b) || order(a, b))
}

function plannedPlace({ ref, root, key }: Planned): UnitPlace {
  return ref === null ? { root, order: key } : placeOf(ref)
}

/** Whether a unit that is as it was when it was read held its session then, or repeated another. */
export function standingIn(entries: ReadonlyMap<string, Entry>, ref: NamedUnit): 'holds' | 'repeats' | null {
  const known = entries.get(refId(ref))
  if (known === undefined || known.gone !== null || known.version !== ref.format.version) return null
  if (!sameStates(known.files, statesOf(ref.source.root, filesOf(ref.unit)))) return null
  return known.rows.some(({ id, stored }) => stored === id) ? 'holds' : 'repeats'
}

/** Whether a unit has to be parsed: it is new, its files changed, its format's reader did, or what its rows depend on. */
export function needsParsing({ ref, known, files }: Planned): boolean {
  if (ref === null) return false
  if (known === null || known.version !== ref.format.version || known.gone !== null) return true
  // Rows of older versions do not say what they share with others.
  if (known.rows.some(row => row.copies === undefined)) return true
  const { root, guard, at, others, absent } = known
  if (!sameStates(known.files, files) || !keepsGuard(root, files, guard, at)) return true
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
  const before = known?.files[0]
  return file !== undefined && others.length === 0 && before !== undefined && before[3] === file[3] && file[1] > before[1]
}
