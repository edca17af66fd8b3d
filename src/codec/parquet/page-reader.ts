import { messageOf, TracewrightError } from '../../errors.ts'
import { checksumOf, DATA_PAGE } from './page.ts'
import type { LeafColumn } from './schema.ts'
import { ThriftReader } from './thrift-reader.ts'
import { decompress } from './zstd.ts'

/** Where pages are from, for messages, and how many places they hold, where that is known. */
export type PagesOf = { file: string; values: number | null }

/** Reads the values of one column of one or more pages, as `pageOf` makes them: a place in the rows after the other. Throws where one is damaged. */
export class PageReader {
  private readonly column: LeafColumn
  private readonly chunk: Buffer
  private readonly from: PagesOf
  private page = 0 // number of the page at hand, from 1
  private places = 0 // in the pages that were opened
  private at = 0 // in the chunk, behind the page at hand
  private body: Buffer = Buffer.alloc(0)
  private value = 0 // in the body; of booleans the number of the next one
  private bits = 0 // in the body, where booleans begin
  private left = 0 // places in the page that were not read
  private repetitions: LevelReader | null = null
  private definitions: LevelReader | null = null
  /** Levels of the place at hand; at the end of the column `repetition` is 0. */
  repetition = 0
  definition = 0

  /** `chunk`: pages, one behind the other. */
  constructor(column: LeafColumn, chunk: Buffer, from: PagesOf) {
    this.column = column
    this.chunk = chunk
    this.from = from
    this.next()
  }

  /** Whether there is a value at the place at hand. */
  get isPresent(): boolean {
    return this.definition === this.column.maxDefinition
  }

  /** The value at the place at hand, which is left behind; null where there is none. */
  take(): string | number | bigint | boolean | null {
    const value = this.isPresent ? this.read() : null
    this.next()
    return value
  }

  /** Leave the place at hand behind without making its value. */
  pass(): void {
    if (this.isPresent) this.passValue()
    this.next()
  }

  /** Go to the next place. */
  next(): void {
    if (this.left === 0 && !this.openPage()) {
      this.repetition = this.definition = 0
      return
    }
    this.left--
    this.repetition = this.repetitions?.next() ?? 0
    this.definition = this.definitions!.next()
  }

  private read(): string | number | bigint | boolean {
    const { body } = this
    switch (this.column.type) {
      case 'boolean': {
        const at = this.value++
        return ((body[this.bits + (at >> 3)]! >> (at & 7)) & 1) === 1
      }
      case 'number':
        this.value += 8
        return body.readDoubleLE(this.value - 8)
      case 'integer':
        this.value += 8
        return integerAt(body, this.value - 8)
      default: {
        const start = this.value + 4
        this.value = start + body.readInt32LE(this.value)
        return body.toString('utf8', start, this.value)
      }
    }
  }

  private passValue(): void {
    const { type } = this.column
    if (type === 'boolean') this.value++
    else this.value += type === 'number' || type === 'integer' ? 8 : 4 + this.body.readInt32LE(this.value)
  }

  /** Pass over the next page, whose bytes alone are looked at; false behind the last. */
  passPage(): boolean {
    return this.nextFrame() !== null
  }

  private openPage(): boolean {
    const next = this.nextFrame()
    if (next === null) return false
    this.guarded(() => this.readPage(next))
    return true
  }

  /** What the next page holds, compressed, and what its header says of it; null behind the last. */
  private nextFrame(): Frame | null {
    const { chunk, from, places } = this
    if (this.at < chunk.length) return this.guarded(() => this.readHeader())
    if (from.values !== null && places !== from.values) throw this.damage(`found ${places} places`, `${from.values}`)
    return null
  }

  private readHeader(): Frame {
    this.page++
    const thrift = new ThriftReader(this.chunk, this.at)
    const header = thrift.struct()
    const [size, values] = [header[3], (header[5] as { [field: number]: unknown } | undefined)?.[1]]
    if (
      header[1] !== DATA_PAGE ||
      typeof size !== 'number' ||
      typeof values !== 'number' ||
      size < 0 ||
      thrift.at + size > this.chunk.length
    )
      throw this.damage('found a header that cannot be right', 'that of a data page')
    this.at = thrift.at + size
    this.places += values
    const bytes = this.chunk.subarray(thrift.at, this.at)
    // Pages of before have no checksum.
    const [known, found] = [header[4], header[4] === undefined ? undefined : checksumOf([bytes])]
    if (known !== found) throw this.damage(`found checksum ${found}`, `${known as number}`)
    return { bytes, values, length: header[2] as number }
  }

  private readPage({ bytes, values, length }: Frame): void {
    this.body = decompress(bytes)
    if (this.body.length !== length) throw this.damage(`found ${this.body.length} bytes`, `${length}`)
    this.left = values
    let at = 0
    const levels = (max: number) => {
      const end = at + 4 + this.body.readInt32LE(at)
      const reader = new LevelReader(this.body.subarray(at + 4, end), max)
      at = end
      return reader
    }
    this.repetitions = this.column.maxRepetition > 0 ? levels(this.column.maxRepetition) : null
    this.definitions = levels(this.column.maxDefinition)
    this.bits = at
    this.value = this.column.type === 'boolean' ? 0 : at
  }

  private guarded<T>(action: () => T): T {
    try {
      return action()
    } catch (error) {
      throw error instanceof TracewrightError ? error : this.damage(`found that ${messageOf(error)}`, 'a page that can be read', error)
    }
  }

  private damage(found: string, expected: string, cause?: unknown): TracewrightError {
    const { file } = this.from
    const what = `column '${this.column.path.join('.')}', page ${this.page} is damaged`
    return new TracewrightError('file', `Cannot read rows: ${what}: ${found}, expected ${expected}`, { where: file, cause })
  }
}

/** A page as it stands in the file. */
type Frame = { bytes: Buffer; values: number; length: number }

/** An integer of 64 bits. */
export function integerAt(body: Buffer, at: number): number | bigint {
  const value = body.readInt32LE(at + 4) * 0x1_0000_0000 + body.readUInt32LE(at)
  return Number.isSafeInteger(value) ? value : body.readBigInt64LE(at)
}

/** Reads levels as `encodeLevels` writes them. */
class LevelReader {
  private readonly bytes: Buffer
  private readonly width: number
  private at = 0
  private run = 0 // how often `level` still comes
  private level = 0
  private packed = 0 // how many levels still stand bit by bit
  private bit = 0 // of the next of them, from `at`

  constructor(bytes: Buffer, max: number) {
    this.bytes = bytes
    this.width = 32 - Math.clz32(max)
  }

  next(): number {
    if (this.run === 0 && this.packed === 0) this.begin()
    if (this.run > 0) {
      this.run--
      return this.level
    }
    const byte = this.at + (this.bit >> 3)
    const two = this.bytes[byte]! | ((this.bytes[byte + 1] ?? 0) << 8)
    const level = (two >> (this.bit & 7)) & ((1 << this.width) - 1)
    this.bit += this.width
    if (--this.packed === 0) this.at += this.bit >> 3
    return level
  }

  private begin(): void {
    let header = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = this.bytes[this.at++]!
      header += (byte & 0x7f) * factor
      if (byte < 0x80) break
    }
    if (header % 2 === 0) {
      this.run = header / 2
      this.level = this.bytes[this.at++]!
    } else {
      this.packed = ((header - 1) / 2) * 8
      this.bit = 0
    }
  }
}
