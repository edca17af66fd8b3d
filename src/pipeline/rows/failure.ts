import type { Asked } from '../../dataset/run/asked-cells.ts'
import { messageOf, TracewrightError } from '../../errors.ts'
import { findModelError } from '../../model/model-error.ts'
import { RunEnding } from '../../run-ending.ts'

/** A row that could not be finished, and why. */
export type Failure = {
  /** Null: no column's fault; the seed could not give the row, or a processor failed. */
  column: string | null
  /** Key of the row, its place in the seed: '12', '12.3' for the fourth row made of it. */
  row: string | null
  /** "column 'summary', row 12" or the place in the logs. */
  at: string
  /** Why, in words. */
  reason: string
  /** Kind of the error, for programs. */
  kind: string
  /** Kind of a model's failure, e.g. 'refused'; null where no model was at fault. */
  failure: string | null
  /** Calls to a model before it was given up; 1 where no model was asked. */
  attempts: number
  /** What a model was asked for it, and where prompt and replies stand; absent where none was asked, and in a preview. */
  asked?: Asked
}

/** What fails when the run was stopped may well not be at fault. */
export function failureOf(column: string, row: string, error: unknown, signal: AbortSignal): Failure {
  if (error instanceof RunEnding && !signal.aborted) throw error
  const kind = signal.aborted ? 'cancelled' : error instanceof TracewrightError ? error.kind : 'column'
  const asked = findModelError(error)
  const failure = kind === 'cancelled' ? null : (asked?.failure ?? null)
  return {
    column,
    row,
    at: `column '${column}', row ${row}`,
    reason: cellReason(error, column),
    kind,
    failure,
    attempts: asked?.attempts ?? 1,
  }
}

/** Why a cell failed, in one line that does not name the column again: whoever tells of it has named it. */
function cellReason(error: unknown, column: string): string {
  if (!(error instanceof TracewrightError) || error.where === null) return messageOf(error)
  const own = `column '${column}'`
  const { where, sentence } = error
  if (where === own || where.startsWith(`${own}, `)) return sentence.slice(own.length + 2)
  return sentence
}
