import { hash } from 'node:crypto'
import { posix } from 'node:path'
import { isStartOf, pieceCounts, printOf, sharedMessages, sharedPieces } from './conversation/fingerprint.ts'
import type { MessageMeta, RolloutRow } from './conversation/row.ts'
import { sumUsage } from './conversation/usage.ts'
import type { Unit } from './format.ts'
import type { LedgerSummary } from './log/ledger.ts'
import type { UnitResult } from './read.ts'

export { pieceCounts, printOf }

/** What becomes of a row's id: it is the first of its name, a copy of the first, or another session under a name of its own. */
export type Claim = { as: 'first' } | { as: 'copy'; of: string } | { as: 'other'; id: string; than: string; shared: number }

/** What changes in a row; the other columns stay. */
export type RowPatch = Partial<RolloutRow>

/** What became of a row's claim, where it does not stay as it is. */
export type Settled = { patch: RowPatch } | { copyOf: string }

const PATCHED = ['message_meta', 'diagnostics', 'relation'] as const satisfies (keyof RolloutRow)[]

type Patched = (typeof PATCHED)[number] | 'parent_trace_id'

/** A row that claims its id, which may lie in a file. */
export type ClaimingRow = {
  trace_id: string
  parent: string | null
  print: string
  /** How many pieces each of its messages is of, as `pieceCounts` has it. */
  pieces(): readonly number[]
  /** Some columns of it. */
  load<Column extends keyof RolloutRow>(columns: readonly Column[]): Pick<RolloutRow, Column>
}

/** Who claims an id; the same object may claim it again. */
type Owner = Pick<Unit, 'key'>

type Claimed = { print: string; owner: Owner }

type Name = { id: string; key: string }

/**
 * Keeps trace ids unique in a scan. People have the same session in several folders: what repeats the first one, whole or as far as
 * it had come when it was copied, is counted as a replay and not emitted again; what goes on from it, or is another session of the
 * same id, gets an id of its own.
 */
export class TraceIds {
  /** Ids in the order in which they were claimed first: what claims one of them again may have to change. */
  readonly claimed: string[] = []
  private readonly seen = new Map<string, Claimed>()
  private readonly names = new Map<string, Name[]>() // id as recorded → the rows that were given one of their own
  private readonly repeated = new WeakMap<Owner, Owner[]>()

  /** Take a unit's rows in; units must come in their order for ids not to depend on timing. The same unit may come again. */
  admit(result: UnitResult, unit: Unit): UnitResult {
    const times = new Map<string, number>()
    const replayed = { emitted: 0, merged: 0 }
    const outcomes = result.outcomes.map(outcome => {
      if (!('row' in outcome)) return outcome
      const { row } = outcome
      const nth = times.get(row.trace_id) ?? 0
      times.set(row.trace_id, nth + 1)
      const claiming: ClaimingRow = {
        trace_id: row.trace_id,
        parent: row.parent_trace_id,
        print: printOf(row),
        pieces: () => pieceCounts(row.messages),
        load: () => row,
      }
      const settled = this.settle(claiming, this.ownerOf(unit, nth), replayed)
      if (settled === null) return outcome
      if ('patch' in settled) return { row: { ...row, ...settled.patch } }
      return { reject: { at: result.ledger.key, reason: copyReason(settled.copyOf), skipped: true as const } }
    })
    const rows = outcomes.flatMap(outcome => ('row' in outcome ? outcome.row.trace_id : []))
    return { ...result, outcomes, ledger: admittedLedger(result.ledger, rows, replayed) }
  }

  /** Claim an id for a row with that print. */
  claim(traceId: string, print: string, owner: Owner): Claim {
    const first = this.seen.get(traceId)
    if (first === undefined) this.claimed.push(traceId)
    if (first === undefined || first.owner === owner) {
      this.seen.set(traceId, { print, owner })
      return { as: 'first' }
    }
    if (isCopy({ print, owner }, first)) return { as: 'copy', of: first.owner.key }
    let id = `${traceId}~${hash('sha256', print).slice(0, 8)}`
    for (let other = this.seen.get(id); other !== undefined && other.owner !== owner; other = this.seen.get(id)) {
      if (isCopy({ print, owner }, other)) return { as: 'copy', of: other.owner.key }
      id += '~'
    }
    this.seen.set(id, { print, owner })
    const names = this.names.get(traceId) ?? [{ id: traceId, key: first.owner.key }]
    if (!names.some(name => name.id === id)) names.push({ id, key: owner.key })
    this.names.set(traceId, names)
    const shared = areNamesakes(owner, first.owner) ? sharedPieces(first.print, print) : 0
    return { as: 'other', id, than: first.owner.key, shared }
  }

  /** What becomes of a row that is not at hand; null: it stays as it is. Of the row only what it takes to know is asked for. */
  settle(named: ClaimingRow, owner: Owner, replayed: { emitted: number; merged: number }): Settled | null {
    const claim = this.claim(named.trace_id, named.print, owner)
    const parent = this.parentName(named.parent, owner)
    if (claim.as === 'first') return parent === named.parent ? null : { patch: { parent_trace_id: parent } }
    if (claim.as === 'copy') {
      const { message_meta } = named.load(['message_meta'])
      addReplayed(replayed, message_meta, message_meta.length)
      return { copyOf: claim.of }
    }
    const row = { ...named.load(PATCHED), trace_id: named.trace_id, parent_trace_id: parent }
    const shared = sharedMessages(named.pieces(), row.message_meta, claim.shared)
    addReplayed(replayed, row.message_meta, shared)
    return { patch: renaming(row, claim, shared) }
  }

  /** The name a row's parent was given: of several sessions of one id, the one that lies nearest. */
  parentName(parent: string | null, owner: Owner): string | null {
    const names = parent === null ? undefined : this.names.get(parent)
    if (names === undefined) return parent
    // Of equal keys the later one is of the later root, which is the one being read.
    return names.reduce((best, name) =>
      name.key === best.key || commonStart(name.key, owner.key) > commonStart(best.key, owner.key) ? name : best,
    ).id
  }

  /** Rows of one id in one unit are told apart by which of them it is. */
  private ownerOf(unit: Unit, nth: number): Owner {
    if (nth === 0) return unit
    const owners = this.repeated.get(unit) ?? []
    this.repeated.set(unit, owners)
    return (owners[nth] ??= { key: unit.key })
  }
}

/**
 * What changes in a row under the name it was given. Where it goes on from the session that has its first name, what they share is
 * marked as a replay; where they share nothing, two sessions only happen to have one id.
 */
function renaming(row: Pick<RolloutRow, Patched | 'trace_id'>, claim: { id: string; than: string }, shared: number): RowPatch {
  const { trace_id, parent_trace_id, relation } = row
  const diagnostics = [...row.diagnostics, { code: 'trace_id_taken', at: null, detail: { trace_id, by: claim.than } }]
  if (shared === 0) return { trace_id: claim.id, parent_trace_id, diagnostics }
  const message_meta = row.message_meta.map((meta, i) => (i < shared ? { ...meta, train: false, replay: true } : meta))
  const own = message_meta.flatMap(({ usage, replay }) => (usage === undefined || replay ? [] : [usage]))
  return {
    trace_id: claim.id,
    parent_trace_id: parent_trace_id ?? trace_id,
    relation: relation ?? 'copy',
    message_meta,
    usage: sumUsage(own),
    diagnostics,
  }
}

/** Why a copy gives no row. */
export function copyReason(first: string): string {
  return `The same session as in ${first}`
}

/** A unit's ledger with the rows that were admitted. Records of what another unit told are a replay: all, where no row was admitted. */
export function admittedLedger(
  ledger: LedgerSummary,
  rows: string[],
  replayed: { emitted: number; merged: number } = { emitted: 0, merged: 0 },
): LedgerSummary {
  const { buckets } = ledger
  const { emitted, merged } = rows.length === 0 && ledger.rows.length > 0 ? buckets : replayed
  const moved = { emitted: Math.min(emitted, buckets.emitted), merged: Math.min(merged, buckets.merged) }
  return {
    ...ledger,
    rows,
    buckets: {
      ...buckets,
      emitted: buckets.emitted - moved.emitted,
      merged: buckets.merged - moved.merged,
      replay: buckets.replay + moved.emitted + moved.merged,
    },
  }
}

/** Count the records of a row's first messages, but for those that stand in a later one too. */
function addReplayed(counts: { emitted: number; merged: number }, message_meta: readonly MessageMeta[], messages: number): void {
  const recordsOf = (from: number, to: number) =>
    message_meta.slice(from, to).map(({ record, records, file = '', replay }) => {
      const all = replay ? [] : (records ?? (record === null ? [] : [record]))
      return all.map(position => `${file}:${position}`)
    })
  const later = new Set(recordsOf(messages, message_meta.length).flat())
  const told = new Set<string>()
  for (const records of recordsOf(0, messages))
    records.forEach((record, i) => {
      if (told.has(record) || later.has(record)) return
      told.add(record)
      counts[i === 0 ? 'emitted' : 'merged']++
    })
}

/** An equal session is a copy wherever it lies; a shorter one only where its file has kept its name. */
function isCopy(claimed: Claimed, first: Claimed): boolean {
  return claimed.print === first.print || (areNamesakes(claimed.owner, first.owner) && isStartOf(claimed.print, first.print))
}

function areNamesakes(a: Owner, b: Owner): boolean {
  return posix.basename(a.key) === posix.basename(b.key)
}

function commonStart(a: string, b: string): number {
  let length = 0
  while (length < a.length && a[length] === b[length]) length++
  return length
}
