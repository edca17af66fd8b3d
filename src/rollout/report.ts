import { countOwn } from '../json/own.ts'
import type { Reject } from '../row.ts'
import type { TrainableTwice } from './copies.ts'
import type { LedgerSummary } from './log/ledger.ts'
import type { Skipped } from './log/source.ts'

/** Ledgers added up. */
export type Totals = {
  units: number
  rows: number
  bytes: number
  records: number
  emitted: number
  merged: number
  metadata: number
  replay: number
  abandoned: number
  noise: number
  unparsed: number
  drift: { [recordType: string]: number }
  damage: string[] // the first places that could not be read
  trainable_twice: TrainableTwice // responses that may be trained on in more than one row
}

/** What `--report` writes. */
export type IngestReport = {
  units: LedgerSummary[]
  totals: Totals
  skipped: Skipped[]
  rejects: Reject[]
}

const MAX_DAMAGE = 100

/** Totals of nothing. */
export function emptyTotals(): Totals {
  return {
    units: 0,
    rows: 0,
    bytes: 0,
    records: 0,
    emitted: 0,
    merged: 0,
    metadata: 0,
    replay: 0,
    abandoned: 0,
    noise: 0,
    unparsed: 0,
    drift: {},
    damage: [],
    trainable_twice: { messages: 0, tokens: 0 },
  }
}

/** Add a unit's ledger. Throws where it does not balance: a record without an end is a defect, not a statistic. */
export function addLedger(totals: Totals, ledger: LedgerSummary): void {
  const { buckets } = ledger
  const sum = (reasons: { [reason: string]: number }) => Object.values(reasons).reduce((a, b) => a + b, 0)
  totals.units++
  totals.rows += ledger.rows.length
  totals.bytes += ledger.bytes
  totals.records += ledger.records
  for (const bucket of ['emitted', 'merged', 'metadata', 'replay', 'abandoned'] as const) totals[bucket] += buckets[bucket]
  totals.noise += sum(buckets.noise)
  totals.unparsed += sum(buckets.unparsed)
  for (const [type, versions] of Object.entries(ledger.drift)) countOwn(totals.drift, type, sum(versions))
  for (const place of ledger.damage) if (totals.damage.length < MAX_DAMAGE) totals.damage.push(place)
}

/** The report of a run. */
export function reportOf(units: LedgerSummary[], totals: Totals, skipped: Skipped[], rejects: Reject[]): IngestReport {
  return { units, totals, skipped, rejects }
}
