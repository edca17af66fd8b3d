import { hash } from 'node:crypto'
import { writeJson } from '../json/exact.ts'
import type { Row } from '../row.ts'

/** What is known of a column. */
export type ColumnStatistics = {
  /** Name of the column. */
  column_name: string
  /** Rows it was counted over. */
  num_records: number
  /** Rows where it is null. */
  num_null: number
  /** Values that differ. */
  num_unique: number
  /** JSON types that occur: string, number, boolean, array, object. */
  types: string[]
}

/** Count nulls, distinct values and types, a row at a time; of values only 48 bits are held, so that of a million distinct ones a few may count as equal. */
export async function columnStatistics(rows: AsyncIterable<Row>): Promise<ColumnStatistics[]> {
  const columns = new Map<string, { records: number; nulls: number; values: Set<number>; types: Set<string> }>()
  for await (const row of rows) {
    for (const [name, value] of Object.entries(row)) {
      let column = columns.get(name)
      if (column === undefined) columns.set(name, (column = { records: 0, nulls: 0, values: new Set(), types: new Set() }))
      column.records++
      if (value === null) column.nulls++
      else {
        column.types.add(Array.isArray(value) ? 'array' : typeof value)
        column.values.add(hash('sha1', writeJson(value), 'buffer').readUIntBE(0, 6))
      }
    }
  }
  return [...columns].map(([column_name, { records, nulls, values, types }]) => ({
    column_name,
    num_records: records,
    num_null: nulls,
    num_unique: values.size,
    types: [...types].sort(),
  }))
}
