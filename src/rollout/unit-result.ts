import type { Outcome } from '../row.ts'
import type { RolloutRow } from './conversation/row.ts'
import type { Fate, LedgerSummary } from './log/ledger.ts'

/** What came of one unit. */
export type UnitResult = {
  /** Rows and rejects, in their order. */
  outcomes: Outcome<RolloutRow>[]
  /** What became of every record. */
  ledger: LedgerSummary
  /** The end of each record, where a trace was asked for. */
  fates: Fate[]
  /** It could not be read to its end: what came of it is not all there is. */
  failed: boolean
}
