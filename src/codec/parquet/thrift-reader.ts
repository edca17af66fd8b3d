import { KIND } from './thrift.ts'

/** A value as the compact protocol has it: a struct is its fields by number. */
export type ThriftValue = number | boolean | Buffer | ThriftValue[] | { [field: number]: ThriftValue }

/** Reads Thrift structs in the compact protocol. */
export class ThriftReader {
  private readonly bytes: Buffer
  /** Where the next value begins. */
  at: number

  constructor(bytes: Buffer, at = 0) {
    this.bytes = bytes
    this.at = at
  }

  /** Read a struct: its fields by number. */
  struct(): { [field: number]: ThriftValue } {
    const fields: { [field: number]: ThriftValue } = {}
    for (let field = 0; ; ) {
      const header = this.byte()
      if (header === 0) return fields
      field = header >> 4 === 0 ? this.zigzag() : field + (header >> 4)
      fields[field] = this.value(header & 0xf)
    }
  }

  private value(kind: number): ThriftValue {
    switch (kind) {
      case KIND.yes:
        return true
      case KIND.no:
        return false
      case KIND.tiny:
        return this.byte()
      case KIND.i16:
      case KIND.i32:
      case KIND.i64:
        return this.zigzag()
      case KIND.binary: {
        const length = this.varint()
        this.at += length
        return this.bytes.subarray(this.at - length, this.at)
      }
      case KIND.list: {
        const header = this.byte()
        const size = header >> 4 === 15 ? this.varint() : header >> 4
        return Array.from({ length: size }, () => this.value(header & 0xf))
      }
      case KIND.struct:
        return this.struct()
      default:
        throw new TypeError(`found a value of kind ${kind}, which no Parquet file of this program has`)
    }
  }

  private zigzag(): number {
    const value = this.varint()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  private varint(): number {
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = this.byte()
      value += (byte & 0x7f) * factor
      if (byte < 0x80) return value
    }
  }

  private byte(): number {
    const byte = this.bytes[this.at++]
    if (byte === undefined) throw new RangeError('the bytes end inside of a value')
    return byte
  }
}
