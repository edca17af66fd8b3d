import type { Json } from './json/json.ts'

/** The one currency: a plain object of JSON values. Seeds make rows, columns add cells, datasets hold them. */
export type Row = { [column: string]: Json }

/** Why something did not become a row. Nothing is dropped without one of these. */
export type Reject = {
  /** Where: 'sessions/a.jsonl:12' or "column 'summary'". */
  at: string
  /** Sentence case, no full stop. */
  reason: string
  /** Nothing went wrong: there is no row to be had, such as a log without a conversation. */
  skipped?: true
}

/** What every stage takes and gives, so that a reject made in the first stage reaches the last. */
export type Outcome<R = Row> =
  | {
      /** What was made. */
      row: R
    }
  | {
      /** What gave no row, and why. */
      reject: Reject
    }
