import { crc32 } from 'node:zlib'
import { numberOf } from '../../json/number.ts'
import { setOwn } from '../../json/own.ts'
import { CONSTANTS, KIND, KIND_BITS, MAP, type Outline, SET, sectionOf } from './packed.ts'

/** Gives the next bytes of a file; they are good until the next ones are asked for. Throws where there are none. */
export type Take = (length: number) => Buffer

/** The value that was packed. Throws where the bytes are not as they were written. */
export function unpack(take: Take): unknown {
  let sum = 0
  const taken = (length: number) => {
    const bytes = take(length)
    sum = crc32(bytes, sum)
    return bytes
  }
  const outline = JSON.parse(taken(taken(4).readUInt32LE()).toString()) as Outline
  const texts = readTexts(integers(taken(outline.texts * 4)), outline.chunks, taken)
  const codes = integers(taken(outline.codes * 4))
  const numbers = new Float64Array(new Uint8Array(taken(outline.numbers * 8)).buffer)
  if (take(4).readUInt32LE() !== sum) throw new RangeError('Cannot unpack: the bytes are not as they were written')
  return new Unpacker(codes, numbers, texts, outline.shapes).read()
}

function integers(bytes: Buffer): Int32Array {
  return new Int32Array(new Uint8Array(bytes).buffer)
}

function readTexts(lengths: Int32Array, chunks: number[][], take: Take): string[] {
  const sections = chunks.map(
    (sizes, section) => new Section(sizes.map(size => take(size).toString(section % 2 === 0 ? 'latin1' : 'utf16le'))),
  )
  const texts: string[] = []
  for (const written of lengths) {
    const length = written < 0 ? -1 - written : written
    texts.push(sections[sectionOf(length, written < 0)]!.next(length))
  }
  return texts
}

/** Cuts texts out of chunks. */
class Section {
  private readonly chunks: readonly string[]
  private number = -1
  private chunk = ''
  private at = 0

  constructor(chunks: readonly string[]) {
    this.chunks = chunks
  }

  next(length: number): string {
    if (length === 0) return ''
    if (this.at === this.chunk.length) {
      this.chunk = this.chunks[++this.number]!
      this.at = 0
    }
    this.at += length
    return this.chunk.slice(this.at - length, this.at)
  }
}

class Unpacker {
  private readonly codes: Int32Array
  private readonly numbers: Float64Array
  private readonly texts: readonly string[]
  private readonly shapes: readonly (readonly string[])[]
  private readonly templates: readonly { [key: string]: unknown }[]
  private readonly objects: unknown[] = []
  private at = 0

  constructor(codes: Int32Array, numbers: Float64Array, texts: readonly string[], shapes: readonly (readonly string[])[]) {
    this.codes = codes
    this.numbers = numbers
    this.texts = texts
    this.shapes = shapes
    this.templates = shapes.map(keys => JSON.parse(`{${keys.map(key => `${JSON.stringify(key)}:null`).join()}}`) as { [key: string]: null })
  }

  read(): unknown {
    const code = this.codes[this.at++]!
    const number = code >> KIND_BITS
    switch (code & ((1 << KIND_BITS) - 1)) {
      case KIND.text:
        return this.texts[number]
      case KIND.integer:
        return number
      case KIND.object:
        return this.readObject(number)
      case KIND.list:
        return this.readList(number)
      case KIND.again:
        return this.objects[number]
      case KIND.exact:
        return numberOf(this.texts[number]!)
      case KIND.number:
        return this.numbers[number]
      default:
        return number === MAP ? this.readMap() : number === SET ? this.readSet() : CONSTANTS[number]
    }
  }

  /** A copy of an object that has all keys has room for them; one that is given them one by one is made over several times. */
  private readObject(shape: number): object {
    const object = { ...this.templates[shape] }
    this.objects.push(object)
    for (const key of this.shapes[shape]!) {
      const value = this.read()
      setOwn(object, key, value)
    }
    return object
  }

  private readList(length: number): unknown[] {
    const list: unknown[] = []
    this.objects.push(list)
    for (let i = 0; i < length; i++) list.push(this.read())
    return list
  }

  private readMap(): Map<unknown, unknown> {
    const map = new Map<unknown, unknown>()
    this.objects.push(map)
    for (let left = this.codes[this.at++]!; left > 0; left--) {
      const key = this.read()
      map.set(key, this.read())
    }
    return map
  }

  private readSet(): Set<unknown> {
    const set = new Set<unknown>()
    this.objects.push(set)
    for (let left = this.codes[this.at++]!; left > 0; left--) set.add(this.read())
    return set
  }
}
