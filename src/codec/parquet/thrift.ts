/** Kinds of values in Thrift's compact protocol. */
export const KIND = { yes: 1, no: 2, tiny: 3, i16: 4, i32: 5, i64: 6, binary: 8, list: 9, struct: 12 } as const

/** Writes Thrift structs in the compact protocol: the headers of pages and the footer of a Parquet file. Fields must come in order. */
export class ThriftWriter {
  private bytes = Buffer.allocUnsafe(256)
  private length = 0
  private field = 0 // the last one of the struct at hand
  private readonly outer: number[] = []

  /** Begin a struct that is a field. */
  begin(field: number): this {
    return this.header(field, KIND.struct).beginItem()
  }

  /** Begin a struct that is an element of a list, or the outermost. */
  beginItem(): this {
    this.outer.push(this.field)
    this.field = 0
    return this
  }

  /** End a struct. */
  end(): this {
    this.byte(0)
    this.field = this.outer.pop()!
    return this
  }

  /** A whole number that is not negative, of 16 or 32 bits. */
  int(field: number, value: number, kind: number = KIND.i32): this {
    return this.header(field, kind).varint(value * 2)
  }

  /** A whole number of 32 bits. */
  signed(field: number, value: number): this {
    return this.header(field, KIND.i32).varint(value < 0 ? -2 * value - 1 : 2 * value)
  }

  /** A whole number that is not negative, of 64 bits. */
  long(field: number, value: number): this {
    return this.int(field, value, KIND.i64)
  }

  bool(field: number, value: boolean): this {
    return this.header(field, value ? KIND.yes : KIND.no)
  }

  /** A byte, such as the width of a number. */
  tiny(field: number, value: number): this {
    this.header(field, KIND.tiny).byte(value)
    return this
  }

  binary(field: number, value: Buffer | string): this {
    return this.header(field, KIND.binary).binaryItem(value)
  }

  /** Begin a list of so many elements, which follow. */
  list(field: number, kind: number, size: number): this {
    this.header(field, KIND.list)
    if (size < 15) this.byte((size << 4) | kind)
    else {
      this.byte(0xf0 | kind)
      this.varint(size)
    }
    return this
  }

  /** An element of a list of whole numbers. */
  intItem(value: number): this {
    return this.varint(value * 2)
  }

  /** An element of a list of texts. */
  binaryItem(value: Buffer | string): this {
    const bytes = typeof value === 'string' ? Buffer.from(value) : value
    this.varint(bytes.length)
    this.reserve(bytes.length)
    this.length += bytes.copy(this.bytes, this.length)
    return this
  }

  /** What was written. */
  finish(): Buffer {
    return this.bytes.subarray(0, this.length)
  }

  private header(field: number, kind: number): this {
    const step = field - this.field
    if (step > 0 && step < 16) this.byte((step << 4) | kind)
    else {
      this.byte(kind)
      this.varint(field * 2)
    }
    this.field = field
    return this
  }

  /** A number of up to 53 bits, seven at a time, the least significant first. */
  private varint(value: number): this {
    let rest = value
    while (rest > 0x7f) {
      this.byte((rest % 128) | 0x80)
      rest = Math.floor(rest / 128)
    }
    this.byte(rest)
    return this
  }

  private byte(value: number): void {
    this.reserve(1)
    this.bytes[this.length++] = value
  }

  private reserve(bytes: number): void {
    if (this.bytes.length - this.length >= bytes) return
    const grown = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.length + bytes))
    this.bytes.copy(grown, 0, 0, this.length)
    this.bytes = grown
  }
}
