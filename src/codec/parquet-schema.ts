import { fstatSync, readSync } from 'node:fs'
import { closingFile } from '../disk/closing-file.ts'
import { openToRead } from '../disk/regular-file.ts'

/** One file for each schema there is among files of Parquet; asking an engine for the columns of every file takes long. */
export function differentSchemas(paths: readonly string[]): string[] {
  const examples = new Map<string, string>()
  for (const path of paths) {
    const schema = schemaOf(path) ?? path
    if (!examples.has(schema)) examples.set(schema, path)
  }
  return [...examples.values()]
}

/** A footer begins with the schema; more than this is read only where it is longer. */
const FIRST_BYTES = 1 << 16

/** A file that cannot be read is one of its own: the engine will say what is wrong with it. */
function schemaOf(path: string): string | null {
  try {
    return schemaBytes(path)?.toString('latin1') ?? null
  } catch {
    return null
  }
}

/**
 * The bytes in which a Parquet file says its schema: files with the same ones have the same columns. Null where there are none to be
 * found. The footer is a struct in Thrift's compact protocol whose first fields are the version and the schema.
 */
function schemaBytes(path: string): Buffer | null {
  const file = openToRead(path)
  using _file = closingFile(file)
  const size = fstatSync(file).size
  const tail = Buffer.alloc(8)
  if (size < 12 || readSync(file, tail, 0, 8, size - 8) < 8 || tail.toString('latin1', 4) !== 'PAR1') return null
  const length = tail.readUInt32LE(0)
  for (const wanted of [FIRST_BYTES, length]) {
    const footer = Buffer.alloc(Math.min(wanted, length))
    const read = readSync(file, footer, 0, footer.length, size - 8 - length)
    const end = new Fields(footer.subarray(0, read)).endOf(2)
    if (end !== null) return footer.subarray(0, end)
  }
  return null
}

const [STOP, TRUE, FALSE, BYTE, DOUBLE, BINARY, LIST, SET, STRUCT] = [0, 1, 2, 3, 7, 8, 9, 10, 12]

/** Passes over values of the compact protocol. */
class Fields {
  private readonly bytes: Buffer
  private at = 0

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }

  /** Where a field ends; null where it is not there, or not wholly. */
  endOf(field: number): number | null {
    for (let id = 0; this.at < this.bytes.length; ) {
      const head = this.bytes[this.at++]!
      if (head === STOP || head >> 4 === 0) return null
      id += head >> 4
      this.pass(head & 15)
      if (id === field) return this.at <= this.bytes.length ? this.at : null
    }
    return null
  }

  private pass(type: number): void {
    if (type === TRUE || type === FALSE) return
    if (type === BYTE) this.at++
    else if (type === DOUBLE) this.at += 8
    else if (type === BINARY) {
      const length = this.number()
      this.at += length
    } else if (type === LIST || type === SET) {
      const head = this.bytes[this.at++]!
      const count = head >> 4 === 15 ? this.number() : head >> 4
      // A truth value in a list takes a byte, as a field it is in the type.
      for (let i = 0; i < count && this.at < this.bytes.length; i++) this.pass((head & 15) <= FALSE! ? BYTE! : head & 15)
    } else if (type === STRUCT) {
      while (this.at < this.bytes.length) {
        const head = this.bytes[this.at++]!
        if (head === STOP) return
        if (head >> 4 === 0) this.number()
        this.pass(head & 15)
      }
      this.at++
    } else this.number()
  }

  private number(): number {
    let value = 0
    for (let shift = 1; ; shift *= 128) {
      const byte = this.bytes[this.at++] ?? 0
      value += (byte & 127) * shift
      if (byte < 128) return value
    }
  }
}
