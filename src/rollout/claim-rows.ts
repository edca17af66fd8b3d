import type { Reject } from '../row.ts'
import { isOfTheSystem, systemReason } from '../system-error.ts'
import { copyPrintOf } from './conversation/copy-print.ts'
import { pieceCounts, printOf, sharedMessages } from './conversation/fingerprint.ts'
import type { Message, MessageMeta, Relation, RolloutRow } from './conversation/row.ts'
import { Copies, type Shared, type TrainableTwice } from './copies.ts'
import { copyReason } from './copy-reason.ts'
import type { Unit } from './format.ts'
import { addReplayed, admittedLedger, markReplayed, type ReplayedRecords } from './replayed.ts'
import { type Claim, type Owner, TraceIds } from './trace-ids.ts'
import type { UnitResult } from './unit-result.ts'

/** What changes in a row; the other columns stay. */
export type RowPatch = Partial<RolloutRow>

const PATCHED = ['message_meta', 'usage', 'diagnostics', 'relation', 'root_session_id'] as const satisfies (keyof RolloutRow)[]

/** What is known of a row that claims its id and its words, while the row itself may lie in a file. */
export type RowClaim = {
  trace_id: string
  parent: string | null
  root: string | null
  print: string // as `printOf` has it
  copies: string // as `copyPrintOf` has it
}

/** A row that claims its id, which may lie in a file. */
export type ClaimingRow = RowClaim & {
  /** How many pieces each of its messages is of, as `pieceCounts` has it. */
  pieces(): readonly number[]
  /** Its messages, maybe without their words: what `OUTLINE_TYPE` keeps of them. */
  outline(): readonly Message[]
  /** Some columns of it. */
  load<Column extends keyof RolloutRow>(columns: readonly Column[]): Pick<RolloutRow, Column>
}

/** What became of a row: it is written as it is, not at all, or with changes. */
export type ClaimedRow = {
  fate: 'keep' | 'drop' | RowPatch
  stored: string | null // the id it is written under
  linked: string | null // its parent's id as written
  copied: string // which messages repeat another row's, as numbers
}

/** Who a row is of, and where what becomes of it is told. */
type Claiming = { unit: Owner; owner: Owner; rejects: Reject[]; replayed: ReplayedRecords }

/** What a claim comes to, before the row is looked at. */
type Verdict = { claim: Claim; stored: string | null; linked: string | null; shared: Shared | null }

/** What rows of a scan have claimed so far: their ids, and what was said in them first. */
export class Claims {
  private readonly ids = new TraceIds()
  private readonly copies = new Copies()

  /** Ids in the order in which they were claimed first. */
  get claimed(): readonly string[] {
    return this.ids.claimed
  }

  /** Responses that may be trained on in more than one of the rows that were written, as far as they can be told. */
  get trainableTwice(): TrainableTwice {
    return this.copies.trainableTwice
  }

  /** Let the rows of a unit claim what is theirs. Units come in their order; the same unit may come again. */
  claimRows(unit: Owner, rows: readonly ClaimingRow[]): { rows: ClaimedRow[]; rejects: Reject[]; replayed: ReplayedRecords } {
    const replayed = { emitted: 0, merged: 0 }
    const rejects: Reject[] = []
    const nths = nthOfId(rows)
    const claimed = rows.map((row, i): ClaimedRow => {
      try {
        return this.claimRow(row, { unit, owner: this.ids.ownerOf(unit, nths[i]!), rejects, replayed })
      } catch (error) {
        // What goes wrong with a row here costs this row alone.
        if (isOfTheSystem(error)) throw error
        rejects.push({ at: unit.key, reason: `Cannot tell row ${row.trace_id} from others: ${systemReason(error)}` })
        return { fate: 'drop', stored: null, linked: row.parent, copied: '' }
      }
    })
    return { rows: claimed, rejects, replayed }
  }

  private claimRow(row: ClaimingRow, { unit, owner, rejects, replayed }: Claiming): ClaimedRow {
    const { claim, stored, linked, shared } = this.judge(row, owner)
    const copied = [...(shared?.messages ?? [])].sort((a, b) => a - b).join(' ')
    if (claim.as === 'copy' || stored === null) {
      const { message_meta } = row.load(['message_meta'])
      addReplayed(replayed, message_meta, () => true)
      const first = claim.as === 'copy' ? claim.of : ''
      rejects.push({ at: unit.key, reason: copyReason(first), skipped: true })
      return { fate: 'drop', stored: null, linked, copied }
    }
    const patch = this.patchOf(row, { claim, stored, linked, shared }, replayed)
    this.hold(row, owner, stored, linked, patch?.message_meta ?? null)
    const written = patch?.parent_trace_id
    return { fate: patch ?? 'keep', stored, linked: written === undefined ? linked : written, copied }
  }

  /** Let rows claim that were claimed before and are not read again; what they come to now. `isHeld`: they hold what they say as stored. */
  reclaim(unit: Owner, rows: readonly RowClaim[], { isHeld } = { isHeld: false }): Omit<ClaimedRow, 'fate'>[] {
    const nths = nthOfId(rows)
    return rows.map((row, i) => {
      const owner = this.ids.ownerOf(unit, nths[i]!)
      const { stored, linked, shared } = this.judge(isHeld ? { ...row, copies: '' } : row, owner)
      if (stored !== null && !isHeld)
        this.copies.keep(row.copies, owner, row.trace_id, holderOf(row, stored, linked), at => !shared?.messages.has(at))
      return { stored, linked, copied: [...(shared?.messages ?? [])].sort((a, b) => a - b).join(' ') }
    })
  }

  /** Let a row that cannot be read again hold what it says as it is stored; only its own session, found elsewhere, may say it too. */
  holdAsStored(row: RowClaim & { copied: string }, linked: string | null): void {
    const copied = new Set(row.copied.split(' ').map(Number))
    this.copies.keepGone(row.copies, holderOf(row, row.trace_id, linked), at => row.copied === '' || !copied.has(at))
  }

  private judge(row: RowClaim, owner: Owner): Verdict {
    const claim = this.ids.claim(row.trace_id, row.print, owner)
    const parent = this.ids.parentName(row.parent, owner)
    const stored = claim.as === 'first' ? row.trace_id : claim.as === 'other' ? claim.id : null
    if (stored === null) return { claim, stored, linked: parent, shared: null }
    const shared = this.copies.sharedBy(row.copies, owner, row.trace_id)
    const isAbove = shared !== null && (shared.holder.parent === row.trace_id || shared.holder.trace_id === stored)
    const renamedFrom = claim.as === 'other' && claim.shared > 0 ? row.trace_id : null
    return { claim, stored, linked: parent ?? renamedFrom ?? (isAbove ? null : (shared?.holder.trace_id ?? null)), shared }
  }

  /** What changes in a row; null: nothing. Of the row only what it takes to know is asked for. */
  private patchOf(named: ClaimingRow, { claim, stored, linked, shared }: Verdict, replayed: ReplayedRecords): RowPatch | null {
    const parent = linked === named.parent ? {} : { parent_trace_id: linked }
    if (claim.as === 'first' && shared === null) return linked === named.parent ? null : parent
    const row = named.load(PATCHED)
    const patch: RowPatch = { ...parent }
    let begin = 0
    if (claim.as === 'other') {
      patch.trace_id = stored!
      patch.parent_trace_id = linked
      patch.diagnostics = [...row.diagnostics, { code: 'trace_id_taken', at: null, detail: { trace_id: named.trace_id, by: claim.than } }]
      begin = sharedMessages(named.pieces(), { trace_id: named.trace_id, message_meta: row.message_meta }, claim.shared)
      // Only its session has the id: without a message in common it does not go on from the first of its name.
      if (begin === 0 && named.parent === null && shared === null) patch.parent_trace_id = null
      if (begin > 0) patch.relation = row.relation ?? 'copy'
    }
    if (begin === 0 && shared === null) return patch
    const marked = markReplayed(row, at => at < begin || (shared?.messages.has(at) ?? false))
    Object.assign(patch, marked)
    addReplayed(replayed, row.message_meta, at => marked.message_meta[at]!.replay === true && row.message_meta[at]!.replay !== true)
    if (patch.relation === undefined && row.relation === null && linked !== null && shared !== null)
      patch.relation = relationOf(shared, row.message_meta)
    if (shared !== null && named.parent === null && linked !== null && (row.root_session_id ?? named.trace_id) === named.trace_id)
      patch.root_session_id = shared.holder.root ?? shared.holder.trace_id
    return patch
  }

  private hold(row: RowClaim, owner: Owner, stored: string, linked: string | null, metas: readonly MessageMeta[] | null): void {
    this.copies.keep(row.copies, owner, row.trace_id, holderOf(row, stored, linked), at => metas?.[at]?.train !== false)
  }
}

/** Let the rows of a unit that was read claim what is theirs. */
export function admitUnit(claims: Claims, result: UnitResult, unit: Unit): UnitResult {
  const rows = result.outcomes.flatMap(outcome => ('row' in outcome ? [outcome.row] : []))
  const claimed = claims.claimRows(unit, rows.map(claimOf))
  const fates = claimed.rows.values()
  const rejects = claimed.rejects.values()
  const outcomes = result.outcomes.map(outcome => {
    if (!('row' in outcome)) return outcome
    const { fate } = fates.next().value!
    if (fate === 'drop') return { reject: rejects.next().value! }
    return fate === 'keep' ? outcome : { row: { ...outcome.row, ...fate } }
  })
  const stored = outcomes.flatMap(outcome => ('row' in outcome ? outcome.row.trace_id : []))
  return { ...result, outcomes, ledger: admittedLedger(result.ledger, stored, claimed.replayed) }
}

function claimOf(row: RolloutRow): ClaimingRow {
  return {
    trace_id: row.trace_id,
    parent: row.parent_trace_id,
    root: row.root_session_id,
    print: printOf(row),
    copies: copyPrintOf(row),
    pieces: () => pieceCounts(row.messages),
    outline: () => row.messages,
    load: () => row,
  }
}

function holderOf({ trace_id, root }: RowClaim, stored: string, parent: string | null) {
  return { trace_id: stored, root: root === trace_id ? stored : root, parent }
}

function nthOfId(rows: readonly RowClaim[]): number[] {
  const times = new Map<string, number>()
  return rows.map(({ trace_id }) => {
    const nth = times.get(trace_id) ?? 0
    times.set(trace_id, nth + 1)
    return nth
  })
}

/** What a row that names no parent is to the row it shares with. */
function relationOf({ isWhole, atStart }: Shared, message_meta: readonly MessageMeta[]): Relation {
  const first = message_meta.findIndex(({ origin }) => origin === 'model')
  const isCompacted = message_meta
    .slice(0, first)
    .some(({ extra, boundary }) => boundary === 'compaction' || extra?.['harness'] === 'compaction')
  if (isCompacted || !atStart) return 'continuation'
  return isWhole ? 'copy' : 'fork'
}
