import { crc32 } from 'node:zlib'
import { Float } from '../../json/number.ts'
import { CONSTANTS, KIND, KIND_BITS, MAP, type Outline, SET, SHORT, sectionOf } from './packed.ts'

/**
 * Plain data as bytes, in pieces. What is one object, map or set stays one. To unpack it takes a third of the time of
 * `v8.deserialize`, or of decoding as much JSON: texts are cut out of large ones, equal short ones are stored once, and keys once
 * for all objects that have the same.
 */
export function pack(value: unknown): Buffer[] {
  const packer = new Packer()
  packer.write(value)
  return packer.finish()
}

/** Numbers from here on, to either side, do not fit into a code. */
const MAX_INTEGER = 1 << 28

/** Bytes of a chunk of short texts, and of long ones. As a text, a chunk of a megabyte would lie outside the heap, and cause collections. */
const [SHORT_CHUNK, LONG_CHUNK] = [1 << 14, 1 << 19]

class Packer {
  private readonly codes = new Integers()
  private readonly lengths = new Integers()
  private readonly numbers: number[] = []
  private readonly sections = [
    new Texts(1, SHORT_CHUNK),
    new Texts(2, SHORT_CHUNK),
    new Texts(1, LONG_CHUNK),
    new Texts(2, LONG_CHUNK),
  ] as const
  private readonly shortTexts = new Map<string, number>()
  private readonly objects = new Map<object, number>()
  private readonly shapes: string[][] = []
  private readonly shapeTree: ShapeNode = { number: -1, behind: new Map() }

  write(value: unknown): void {
    if (typeof value === 'string') this.put(KIND.text, this.text(value))
    else if (typeof value === 'number') this.writeNumber(value)
    else if (typeof value === 'bigint' || value instanceof Float) this.put(KIND.exact, this.text(String(value)))
    else if (typeof value === 'object' && value !== null) this.writeObject(value)
    else this.writeConstant(value)
  }

  finish(): Buffer[] {
    const { sections, codes, lengths, shapes } = this
    const chunks = sections.map(section => section.finish())
    const sizes = chunks.map(section => section.map(chunk => chunk.length))
    const outline: Outline = { texts: lengths.count, chunks: sizes, codes: codes.count, numbers: this.numbers.length, shapes }
    const text = Buffer.from(JSON.stringify(outline))
    const numbers = Buffer.from(Float64Array.from(this.numbers).buffer)
    const pieces = [fourBytes(text.length), text, lengths.finish(), ...chunks.flat(), codes.finish(), numbers]
    const sum = pieces.reduce((crc, piece) => crc32(piece, crc), 0)
    return [...pieces, fourBytes(sum)]
  }

  private put(kind: number, number: number): void {
    this.codes.push((number << KIND_BITS) | kind)
  }

  private text(text: string): number {
    const isShort = text.length <= SHORT
    const known = isShort ? this.shortTexts.get(text) : undefined
    if (known !== undefined) return known
    const isWide = WIDE.test(text)
    this.lengths.push(isWide ? -1 - text.length : text.length)
    this.sections[sectionOf(text.length, isWide)]!.add(text)
    if (isShort) this.shortTexts.set(text, this.lengths.count - 1)
    return this.lengths.count - 1
  }

  private writeNumber(value: number): void {
    if (Number.isInteger(value) && Math.abs(value) < MAX_INTEGER && !Object.is(value, -0)) this.put(KIND.integer, value)
    else this.put(KIND.number, this.numbers.push(value) - 1)
  }

  private writeConstant(value: unknown): void {
    const at = CONSTANTS.indexOf(value as null)
    if (at < 0) throw new TypeError(`Cannot pack ${typeof value}: it is no plain data`)
    this.put(KIND.constant, at)
  }

  private writeObject(value: object): void {
    const known = this.objects.get(value)
    if (known !== undefined) {
      this.put(KIND.again, known)
      return
    }
    this.objects.set(value, this.objects.size)
    if (Array.isArray(value)) {
      this.put(KIND.list, value.length)
      for (const item of value) this.write(item)
    } else if (value instanceof Map) {
      this.put(KIND.constant, MAP)
      this.codes.push(value.size)
      for (const [key, item] of value) {
        this.write(key)
        this.write(item)
      }
    } else if (value instanceof Set) {
      this.put(KIND.constant, SET)
      this.codes.push(value.size)
      for (const item of value) this.write(item)
    } else this.writeFields(value as { [key: string]: unknown })
  }

  private writeFields(object: { [key: string]: unknown }): void {
    const keys = Object.keys(object)
    this.put(KIND.object, this.shape(keys))
    for (const key of keys) this.write(object[key])
  }

  /** The number of a list of keys: looked up key by key, for to make a text of them takes longer. */
  private shape(keys: string[]): number {
    let node = this.shapeTree
    for (const key of keys) {
      let next = node.behind.get(key)
      if (next === undefined) {
        next = { number: -1, behind: new Map() }
        node.behind.set(key, next)
      }
      node = next
    }
    if (node.number < 0) node.number = this.shapes.push(keys) - 1
    return node.number
  }
}

/** Keys that were met behind one another, and the number of the shape that ends here. */
type ShapeNode = { number: number; behind: Map<string, ShapeNode> }

/** A character that takes two bytes. */
const WIDE = /[^\0-\xff]/

/** Texts one behind the other, in chunks; none is cut. */
class Texts {
  private readonly width: 1 | 2
  private readonly size: number
  private readonly chunks: Buffer[] = []
  private chunk: Buffer | null = null
  private length = 0

  constructor(width: 1 | 2, size: number) {
    this.width = width
    this.size = size
  }

  add(text: string): void {
    const bytes = text.length * this.width
    if (this.length + bytes > this.size) this.close()
    this.chunk ??= Buffer.allocUnsafeSlow(Math.max(bytes, this.size))
    this.length += this.chunk.write(text, this.length, this.width === 1 ? 'latin1' : 'utf16le')
  }

  finish(): Buffer[] {
    this.close()
    return this.chunks
  }

  private close(): void {
    if (this.length > 0) this.chunks.push(this.chunk!.subarray(0, this.length))
    this.chunk = null
    this.length = 0
  }
}

/** A list of integers of 32 bits that grows. */
class Integers {
  count = 0
  private list = new Int32Array(1024)

  push(value: number): void {
    if (this.count === this.list.length) {
      const longer = new Int32Array(this.count * 2)
      longer.set(this.list)
      this.list = longer
    }
    this.list[this.count++] = value
  }

  finish(): Buffer {
    return Buffer.from(this.list.buffer, 0, this.count * 4)
  }
}

function fourBytes(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
