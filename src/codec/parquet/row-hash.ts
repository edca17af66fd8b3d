import { crc32 } from 'node:zlib'

/**
 * Tells whether a row is what it was: a checksum of its bytes, and how many they are. They come in many small pieces, which are
 * gathered, for every call of the checksum itself costs as much as a kilobyte.
 */
export class RowHash {
  private readonly scratch = Buffer.allocUnsafe(SCRATCH_BYTES)
  private length = 0
  private sum = 0
  private total = 0

  /** Take in some of the bytes of a buffer. */
  add(bytes: Buffer, start: number, end: number): void {
    const length = end - start
    this.total += length
    if (length > SMALL) {
      this.flush()
      this.sum = crc32(bytes.subarray(start, end), this.sum)
      return
    }
    if (this.length + length > SCRATCH_BYTES) this.flush()
    if (length > 64) this.length += bytes.copy(this.scratch, this.length, start, end)
    else for (let i = start; i < end; i++) this.scratch[this.length++] = bytes[i]!
  }

  /** Take in a whole number of up to 32 bits. */
  number(value: number): void {
    if (this.length + 4 > SCRATCH_BYTES) this.flush()
    this.total += 4
    this.length = this.scratch.writeInt32LE(value | 0, this.length)
  }

  /** Take in all that another hash has taken in, which begins anew. */
  append(other: RowHash): void {
    this.flush()
    other.flush()
    this.sum = joinedSum(this.sum, other.sum, other.total)
    this.total += other.total
    other.sum = other.total = 0
  }

  /** The checksum of everything since the last one. */
  finish(): string {
    this.flush()
    const text = `${this.sum.toString(36)}.${this.total.toString(36)}`
    this.sum = this.total = 0
    return text
  }

  private flush(): void {
    this.sum = crc32(this.scratch.subarray(0, this.length), this.sum)
    this.length = 0
  }
}

const SCRATCH_BYTES = 1 << 16
const SMALL = 1024

/**
 * The checksum of bytes and others behind them, of the checksums of both: a checksum is a remainder by a polynomial, so that the first one
 * has only to be multiplied by x for each bit that comes behind it.
 */
function joinedSum(first: number, second: number, bytesOfSecond: number): number {
  let moved = first
  let factor = X_8
  for (let left = bytesOfSecond; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) moved = product(moved, factor)
    factor = product(factor, factor)
  }
  return (moved ^ second) >>> 0
}

/** Polynomials as CRC-32 has them, the bit of the highest power last: the one that it divides by, less that power, and x to the 8th. */
const [DIVISOR, X_8] = [0xedb88320, 1 << 23]

function product(a: number, b: number): number {
  let sum = 0
  let shifted = b
  for (let bit = 31; bit >= 0; bit--) {
    if ((a >>> bit) & 1) sum ^= shifted
    shifted = (shifted >>> 1) ^ (shifted & 1 ? DIVISOR : 0)
  }
  return sum >>> 0
}
