import type { Source } from './source.ts'
import { TornArchive } from './zstd-frames.ts'

/** Of two files the one that holds the other and goes on; 'neither': they differ before one of them ends, or cannot be read. */
export type Longer = 'first' | 'second' | 'equal' | 'neither'

/** Compare the bytes of two files, unfolded, as far as they are the same. */
export async function longerOf(one: readonly [Source, string], other: readonly [Source, string]): Promise<Longer> {
  try {
    await using a = new Pieces(...one)
    await using b = new Pieces(...other)
    return await compared(a, b)
  } catch {
    return 'neither'
  }
}

async function compared(a: Pieces, b: Pieces): Promise<Longer> {
  for (;;) {
    const [left, right] = [await a.rest(), await b.rest()]
    if (left === null || right === null) return left !== null ? 'first' : right !== null ? 'second' : 'equal'
    const length = Math.min(left.length, right.length)
    if (left.compare(right, 0, length, 0, length) !== 0) return 'neither'
    a.take(length)
    b.take(length)
  }
}

/** A file a piece at a time, of which the beginning is taken. A torn archive ends where it is torn. */
class Pieces {
  private readonly chunks: AsyncIterator<Buffer>
  private piece: Buffer | null = null

  constructor(source: Source, path: string) {
    this.chunks = source.chunks(path)[Symbol.asyncIterator]()
  }

  /** What is left of the piece, else the next one; null at the end. */
  async rest(): Promise<Buffer | null> {
    while (this.piece === null || this.piece.length === 0) {
      const next = await this.chunks.next().catch(error => {
        if (error instanceof TornArchive) return { done: true as const, value: undefined }
        throw error
      })
      if (next.done) return null
      this.piece = next.value
    }
    return this.piece
  }

  take(length: number): void {
    this.piece = this.piece!.subarray(length)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.chunks.return?.()
  }
}
