import type { DuckDBConnection } from '@duckdb/node-api'
import { named, sqlColumns } from '../codec/duckdb.ts'
import { readerSql } from '../codec/duckdb-files.ts'
import type { StoreTypes } from '../store-type.ts'
import type { Labels } from './label-columns.ts'

/** Columns of rows that stand in a file of JSON lines beside them, each line with the `trace_id` of its rows. */
export type BesideColumns = {
  /** The file. */
  file: string
  /** Types of the columns, without `trace_id`. */
  types: StoreTypes
}

/** Joins further columns to files, behind the labels where there are any. */
export async function withBeside(connection: DuckDBConnection, beside: BesideColumns, labels: Labels | null): Promise<Labels> {
  const join = await joinBeside(connection, beside)
  return {
    give: labels?.give ?? (row => row),
    join: (from, more) => (labels === null ? join(from, more) : join(labels.join(from, more))),
  }
}

/** Make the table of these columns, and give SQL for files with them beside theirs; `more`: what else is to be selected of the files. */
async function joinBeside(connection: DuckDBConnection, { file, types }: BesideColumns): Promise<(from: string, more?: string) => string> {
  const options = `format = 'newline_delimited', columns = ${sqlColumns({ trace_id: 'text', ...types })}`
  const first = Object.keys(types).map(column => `first(${named(column)}) AS ${named(column)}`)
  // Rows of one session have one outcome, however many they are.
  await connection.run(
    `CREATE TABLE beside_columns AS SELECT trace_id, ${first.join(', ')} FROM ${readerSql('read_json', [file], { options })} GROUP BY trace_id`,
  )
  const columns = Object.keys(types).map(column => `beside_columns.${named(column)}`)
  return (from, more = '') =>
    `(SELECT stored.*, ${columns.join(', ')}${more} FROM ${from} AS stored LEFT JOIN beside_columns ON stored.trace_id = beside_columns.trace_id)`
}
