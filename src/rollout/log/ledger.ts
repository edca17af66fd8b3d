import type { JsonObject } from '../../json/json.ts'
import { countOwn, ownValue, setOwn } from '../../json/own.ts'
import type { JsonRemark } from '../../json/tolerant.ts'

/** What became of a record, strongest first: a record that serves twice is counted by its strongest use. */
export const BUCKETS = ['emitted', 'merged', 'replay', 'abandoned', 'metadata', 'noise', 'unparsed'] as const

/** One of the seven ends a record can come to. */
export type Bucket = (typeof BUCKETS)[number]

const RANKS = Object.fromEntries(BUCKETS.map((bucket, rank) => [bucket, rank])) as { readonly [bucket in Bucket]: number }

/** Where a record stands in the logs. */
export type Place = {
  /** Number of the record in its unit, as the ledger counts; -1 for a record that another unit accounts for. */
  index: number
  /** Root-relative path. */
  file: string
  /** Line, step, message or row id, from 1. */
  line: number
  /** Byte offset in the (decompressed) file. */
  offset: number | null
}

/** The ledger of one unit, as reports show it. `sum(buckets) == records`. */
export type LedgerSummary = {
  /** Key of the unit. */
  key: string
  /** Files, root-relative. */
  files: string[]
  /** Bytes that were read. */
  bytes: number
  /** Records that were read. */
  records: number
  /** How many records came to which end. */
  buckets: {
    /** Made a message, or a piece of one. */
    emitted: number
    /** Joined a message that another record had begun. */
    merged: number
    /** Informed the row's columns. */
    metadata: number
    /** Repeats a record of another file, where it is counted. */
    replay: number
    /** Belongs to a path that was given up. */
    abandoned: number
    /** Holds nothing of the conversation. */
    noise: { [reason: string]: number }
    /** Could not be read. */
    unparsed: { [reason: string]: number }
  }
  /** Trace ids. */
  rows: string[]
  /** Record types nobody has described yet. */
  drift: { [recordType: string]: { [version: string]: number } }
  /** 'file:line @offset: reason' of the first unparsed records. */
  damage: string[]
}

/** The end of one record, for `explain`. */
export type Fate = Place & {
  /** Type of the record, in its own words. */
  type: string
  /** Its end; null: none yet. */
  bucket: Bucket | null
  /** Why. */
  reason: string | null
}

/** A record that could not be read, and why. */
export type Damage = Omit<Place, 'index'> & {
  /** Why. */
  reason: string
}

/** All that a ledger knows of the records read so far, as plain data. */
export type LedgerState = {
  /** Bytes that were read. */
  bytes: number
  /** The end of each record, as numbers. */
  fates: readonly number[]
  /** Reasons, by number. */
  reasons: readonly string[]
  /** Record types nobody has described. */
  drift: LedgerSummary['drift']
  /** The first records that could not be read. */
  damage: readonly Damage[]
  /** Places of records of which something was kept as text. */
  deep: readonly string[]
}

const MAX_DAMAGES = 100
const PRESUMED = -2 // ends that are presumed stand from here on downwards

/** Names of record types and versions are the log's own words. */
const MAX_NAME = 200
const MAX_NAMES = 200
const MAX_REASONS = 1000

/** A record that is read, but not as it is written. */
export type DeepRecord = {
  /** What is odd about it. */
  code: JsonRemark
  /** Its file and line. */
  at: string
}

/** Accounts for every record of one unit: read once, settled in exactly one bucket. */
export class Ledger {
  /** Key of the unit. */
  readonly key: string
  private readonly files: string[]
  private bytes: number
  private fates: number[] = [] // per record: bucket + reason · BUCKETS.length; -1 while open, and less where an end is presumed
  private reasons: string[] = ['']
  private reasonIds = new Map<string, number>([['', 0]])
  private drift: LedgerSummary['drift'] = {}
  private unparsed: Damage[] = []
  private deep: string[] = [] // places of records with such a remark, which stands before the place, that no row tells yet
  private readonly traced: (Place & { type: string })[] | null

  /** @internal */
  constructor(unit: { key: string; files: readonly string[]; bytes?: number }, options: { trace?: boolean } = {}) {
    this.key = unit.key
    this.files = [...unit.files]
    this.bytes = unit.bytes ?? 0
    this.traced = options.trace ? [] : null
  }

  /** Count bytes that were read. */
  addBytes(bytes: number): void {
    this.bytes += bytes
  }

  /** Announce a record. What it is of is only kept for `explain`. */
  read(file: string, line: number, offset: number | null = null, record: JsonObject | null = null): Place {
    const place = { index: this.fates.length, file, line, offset }
    this.fates.push(-1)
    this.traced?.push({ ...place, type: record === null ? '' : typeOf(record) })
    return place
  }

  /** Say what became of a record. A stronger bucket replaces a weaker one; a weaker one changes nothing. */
  settle(place: Place, bucket: Bucket, reason = ''): void {
    if (place.index < 0) return
    const rank = RANKS[bucket]
    const current = this.fates[place.index]!
    if (current >= 0 && current % BUCKETS.length <= rank) return
    this.fates[place.index] = rank + this.reasonId(reason) * BUCKETS.length
    if (bucket !== 'unparsed' || this.unparsed.length >= MAX_DAMAGES) return
    const { file, line, offset } = place
    this.unparsed.push({ file, line, offset, reason: reason.slice(0, 1000) })
  }

  /** Say what becomes of a record if nobody says more of it: it stays open until `settlePresumed`. */
  presume(place: Place, bucket: Bucket, reason = ''): void {
    if (place.index >= 0 && !this.isSettled(place))
      this.fates[place.index] = PRESUMED - (RANKS[bucket] + this.reasonId(reason) * BUCKETS.length)
  }

  /** Settle the records that are open still as was presumed of each. */
  settlePresumed(): void {
    for (const [index, fate] of this.fates.entries()) if (fate <= PRESUMED) this.fates[index] = PRESUMED - fate
  }

  /** Keep a record of a type nobody has described: metadata, and listed as drift under the version that wrote it. */
  unknown(place: Place, recordType: string, version: string | null): void {
    this.settle(place, 'metadata', 'unknown record type')
    const type = this.nameIn(this.drift, recordType)
    let versions = ownValue(this.drift, type)
    if (versions === undefined) setOwn(this.drift, type, (versions = {}))
    countOwn(versions, this.nameIn(versions, version ?? 'unknown'))
  }

  /** Something in a record cannot be carried on as it was written: by default, it lies too deep and was kept as its JSON text. */
  noteDeep(place: Place, remark: JsonRemark = 'nested_too_deep'): void {
    if (this.deep.length < MAX_DAMAGES) this.deep.push(`${remark === 'nested_too_deep' ? '' : `${remark}\n`}${place.file}:${place.line}`)
  }

  /** Such records that were not asked for before. */
  takeDeep(): DeepRecord[] {
    return this.deep.splice(0).map(note => {
      const [at, code = 'nested_too_deep'] = note.split('\n', 2).reverse() as [string, JsonRemark?]
      return { code, at }
    })
  }

  /** Settle every record that is still open: the unit could not be finished. */
  giveUp(reason: string): void {
    this.fates.forEach((fate, index) => {
      if (fate < 0) this.settle({ index, file: this.key, line: 0, offset: null }, 'unparsed', reason)
    })
  }

  /** Whether all there was are stretches that are no JSON, several of them. */
  isOnlyWords(): boolean {
    const notJSON = this.reasonIds.get('not JSON')
    if (notJSON === undefined || this.fates.length < 2) return false
    const isUnparsed = (fate: number) => fate >= 0 && BUCKETS[fate % BUCKETS.length] === 'unparsed'
    return this.fates.every(isUnparsed) && this.fates.some(fate => Math.floor(fate / BUCKETS.length) === notJSON)
  }

  /** Count all there was as one record that could not be read. */
  collapse(reason: string): void {
    this.fates = []
    this.unparsed = []
    if (this.traced !== null) this.traced.length = 0
    this.settle(this.read(this.files[0] ?? this.key, 1, 0), 'unparsed', reason)
  }

  /** What is known so far, for a ledger of the same unit to go on from; none of it is a copy. What is traced cannot be given away. */
  state(): LedgerState {
    const { bytes, fates, reasons, drift, unparsed, deep } = this
    return { bytes, fates, reasons, drift, damage: unparsed, deep: [...deep] }
  }

  /** Go on from what another ledger knew, which is this one's from now on. */
  takeUp({ bytes, fates, reasons, drift, damage, deep }: LedgerState): void {
    this.bytes = bytes
    this.fates = [...fates]
    this.reasons = [...reasons]
    this.reasonIds = new Map(reasons.map((reason, id) => [reason, id]))
    this.drift = drift
    this.unparsed = [...damage]
    this.deep = [...(deep ?? [])] // a state of before has none
  }

  /** Whether a record has an end already. */
  isSettled(place: Place): boolean {
    return this.fates[place.index]! >= 0
  }

  /** The first records that could not be read. */
  get damage(): readonly Damage[] {
    return this.unparsed
  }

  /** Number of records read so far. */
  get records(): number {
    return this.fates.length
  }

  /** The ends of all records, where the ledger was asked to trace. */
  trace(): Fate[] {
    return (this.traced ?? []).map((place, index) => {
      const fate = this.fates[index]!
      if (fate < 0) return { ...place, bucket: null, reason: null }
      return { ...place, bucket: BUCKETS[fate % BUCKETS.length]!, reason: this.reasons[Math.floor(fate / BUCKETS.length)] || null }
    })
  }

  /** The balance. A record left open is counted as unparsed under a reason of its own, so that it is seen. */
  summary(rows: string[]): LedgerSummary {
    const buckets: LedgerSummary['buckets'] = { emitted: 0, merged: 0, metadata: 0, replay: 0, abandoned: 0, noise: {}, unparsed: {} }
    for (const fate of this.fates) {
      const bucket = fate < 0 ? 'unparsed' : BUCKETS[fate % BUCKETS.length]!
      const reason = fate < 0 ? 'not accounted for' : this.reasons[Math.floor(fate / BUCKETS.length)]!
      if (bucket === 'noise' || bucket === 'unparsed') countOwn(buckets[bucket], reason)
      else buckets[bucket]++
    }
    const { key, files, bytes, drift, records } = this
    return { key, files, bytes, records, buckets, rows, drift, damage: this.unparsed.map(damageLine) }
  }

  /** A name under which a log's words are counted: not longer, and not more of them, than a report can show. */
  private nameIn(table: { [name: string]: unknown }, given: string): string {
    const name = given.length > MAX_NAME ? `${given.slice(0, MAX_NAME)}…` : given
    return Object.hasOwn(table, name) || Object.keys(table).length < MAX_NAMES ? name : 'others'
  }

  private reasonId(given: string): number {
    if (given === '') return 0
    const isKnown = this.reasonIds.has(given) || this.reasons.length < MAX_REASONS
    const reason = isKnown ? given : 'for other reasons'
    let id = this.reasonIds.get(reason)
    if (id === undefined) {
      id = this.reasons.push(reason) - 1
      this.reasonIds.set(reason, id)
    }
    return id
  }
}

function typeOf(record: JsonObject): string {
  const inner = record['payload']
  const innerType = typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? inner['type'] : undefined
  const name = record['type'] ?? record['role'] ?? record['record_type'] ?? record['kind'] ?? ''
  return [name, innerType].filter(part => typeof part === 'string' && part !== '').join('/')
}

/** Number of records in a summary's buckets; equal to `records` or the ledger is broken. */
export function bucketSum(buckets: LedgerSummary['buckets']): number {
  const inside = (reasons: { [reason: string]: number }) => Object.values(reasons).reduce((sum, n) => sum + n, 0)
  const { emitted, merged, metadata, replay, abandoned, noise, unparsed } = buckets
  return emitted + merged + metadata + replay + abandoned + inside(noise) + inside(unparsed)
}

function damageLine({ file, line, offset, reason }: Damage): string {
  return `${file}:${line}${offset === null ? '' : ` @${offset}`}: ${reason}`
}
