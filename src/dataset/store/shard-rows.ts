import { join } from 'node:path'
import { linesOf } from '../../codec/jsonl.ts'
import { ParquetFileReader } from '../../codec/parquet/file-reader.ts'
import { decodeRow } from '../../codec/store-value.ts'
import { readJson } from '../../json/exact.ts'
import type { Row } from '../../row.ts'
import { storeTypesOf } from './column-types.ts'
import type { Manifest, Shard } from './manifest.ts'

/** The rows of a shard in order, with no more of them in memory than a row group. Of Parquet, only some columns are read. */
export async function* rowsOfShard(
  folder: string,
  { codec, options }: Manifest,
  { file }: Shard,
  columns: readonly string[],
): AsyncIterable<Row> {
  const path = join(folder, 'rows', file)
  if (codec === 'jsonl') {
    const types = storeTypesOf(options)
    for await (const line of linesOf(path)) yield decodeRow(readJson(line) as Row, types)
    return
  }
  using reader = new ParquetFileReader(path)
  for (const group of reader.groups) yield* reader.rows(group, columns)
}
