import { closeSync, createReadStream, readSync } from 'node:fs'
import { closing } from '../closing.ts'
import { refuseOtherText, refuseUtf16, utf8Of } from '../disk/decode-text.ts'
import { openToRead } from '../disk/regular-file.ts'
import { TracewrightError } from '../errors.ts'
import type { Row } from '../row.ts'
import { systemReason } from '../system-error.ts'
import type { RowFile } from './codec.ts'

/** Where the rows of a text file stand: sixteen bytes for each. */
export class Slices {
  private places = new Float64Array(1024)
  private count = 0

  /** Number of slices. */
  get size(): number {
    return this.count
  }

  /** Note where the next one stands, in bytes. */
  add(offset: number, length: number): void {
    if (this.count * 2 === this.places.length) {
      const grown = new Float64Array(this.places.length * 2)
      grown.set(this.places)
      this.places = grown
    }
    this.places[this.count * 2] = offset
    this.places[this.count * 2 + 1] = length
    this.count++
  }

  /** Where one stands. */
  at(index: number): { offset: number; length: number } {
    return { offset: this.places[index * 2]!, length: this.places[index * 2 + 1]! }
  }
}

/** Columns are learnt from so many rows. */
const SAMPLE_ROWS = 256

/** Rows of a text file by number; each is read and parsed when it is asked for. */
export async function openSlices(
  path: string,
  slices: Slices,
  parse: (text: string, index: number) => Row,
  columns?: readonly string[],
): Promise<RowFile> {
  const file = openToRead(path)
  // One buffer for all rows: one for each would wait for the garbage collector, to which it looks small.
  let bytes = Buffer.alloc(0)
  const read = (index: number) => {
    const { offset, length } = slices.at(index)
    if (bytes.length < length) bytes = Buffer.allocUnsafeSlow(length * 2)
    const got = readSync(file, bytes, 0, length, offset)
    return parse(utf8Of(bytes.subarray(0, got), 'read rows', { path, offset, line: index + 1 }), index)
  }
  let known = columns
  if (known === undefined) {
    const seen = new Set<string>()
    for (let i = 0; i < Math.min(SAMPLE_ROWS, slices.size); i++) for (const column of Object.keys(read(i))) seen.add(column)
    known = [...seen]
  }
  return { columns: known, size: slices.size, read: async index => read(index), close: () => closeSync(file) }
}

/** All rows of an opened file, in order; closes it. */
export async function* rowsOf(opening: Promise<RowFile>): AsyncIterable<Row> {
  const file = await opening
  using _file = closing(file)
  for (let i = 0; i < file.size; i++) yield await file.read(i)
}

/** A file cut at LF; nothing but the current slice is held. Throws TracewrightError where it cannot be read, or is no UTF-8. */
export async function* slicesAtLineFeeds(path: string): AsyncIterable<{ bytes: Buffer; offset: number }> {
  let rest: Buffer[] = []
  let [offset, line] = [0, 1]
  for await (const chunk of chunksOf(path)) {
    let from = 0
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      const bytes = rest.length === 0 ? chunk.subarray(from, at) : Buffer.concat([...rest, chunk.subarray(from, at)])
      refuseOtherText(bytes, 'read rows', { path, offset, line: line++ })
      yield { bytes, offset }
      offset += bytes.length + 1
      rest = []
      from = at + 1
    }
    if (from < chunk.length) rest.push(chunk.subarray(from))
  }
  if (rest.length === 0) return
  const bytes = Buffer.concat(rest)
  refuseOtherText(bytes, 'read rows', { path, offset, line })
  yield { bytes, offset }
}

/** The bytes of a file of text, a piece at a time. */
export async function* chunksOf(path: string): AsyncIterable<Buffer> {
  let isFirst = true
  try {
    for await (const chunk of createReadStream('', { fd: openToRead(path), highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
      if (isFirst) refuseUtf16(chunk, 'read rows', path)
      isFirst = false
      yield chunk
    }
  } catch (error) {
    if (error instanceof TracewrightError) throw error
    throw new TracewrightError('file', `Cannot read rows: ${systemReason(error)}`, { where: path, cause: error })
  }
}
