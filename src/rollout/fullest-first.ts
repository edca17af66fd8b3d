import { hash } from 'node:crypto'
import { posix } from 'node:path'
import { isUnique } from './conversation/copy-print.ts'
import type { UnitRef } from './find.ts'
import { DEFAULT_PARSE_OPTIONS } from './format.ts'
import { Ledger } from './log/ledger.ts'
import { longerOf } from './log/longer-file.ts'
import { plainName } from './log/plain-name.ts'
import { placeOf } from './unit-place.ts'

/** Whether a unit was found to hold its session, or to repeat another that does; null: it is not known, or not any more. */
export type Standing = (ref: UnitRef) => 'holds' | 'repeats' | null

/**
 * Units in the order in which they claim ids: of one session that lies in several places the fullest log comes first, so that the others
 * are its copies and not it theirs. The fullest is the one that goes on where the other ends; where they differ earlier, the one that gives
 * most messages, then most tokens, then a higher cost, then most records; of equals the first by its path. The others keep their places.
 */
export async function fullestFirst(units: readonly UnitRef[], standing: Standing = () => null): Promise<UnitRef[]> {
  const ordered = [...units]
  const compared = new Comparisons()
  for (const slots of await sameSessions(units)) {
    const best = await fullestOf(
      slots.map(slot => units[slot]!),
      standing,
      compared,
    )
    if (best === 0) continue
    const moved = [slots[best]!, ...slots.filter((_, i) => i !== best)]
    for (const [i, slot] of slots.entries()) ordered[slot] = { ...units[moved[i]!]!, place: placeOf(units[slot]!) }
  }
  return ordered
}

/** Index of the fullest; what was found before is asked again only where something changed. */
async function fullestOf(refs: readonly UnitRef[], standing: Standing, compared: Comparisons): Promise<number> {
  const known = refs.map(standing)
  if (!known.includes(null)) return Math.max(0, known.indexOf('holds'))
  let best = 0
  for (let i = 1; i < refs.length; i++) if (await compared.isFuller(refs[i]!, refs[best]!)) best = i
  return best
}

/** Numbers of units that may be one session: by a name that no other session has, else by the name of the file and how it begins. */
async function sameSessions(units: readonly UnitRef[]): Promise<number[][]> {
  const first = new Map<string, number>()
  const named = new Map<string, number[]>() // of more than one: nearly every name is one unit's
  for (const [i, unit] of units.entries()) {
    const name = nameOf(unit)
    const known = first.get(name)
    if (known === undefined) first.set(name, i)
    else if (named.has(name)) named.get(name)!.push(i)
    else named.set(name, [known, i])
  }
  const groups: number[][] = []
  for (const [name, slots] of named) {
    if (name.endsWith(OF_ITS_OWN)) groups.push(slots)
    else groups.push(...(await alikeIn(units, slots)).filter(({ length }) => length > 1))
  }
  return groups
}

async function alikeIn(units: readonly UnitRef[], slots: readonly number[]): Promise<number[][]> {
  const groups = new Map<string, number[]>()
  for (const slot of slots) {
    const { source, unit } = units[slot]!
    // What cannot be read is told where it is read whole.
    const head = await source.head(unit.files[0]!, HEAD_BYTES).catch(() => null)
    if (head === null || head.length === 0) continue
    const key = hash('sha1', head)
    groups.set(key, [...(groups.get(key) ?? []), slot])
  }
  return [...groups.values()]
}

/** Ids and times of a session stand in so many bytes of its log. */
const HEAD_BYTES = 256

const OF_ITS_OWN = '\n*'
/** The name of a file that is an id which was drawn at random, as nearly all are. */
const BY_UUID = /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{12})\.[a-z]+$/
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g

/** The part of a path that tells a session: from the last id in it on; of a file the id alone, for copies get other names. */
function nameOf({ format, unit }: UnitRef): string {
  const [path] = unit.files
  const file = plainName(path!)
  if (unit.member !== undefined) return `${format.name}\n${posix.basename(file)}\n${unit.member}${OF_ITS_OWN}`
  const id = BY_UUID.exec(file.slice(file.lastIndexOf('/') + 1))?.[1]
  if (id !== undefined) return `${format.name}\n${id}${OF_ITS_OWN}`
  const parts = file.split('/')
  const at = parts.findLastIndex(part => tellsSession(part.replace(/\.[a-z]+$/, '')))
  if (at < 0) return `${format.name}\n${parts.at(-1)}`
  const own = parts[at]!
  return `${format.name}\n${[own.match(UUID)?.at(-1) ?? own, ...parts.slice(at + 1)].join('/')}${OF_ITS_OWN}`
}

/** An id that was drawn at random, or a time to the second: names of tasks, and numbers counted up, are given to many sessions. */
function tellsSession(name: string): boolean {
  return isUnique(name) || (name.match(/\d/g)?.length ?? 0) >= TIME_DIGITS
}

const TIME_DIGITS = 10

/** Compares units, each file with each only once, and reads each unit at most once for it. */
class Comparisons {
  private readonly measures = new Map<UnitRef, Promise<Measure>>()
  private readonly files = new Map<string, ReturnType<typeof longerOf>>()
  private readonly names = new Map<UnitRef, string | null>()

  async isFuller(one: UnitRef, best: UnitRef): Promise<boolean> {
    const longer = await this.longer(one, best)
    if (longer !== 'neither') return longer === 'first'
    if (this.areOfTwo(one, best)) return false
    const [own, other] = [await this.measureOf(one), await this.measureOf(best)]
    if (own === null || other === null || own.id !== other.id) return own !== null && other === null
    const at = own.told.findIndex((count, i) => count !== other.told[i])
    return at >= 0 && own.told[at]! > other.told[at]!
  }

  /** Of logs of more than one file nothing is told by the length of one. */
  private async longer(one: UnitRef, other: UnitRef): Promise<Awaited<ReturnType<typeof longerOf>>> {
    const [a, b] = [one.unit.files, other.unit.files]
    if (a.length > 1 || b.length > 1) return 'neither'
    const name = [one, other].map(({ source, unit }) => `${source.root}\n${unit.files[0]}`).join('\n')
    const known = this.files.get(name) ?? longerOf([one.source, a[0]!], [other.source, b[0]!])
    this.files.set(name, known)
    const longer = await known
    // A store grows in its middle; and what is written ahead of it stands beside it.
    const isStored = one.unit.member !== undefined
    const hasJournal = [one, other].some(({ source, unit }) => (source.facts(`${unit.files[0]}-wal`)?.size ?? 0) > 0)
    return isStored && (longer !== 'equal' || hasJournal) ? 'neither' : longer
  }

  /** Whether two logs name different sessions. */
  private areOfTwo(one: UnitRef, other: UnitRef): boolean {
    const [a, b] = [this.nameOf(one), this.nameOf(other)]
    return a !== null && b !== null && a !== b
  }

  private nameOf(ref: UnitRef): string | null {
    const known = this.names.get(ref) ?? namedBy(ref)
    this.names.set(ref, known)
    return known
  }

  private measureOf(ref: UnitRef): Promise<Measure> {
    const known = this.measures.get(ref) ?? measure(ref)
    this.measures.set(ref, known)
    return known
  }
}

function namedBy({ format, source, unit }: UnitRef): string | null {
  try {
    return format.names?.(source, unit) ?? null
  } catch {
    return null // told where it is read
  }
}

/** What a unit tells: the id of its first row, and counts, those first that weigh most. Null: it cannot be read. */
type Measure = { id: string; told: number[] } | null

async function measure({ format, source, unit }: UnitRef): Promise<Measure> {
  const ledger = new Ledger(unit, { trace: false })
  let id: string | null = null
  let [messages, tokens, cost] = [0, 0, 0]
  try {
    for await (const outcome of format.parse(unit, { source, ledger, options: DEFAULT_PARSE_OPTIONS })) {
      if ('reject' in outcome) continue
      const { usage, trace_id } = outcome.row
      id ??= trace_id
      messages += outcome.row.messages.length
      tokens += (usage?.input_tokens ?? 0) + (usage?.output_tokens ?? 0)
      cost += usage?.cost_usd ?? 0
    }
  } catch {
    return null // told where it is read
  }
  return id === null ? null : { id, told: [messages, tokens, cost, ledger.records] }
}
