import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { named, quoted, sqlColumns } from '../codec/duckdb.ts'
import { readJsonOr } from '../json/exact.ts'
import { isObject } from '../json/json.ts'
import type { Row } from '../row.ts'
import type { StoreTypes } from '../store-type.ts'

/** What people said of the rows of a store, as columns of them. */
export const LABEL_TYPES: StoreTypes = {
  label: 'text', // accept, reject, or disputed where people disagree
  label_tags: { list: 'text' },
  label_notes: { list: 'text' },
  label_by: { list: 'text' },
  message_labels: {
    list: { struct: { message: 'integer', label: 'text', tags: { list: 'text' }, notes: { list: 'text' } }, always: ['label'] },
  },
  message_accepted: { list: 'boolean' }, // as messages; null: nobody said
}

export /** What people said of rows: given to a row that was read by itself, and joined to files in SQL. */
type Labels = {
  /** A row with what people said of it. */
  give(row: Row): Row
  /** Files in SQL, with what people said of their rows. */
  join(from: string, more?: string): string
}

const NONE: Row = Object.fromEntries(Object.keys(LABEL_TYPES).map(column => [column, null]))

/** File of a store that holds them, a line of JSON for each row that has any. */
export function labelColumnsFile(folder: string): string {
  return join(folder, 'labels', 'columns.jsonl')
}

/** Gives rows their labels; null for a store without any. */
export function labelColumns(folder: string | null): ((row: Row) => Row) | null {
  const path = folder === null ? null : labelColumnsFile(folder)
  if (path === null || !existsSync(path)) return null
  const labels = new Map<string, Row>()
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const row = line === '' ? undefined : readJsonOr(line)
    if (!isObject(row)) continue
    const { trace_id: id, ...columns } = row
    labels.set(String(id), columns)
  }
  return row => ({ ...row, ...NONE, ...labels.get(String(row['trace_id'])) })
}

/** Make the table of labels, and give SQL for files with these columns beside theirs; `more`: what else is to be selected of the files. */
export async function joinLabels(connection: DuckDBConnection, folder: string): Promise<(from: string, more?: string) => string> {
  const columns = sqlColumns({ trace_id: 'text', ...LABEL_TYPES })
  const options = `format = 'newline_delimited', columns = ${columns}`
  await connection.run(`CREATE TABLE label_columns AS SELECT * FROM read_json(${quoted(labelColumnsFile(folder))}, ${options})`)
  const labels = Object.keys(LABEL_TYPES).map(column => `label_columns.${named(column)}`)
  return (from, more = '') =>
    `(SELECT stored.*, ${labels.join(', ')}${more} FROM ${from} AS stored LEFT JOIN label_columns USING (trace_id))`
}
