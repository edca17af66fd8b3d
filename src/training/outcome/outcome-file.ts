import { WholeFile } from '../../disk/whole-file.ts'
import { writeJson } from '../../json/exact.ts'
import type { Row } from '../../row.ts'
import type { StoreTypes } from '../../store-type.ts'
import { conversationOf } from '../conversation/conversation.ts'
import { GitHistory } from './git-history.ts'
import { OUTCOME_COLUMNS } from './outcome-columns.ts'
import { type Signals, signalsOf } from './signals.ts'

/** Write how the sessions of rows went, a line of JSON for each row that has a trace id: what SQL is joined with. Gives the types of the columns. */
export async function writeOutcomes(
  rows: AsyncIterable<Row>,
  path: string,
  { columns, git }: { columns: readonly (keyof Signals)[]; git?: string | undefined },
): Promise<StoreTypes> {
  const history = git === undefined ? null : new GitHistory(git)
  const file = new WholeFile(path)
  let number = 0
  for await (const row of rows) {
    const read = conversationOf(row, ++number, { count: text => text.length, tools: 'none' })
    if ('reason' in read || typeof row['trace_id'] !== 'string') continue
    const signals = signalsOf(read, history)
    const values = columns.map(column => [column, signals[column]?.value ?? null])
    file.write(`${writeJson({ trace_id: row['trace_id'], ...Object.fromEntries(values) })}\n`)
  }
  file.close()
  return Object.fromEntries(columns.map(column => [column, OUTCOME_COLUMNS[column].type]))
}

/** Outcomes that a condition in SQL asks for and that are no columns of the rows; names within quotes or behind a dot are something else. */
export function outcomesIn(sql: string, columns: readonly string[]): (keyof Signals)[] {
  const bare = sql.replace(/'(?:[^']|'')*'/g, "''")
  return (Object.keys(OUTCOME_COLUMNS) as (keyof Signals)[]).filter(
    name => !columns.includes(name) && new RegExp(`(?<![\\w.])${name}(?!\\w|\\s*[.(])`, 'i').test(bare),
  )
}
