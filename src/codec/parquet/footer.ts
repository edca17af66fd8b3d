import type { StoreTypes } from '../../store-type.ts'
import { CHECK_KEY, NO_CHECK, stamp } from './footer-check.ts'
import { isBefore, type Statistics } from './leaf.ts'
import { ENCODING } from './page.ts'
import { type LeafColumn, leafColumns, PHYSICAL, writeSchema } from './schema.ts'
import { KIND, ThriftWriter } from './thrift.ts'

/** What a file begins and ends with. */
export const MAGIC = Buffer.from('PAR1')

/** Part of a file that holds one column of one row group. */
export type ColumnChunk = { offset: number; length: number; uncompressed: number; values: number; statistics: Statistics }

/** Rows that stand together in a file, column by column. */
export type RowGroup = { rows: number; chunks: ColumnChunk[] }

/** Under this name a file of ours says what its columns are, so that reading gives back what was written. */
export const TYPES_KEY = 'tracewright_types'

/** What a file of ours says of who made it. */
export const CREATED_BY = 'tracewright'

const ZSTD = 6

/** What stands at the end of a file and says what is in it. */
export function footerOf(types: StoreTypes, groups: readonly RowGroup[], metadata: { readonly [key: string]: string } = {}): Buffer {
  const columns = leafColumns(types)
  const thrift = new ThriftWriter().beginItem().int(1, 1)
  writeSchema(thrift, 2, types)
  thrift.long(
    3,
    groups.reduce((sum, { rows }) => sum + rows, 0),
  )
  thrift.list(4, KIND.struct, groups.length)
  for (const group of groups) writeGroup(thrift, group, columns)
  const told = Object.entries({ [TYPES_KEY]: JSON.stringify(types), ...metadata, [CHECK_KEY]: NO_CHECK })
  thrift.list(5, KIND.struct, told.length)
  for (const [key, value] of told) thrift.beginItem().binary(1, key).binary(2, value).end()
  thrift.binary(6, CREATED_BY)
  // Statistics are ordered as the types are; readers pass over statistics whose order is not told.
  thrift.list(7, KIND.struct, columns.length)
  for (const _ of columns) thrift.beginItem().begin(1).end().end()
  const bytes = stamp(thrift.end().finish())
  const length = Buffer.allocUnsafe(4)
  length.writeUInt32LE(bytes.length)
  return Buffer.concat([bytes, length, MAGIC])
}

/** Statistics of several pages as one. A page that has values and does not say their bounds leaves the whole without. */
export function joined(pages: readonly { values: number; statistics: Statistics }[]): Statistics {
  const nulls = pages.reduce((sum, { statistics }) => sum + statistics.nulls, 0)
  const all = pages.flatMap(({ values, statistics }) => (statistics.nulls === values ? [] : [statistics]))
  return { nulls, min: extreme(all, 'min'), max: extreme(all, 'max') }
}

function extreme(all: readonly Statistics[], which: 'min' | 'max'): string | number | bigint | null {
  let found: string | number | bigint | null = null
  for (const statistics of all) {
    const value = statistics[which]
    if (value === null) return null
    if (found === null || (which === 'min' ? isBefore(value, found) : isBefore(found, value))) found = value
  }
  return found
}

function writeGroup(thrift: ThriftWriter, { rows, chunks }: RowGroup, columns: readonly LeafColumn[]): void {
  const sum = (key: 'length' | 'uncompressed') => chunks.reduce((bytes, chunk) => bytes + chunk[key], 0)
  thrift.beginItem().list(1, KIND.struct, chunks.length)
  for (const [i, chunk] of chunks.entries()) writeChunk(thrift, chunk, columns[i]!)
  thrift.long(2, sum('uncompressed')).long(3, rows).long(5, chunks[0]!.offset).long(6, sum('length')).end()
}

function writeChunk(thrift: ThriftWriter, chunk: ColumnChunk, { type, path }: LeafColumn): void {
  thrift.beginItem().long(2, 0).begin(3).int(1, PHYSICAL[type])
  thrift.list(2, KIND.i32, 2).intItem(ENCODING.plain).intItem(ENCODING.rle)
  thrift.list(3, KIND.binary, path.length)
  for (const step of path) thrift.binaryItem(step)
  thrift.int(4, ZSTD).long(5, chunk.values).long(6, chunk.uncompressed).long(7, chunk.length).long(9, chunk.offset)
  writeStatistics(thrift, chunk.statistics)
  thrift.end().end()
}

function writeStatistics(thrift: ThriftWriter, { nulls, min, max }: Statistics): void {
  thrift.begin(12).long(3, nulls)
  if (min !== null && max !== null) thrift.binary(5, bytesOf(max)).binary(6, bytesOf(min)).bool(7, true).bool(8, true)
  thrift.end()
}

function bytesOf(value: string | number | bigint): Buffer {
  if (typeof value === 'string') return Buffer.from(value)
  const bytes = Buffer.allocUnsafe(8)
  bytes.writeBigInt64LE(BigInt(value))
  return bytes
}
