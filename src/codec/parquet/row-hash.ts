import { createHash, type Hash } from 'node:crypto'

const SCRATCH_BYTES = 1 << 16
const SMALL = 1024

/** A hash of bytes that come in many small pieces: these are gathered, for every call of the hash itself costs as much as a kilobyte. */
export class RowHash {
  private readonly scratch = Buffer.allocUnsafe(SCRATCH_BYTES)
  private length = 0
  private hash: Hash | null = null

  /** Take in some of the bytes of a buffer. */
  add(bytes: Buffer, start: number, end: number): void {
    const length = end - start
    if (length > SMALL) {
      this.flush()
      this.hash!.update(bytes.subarray(start, end))
      return
    }
    if (this.length + length > SCRATCH_BYTES) this.flush()
    if (length > 64) this.length += bytes.copy(this.scratch, this.length, start, end)
    else for (let i = start; i < end; i++) this.scratch[this.length++] = bytes[i]!
  }

  /** Take in a number: how long what came before it was. */
  mark(length: number): void {
    if (this.length + 4 > SCRATCH_BYTES) this.flush()
    this.length = this.scratch.writeInt32LE(length, this.length)
  }

  /** The hash of everything since the last one. */
  finish(): string {
    this.flush()
    const digest = this.hash!.digest('base64')
    this.hash = null
    return digest
  }

  private flush(): void {
    this.hash ??= createHash('sha1')
    this.hash.update(this.scratch.subarray(0, this.length))
    this.length = 0
  }
}
