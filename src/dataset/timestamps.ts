import { named } from '../codec/duckdb.ts'

/** A `REPLACE` that makes points in time of texts that say them, for SQL that reckons with time. `columns`: their types in the engine. */
export function timesSql(columns: ReadonlyMap<string, string>): string {
  const texts = TIMES.filter(column => columns.get(column) === 'VARCHAR')
  const replaced = texts.map(column => `TRY_CAST(${named(column)} AS TIMESTAMPTZ) AS ${named(column)}`)
  return replaced.length === 0 ? '*' : `* REPLACE (${replaced.join(', ')})`
}

/** Columns that say when; rows keep them as they were written. */
const TIMES = ['started_at', 'ended_at']
