import { createHash } from 'node:crypto'
import { TracewrightError } from '../errors.ts'

/** Chooses so many of all rows by a hash of what they are: the same rows whatever their order. Holds as many keys as it chooses. */
export class ExactChoice {
  readonly wanted: number
  offered = 0
  private readonly heap: bigint[] = [] // the largest key first

  constructor(wanted: number) {
    this.wanted = wanted
  }

  /** Hear of a row. */
  offer(traceId: string, ordinal: number): void {
    this.offered++
    const key = keyOf(traceId, ordinal)
    if (this.heap.length < this.wanted) {
      this.heap.push(key)
      this.rise(this.heap.length - 1)
    } else if (key < this.heap[0]!) {
      this.heap[0] = key
      this.sink()
    }
  }

  /** Whether a row is chosen, once all were offered. */
  takes(traceId: string, ordinal: number): boolean {
    return keyOf(traceId, ordinal) <= this.heap[0]!
  }

  /** Throws where fewer rows were offered than are wanted. */
  assertEnough(): void {
    if (this.offered < this.wanted)
      throw new TracewrightError('usage', `Cannot write exactly ${this.wanted} rows: there are ${this.offered}`, {
        hint: 'Ask for fewer, or leave fewer out',
      })
  }

  private rise(at: number): void {
    for (let i = at; i > 0; ) {
      const parent = (i - 1) >> 1
      if (this.heap[parent]! >= this.heap[i]!) return
      this.swap(i, parent)
      i = parent
    }
  }

  private sink(): void {
    for (let i = 0; ; ) {
      let largest = i
      for (const child of [2 * i + 1, 2 * i + 2]) if (child < this.heap.length && this.heap[child]! > this.heap[largest]!) largest = child
      if (largest === i) return
      this.swap(i, largest)
      i = largest
    }
  }

  private swap(a: number, b: number): void {
    const held = this.heap[a]!
    this.heap[a] = this.heap[b]!
    this.heap[b] = held
  }
}

function keyOf(traceId: string, ordinal: number): bigint {
  return createHash('sha256').update(`${ordinal} ${traceId}`).digest().readBigUInt64BE(0)
}
