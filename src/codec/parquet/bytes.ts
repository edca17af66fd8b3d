import type { RowHash } from './row-hash.ts'

/** Bytes that are added to at their end. They lie in pieces, so that many of them never have to be copied to make room for more. */
export class Bytes {
  private readonly full: Buffer[] = []
  private readonly spare: Buffer[] = []
  private piece: Buffer = Buffer.alloc(0)
  private at = 0
  private before = 0 // bytes in full pieces
  private hashed = 0 // bytes of rows that have ended, and where the next row begins
  private hashedPieces = 0
  private hashedAt = 0

  get length(): number {
    return this.before + this.at
  }

  /** Add a byte. */
  byte(value: number): void {
    if (this.at === this.piece.length) this.makeRoom(1)
    this.piece[this.at++] = value
  }

  /** Add a whole number as 8 bytes, the least significant first. */
  integer(value: number | bigint): void {
    if (this.piece.length - this.at < 8) this.makeRoom(8)
    if (typeof value === 'bigint') {
      this.at = this.piece.writeBigInt64LE(value, this.at)
      return
    }
    this.at = this.piece.writeInt32LE(value | 0, this.at)
    this.at = this.piece.writeInt32LE(Math.floor(value / 0x1_0000_0000), this.at)
  }

  /** Add a number as an IEEE 754 double. */
  number(value: number): void {
    if (this.piece.length - this.at < 8) this.makeRoom(8)
    this.at = this.piece.writeDoubleLE(value, this.at)
  }

  /** Add a text in UTF-8 behind its length in 4 bytes. What is not well-formed becomes U+FFFD. */
  text(value: string): void {
    if (value.length > SHORT_TEXT || !this.copyAscii(value)) this.encode(value)
  }

  /** A row ends here: what was added since the last one did is hashed; gives how much that is. */
  endRow(hash: RowHash): number {
    const start = this.hashed
    for (let i = this.hashedPieces; i < this.full.length; i++)
      hash.add(this.full[i]!, i === this.hashedPieces ? this.hashedAt : 0, this.full[i]!.length)
    hash.add(this.piece, this.hashedPieces === this.full.length ? this.hashedAt : 0, this.at)
    this.hashedPieces = this.full.length
    this.hashedAt = this.at
    this.hashed = this.length
    return this.hashed - start
  }

  /** Forget what a row has added that has not ended. */
  dropRow(): void {
    if (this.hashedPieces < this.full.length) this.piece = this.full[this.hashedPieces]!
    this.full.length = this.hashedPieces
    this.at = this.hashedAt
    this.before = this.hashed - this.hashedAt
  }

  /** All bytes, in pieces that are used again after `clear`. */
  pieces(): Buffer[] {
    return [...this.full, this.piece.subarray(0, this.at)]
  }

  /** Begin anew; memory of a usual size is kept. */
  clear(): void {
    for (const { buffer } of this.full)
      if (buffer.byteLength === LARGEST_PIECE && this.spare.length < MAX_SPARE) this.spare.push(Buffer.from(buffer))
    this.full.length = 0
    this.before = this.at = 0
    this.hashed = this.hashedPieces = this.hashedAt = 0
    if (this.piece.length > LARGEST_PIECE) this.piece = Buffer.alloc(0)
  }

  /** Add a short text, or nothing where it is not all ASCII. */
  private copyAscii(value: string): boolean {
    if (this.piece.length - this.at < 4 + SHORT_TEXT) this.makeRoom(4 + SHORT_TEXT)
    const { piece } = this
    const start = this.at + 4
    for (let i = 0; i < value.length; i++) {
      const unit = value.charCodeAt(i)
      if (unit > 0x7f) return false
      piece[start + i] = unit
    }
    piece.writeInt32LE(value.length, this.at)
    this.at = start + value.length
    return true
  }

  private encode(value: string): void {
    if (this.piece.length - this.at < 4 + 3 * value.length) {
      const size = 4 + Buffer.byteLength(value)
      if (this.piece.length - this.at < size) this.makeRoom(size)
    }
    const { written } = encoder.encodeInto(value, this.piece.subarray(this.at + 4))
    this.piece.writeInt32LE(written, this.at)
    this.at += 4 + written
  }

  private makeRoom(bytes: number): void {
    const size = Math.max(bytes, Math.min(LARGEST_PIECE, Math.max(FIRST_PIECE, this.length)))
    if (this.at > 0) this.full.push(this.piece.subarray(0, this.at))
    this.before += this.at
    this.piece = (size <= LARGEST_PIECE && this.spare.pop()) || Buffer.allocUnsafeSlow(size)
    this.at = 0
  }
}

/** A piece of memory for short values is made as large as all there is so far, within these bounds. */
const FIRST_PIECE = 1024
const LARGEST_PIECE = 1 << 20

/** Texts this short are mostly ids and names: to copy them by hand takes less time than to ask for it. */
const SHORT_TEXT = 48

const encoder = new TextEncoder()

/** So many pieces of the largest size are kept to be used again. */
const MAX_SPARE = 4
