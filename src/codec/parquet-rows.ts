import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StoreTypes } from '../store-type.ts'
import type { RowFile } from './codec.ts'
import { type Database, quoted } from './duckdb.ts'
import { jsonl } from './jsonl.ts'
import { decodeRow } from './store-value.ts'

/**
 * Rows of a Parquet file by number. Its rows cannot be read one by one: a row group that is asked for is laid out as lines in a
 * temporary file, once, so that rows come as fast in any order as in theirs.
 */
export async function openParquetRows(path: string, database: Database, types: StoreTypes): Promise<RowFile> {
  const { connection } = database
  const from = `read_parquet(${quoted(path)})`
  const columns = (await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${from}`)).getRows().map(([name]) => String(name))
  const counts = await connection.runAndReadAll(
    `SELECT any_value(row_group_num_rows) FROM parquet_metadata(${quoted(path)}) GROUP BY row_group_id ORDER BY row_group_id`,
  )
  const starts = [0]
  for (const [count] of counts.getRows()) starts.push(starts.at(-1)! + Number(count))
  const folder = mkdtempSync(join(tmpdir(), 'tracewright-rows-'))
  const groups = new Map<number, Promise<RowFile>>()

  async function layOut(group: number): Promise<RowFile> {
    const file = join(folder, `${group}.jsonl`)
    const [start, end] = [starts[group]!, starts[group + 1]!]
    await connection.run(`COPY (SELECT * FROM ${from} LIMIT ${end - start} OFFSET ${start}) TO ${quoted(file)} (FORMAT json)`)
    return jsonl.open(file)
  }

  return {
    columns,
    size: starts.at(-1)!,
    async read(index) {
      let group = 0
      for (let [low, high] = [0, starts.length - 1]; low < high; ) {
        const middle = (low + high + 1) >> 1
        if (starts[middle]! <= index) low = middle
        else high = middle - 1
        group = low
      }
      const laidOut = groups.get(group) ?? layOut(group)
      groups.set(group, laidOut)
      return decodeRow(await (await laidOut).read(index - starts[group]!), types)
    },
    close() {
      for (const laidOut of groups.values()) void laidOut.then(file => file.close()).catch(() => {})
      rmSync(folder, { recursive: true, force: true })
      database.close()
    },
  }
}
