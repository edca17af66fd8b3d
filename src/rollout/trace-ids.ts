import { hash } from 'node:crypto'
import type { Unit } from './format.ts'
import type { LedgerSummary } from './ledger.ts'
import type { UnitResult } from './read.ts'
import type { RolloutRow } from './row.ts'

/** What becomes of a row's id: it is the first of its name, an equal copy of the first, or another session under a name of its own. */
export type Claim = { as: 'first' } | { as: 'copy'; of: string } | { as: 'other'; id: string; than: string }

/** Who claims an id; the same object may claim it again. */
type Owner = Pick<Unit, 'key'>

/**
 * Keeps trace ids unique in a scan. People have the same session in several folders: an equal copy is counted as a replay and not
 * emitted again; another session of the same id gets an id of its own and a link to the first.
 */
export class TraceIds {
  private readonly seen = new Map<string, { print: string; owner: Owner }>()

  /** Take a unit's rows in; units must come in their order for ids not to depend on timing. The same unit may come again. */
  admit(result: UnitResult, unit: Unit): UnitResult {
    const outcomes = result.outcomes.map(outcome => {
      if (!('row' in outcome)) return outcome
      const claim = this.claim(outcome.row.trace_id, printOf(outcome.row), unit)
      if (claim.as === 'copy') return { reject: { at: result.ledger.key, reason: copyReason(claim.of) } }
      return claim.as === 'other' ? { row: renamedRow(outcome.row, claim) } : outcome
    })
    const rows = outcomes.flatMap(outcome => ('row' in outcome ? outcome.row.trace_id : []))
    return { ...result, outcomes, ledger: admittedLedger(result.ledger, rows) }
  }

  /** Claim an id for a row with that print. */
  claim(traceId: string, print: string, owner: Owner): Claim {
    const first = this.seen.get(traceId)
    if (first === undefined || first.owner === owner) {
      this.seen.set(traceId, { print, owner })
      return { as: 'first' }
    }
    if (first.print === print) return { as: 'copy', of: first.owner.key }
    let id = `${traceId}~${print.slice(0, 8)}`
    while (this.seen.has(id) && this.seen.get(id)!.owner !== owner) id += '~'
    this.seen.set(id, { print, owner })
    return { as: 'other', id, than: first.owner.key }
  }
}

/** The row under the name it was given, with a link to the one that has its first name. */
export function renamedRow(row: RolloutRow, claim: { id: string; than: string }): RolloutRow {
  return {
    ...row,
    trace_id: claim.id,
    parent_trace_id: row.parent_trace_id ?? row.trace_id,
    relation: row.relation ?? 'copy',
    diagnostics: [...row.diagnostics, { code: 'trace_id_taken', at: null, detail: { trace_id: row.trace_id, by: claim.than } }],
  }
}

/** Tells sessions of one id apart without reading every word again. */
export function printOf(row: RolloutRow): string {
  const { message_count, tool_call_count, started_at, ended_at, final_assistant_message, messages } = row
  const lengths = messages.map(message => {
    return message.content.reduce((sum, block) => sum + (typeof block['text'] === 'string' ? block['text'].length : 1), 0)
  })
  return hash('sha256', JSON.stringify([message_count, tool_call_count, started_at, ended_at, final_assistant_message, lengths]))
}

/** Why an equal copy gives no row. */
export function copyReason(first: string): string {
  return `The same session as in ${first}`
}

/** A unit's ledger with the rows that were admitted: where all were copies, its records repeat those of another unit. */
export function admittedLedger(ledger: LedgerSummary, rows: string[]): LedgerSummary {
  if (rows.length > 0 || ledger.rows.length === 0) return { ...ledger, rows }
  const { emitted, merged, replay } = ledger.buckets
  return { ...ledger, rows, buckets: { ...ledger.buckets, emitted: 0, merged: 0, replay: replay + emitted + merged } }
}
