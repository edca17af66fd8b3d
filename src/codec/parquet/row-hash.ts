import { createHash, type Hash } from 'node:crypto'

const SCRATCH_BYTES = 1 << 16
const SMALL = 1024

/** A hash of bytes that come in many small pieces: these are gathered, for every call of the hash itself costs as much as a kilobyte. */
export class RowHash {
  private readonly scratch = Buffer.allocUnsafe(SCRATCH_BYTES)
  private length = 0
  private hash: Hash | null = null

  add(bytes: Buffer): void {
    if (bytes.length > SMALL) {
      this.flush()
      this.hash!.update(bytes)
      return
    }
    if (this.length + bytes.length > SCRATCH_BYTES) this.flush()
    if (bytes.length > 32) this.length += bytes.copy(this.scratch, this.length)
    else for (let i = 0; i < bytes.length; i++) this.scratch[this.length++] = bytes[i]!
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
