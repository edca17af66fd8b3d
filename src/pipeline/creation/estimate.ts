import type { Models } from '../../model/connect.ts'
import type { Outcome } from '../../row.ts'
import type { Plan } from '../plan/plan.ts'
import { type RunOptions, run } from '../rows/run.ts'
import type { Bill, BillLine } from './bill.ts'

/** What the rest of a run will take, judged by a few of its rows. */
export type RunEstimate = {
  /** Rows that are still to be drawn, or to be accepted, the sample included. */
  rows: number
  /** Rows that were tried to estimate the rest. */
  sample_rows: number
  /** Rows of the sample that failed; they say too little of what a row costs. */
  failed: number
  /** Rows of the sample that were accepted; all that were made where every row counts. */
  accepted: number
  /** For `rows`, and under a condition for what must be drawn to accept as many; of calls, those that were answered before count like any other. */
  bill: BillLine
  /** Models whose price is not known. */
  unpriced: string[]
  /** Columns that need all rows at once, and those after them: a sample says nothing of them. */
  unknown_columns: string[]
}

/** Fewer rows than this are made without asking what they will cost. */
const WORTH_AN_ESTIMATE = 20

/** Rows that are made to judge the others by. */
export const SAMPLE_ROWS = 5

/** What a sample needs. */
export type SampleOptions = {
  plan: Plan
  models: Models
  rows: number // rows that are still to be drawn
  draw(count: number): AsyncIterable<Outcome>
  run: RunOptions
  emptyBill(): Bill
}

/** Make a few rows, whose replies are kept, and judge the others by them. Null where no model is asked, or few rows are wanted. */
export async function estimateRun({ plan, models, rows, draw, run: options, emptyBill }: SampleOptions): Promise<RunEstimate | null> {
  const firstTable = plan.columns.findIndex(column => column.open(options.mode).kind === 'table')
  const sampled = firstTable < 0 ? plan.columns : plan.columns.slice(0, firstTable)
  const asks = (columns: Plan['columns']) => columns.filter(column => column.modelAliases.length > 0)
  if (rows < WORTH_AN_ESTIMATE || asks(plan.columns).length === 0) return null
  const bill = emptyBill()
  // What was answered before costs nothing, but the other rows will not have been.
  using _ = models.observe({ replied: (asker, { cached: _, ...reply }) => bill.replied(asker, reply) })
  const { onCell: __, ...quiet } = options
  let failed = 0
  let accepted = 0
  const outcomes = run({ ...plan, columns: sampled, processors: [] }, draw(SAMPLE_ROWS), quiet)
  for await (const outcome of outcomes) {
    if (!('failure' in outcome)) accepted += outcome.accepted ? 1 : 0
    else if (outcome.failure.row !== null) failed++
  }
  const isJudged = options.accepts !== undefined && firstTable < 0
  return {
    rows,
    sample_rows: SAMPLE_ROWS,
    failed,
    accepted,
    bill: times(bill.summary().run, rows / (isJudged ? Math.max(1, accepted) : SAMPLE_ROWS)),
    unpriced: bill.unpriced,
    unknown_columns: asks(plan.columns.slice(sampled.length)).map(({ name }) => name),
  }
}

function times(
  { calls, input_tokens, cached_input_tokens, output_tokens, reasoning_tokens, cost_usd, unreported }: BillLine,
  factor: number,
): BillLine {
  return {
    calls: Math.round(calls * factor),
    input_tokens: Math.round(input_tokens * factor),
    cached_input_tokens: Math.round(cached_input_tokens * factor),
    output_tokens: Math.round(output_tokens * factor),
    reasoning_tokens: Math.round(reasoning_tokens * factor),
    cost_usd: cost_usd === null ? null : cost_usd * factor,
    estimated: true,
    unreported: Math.round(unreported * factor),
  }
}
