import type { RedactionReport } from '../../redact/redaction.ts'
import type { Funnel } from '../conversation/account.ts'

/** What came of an export. */
export type ExportReport = {
  /** View of the rows. */
  view: string
  /** Dialect of the trainer. */
  dialect: string
  /** What the funnel counts: characters where no model was named. */
  unit: 'tokens' | 'characters'
  /** What became of every example. */
  funnel: Funnel
  /** What was written. */
  splits: {
    /** Its name. */
    name: string
    /** Rows in it. */
    rows: number
    /** Its files, below the folder. */
    files: string[]
  }[]
  /** Lines of rejects.jsonl by reason: rows that are none, and sessions of which something was left out. */
  rejects: { [reason: string]: number }
  /** What was changed on the way. */
  notes: { [note: string]: number }
  /** Null: nothing was redacted. */
  redaction: RedactionReport | null
  /** What the logs of the sessions hold and left out. */
  fidelity: { [finding: string]: number }
  /** What the model's template does to the rows; what those of other models do, behind their names. */
  check?: { [finding: string]: number }
}
