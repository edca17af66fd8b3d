import { crc32 } from 'node:zlib'
import type { Leaf, Statistics } from './leaf.ts'
import { ThriftWriter } from './thrift.ts'
import { compress } from './zstd.ts'

/** Encodings, as Parquet numbers them. */
export const ENCODING = { plain: 0, rle: 3 } as const

/** The header of a page counts its bytes in 31 bits. */
const MAX_PAGE_BYTES = 0x7fff_ffff

/** What kind of page it is, as Parquet numbers them. */
export const DATA_PAGE = 0

/** A data page: its bytes, header and all, and what the column chunk it becomes part of has to know. */
export type Page = { pieces: Buffer[]; length: number; uncompressed: number; values: number; statistics: Statistics }

/** Make a page of what waits in a leaf: levels and values, compressed. The leaf may be cleared then. */
export async function pageOf(leaf: Leaf): Promise<Page> {
  const { column, levels, values } = leaf
  const body: Buffer[] = []
  if (column.maxRepetition > 0) body.push(levels.encodeRepetitions(column.maxRepetition))
  body.push(levels.encodeDefinitions(column.maxDefinition))
  body.push(...(column.type === 'boolean' ? [packed(values.pieces())] : values.pieces()))
  const size = lengthOf(body)
  if (size > MAX_PAGE_BYTES)
    throw new RangeError(`column ${column.path.join('.')} of some rows takes ${size} bytes, more than a page can hold`)
  const frame = await compress(body, size)
  const compressed = lengthOf(frame)
  const header = headerOf(levels.count, size, compressed, checksumOf(frame))
  return {
    pieces: [header, ...frame],
    length: header.length + compressed,
    uncompressed: header.length + size,
    values: levels.count,
    statistics: leaf.statistics(),
  }
}

/** The checksum of a page as its header tells it: of its bytes as they stand in the file, as a number with a sign. */
export function checksumOf(frame: readonly Buffer[]): number {
  return frame.reduce((sum, piece) => crc32(piece, sum), 0) | 0
}

function headerOf(values: number, size: number, compressed: number, checksum: number): Buffer {
  const thrift = new ThriftWriter().beginItem().int(1, DATA_PAGE).int(2, size).int(3, compressed).signed(4, checksum)
  thrift.begin(5).int(1, values).int(2, ENCODING.plain).int(3, ENCODING.rle).int(4, ENCODING.rle).end()
  return thrift.end().finish()
}

/** Booleans as bits, the first in the lowest. */
function packed(pieces: readonly Buffer[]): Buffer {
  const bits = Buffer.alloc(Math.ceil(lengthOf(pieces) / 8))
  let at = 0
  for (const piece of pieces)
    for (const value of piece) {
      bits[at >> 3]! |= value << (at & 7)
      at++
    }
  return bits
}

function lengthOf(pieces: readonly Buffer[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0)
}
