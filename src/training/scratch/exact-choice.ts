import { createHash } from 'node:crypto'
import type { NumberRuns } from '../../disk/number-runs.ts'
import { TracewrightError } from '../../errors.ts'
import type { Scratch } from './scratch.ts'

/** Chooses so many of all rows by a hash of what they are: the same rows whatever their order. */
export class ExactChoice {
  readonly wanted: number
  private readonly keys: NumberRuns
  private last: readonly number[] | null = null // the greatest key that is chosen

  constructor(wanted: number, scratch: Scratch) {
    this.wanted = wanted
    this.keys = scratch.runs(2)
  }

  /** How many rows were offered. */
  get offered(): number {
    return this.keys.size
  }

  /** Hear of a row. */
  offer(traceId: string, ordinal: number): void {
    this.keys.add(...keyOf(traceId, ordinal))
  }

  /** Choose, once all were offered. Throws where fewer were than are wanted. */
  choose(): void {
    const { offered, wanted } = this
    if (offered < wanted)
      throw new TracewrightError('usage', `Cannot write exactly ${wanted} rows: there are ${offered}`, {
        hint: 'Ask for fewer, or leave fewer out',
      })
    let n = 0
    for (const key of this.keys.sorted()) {
      if (++n < wanted) continue
      this.last = key
      break
    }
    this[Symbol.dispose]()
  }

  /** Whether a row is chosen. */
  takes(traceId: string, ordinal: number): boolean {
    const [high, low] = keyOf(traceId, ordinal)
    const [lastHigh, lastLow] = this.last!
    return high < lastHigh! || (high === lastHigh && low <= lastLow!)
  }

  /** Take the file away. */
  [Symbol.dispose](): void {
    this.keys[Symbol.dispose]()
  }
}

/** A number of 64 bits, in halves. */
function keyOf(traceId: string, ordinal: number): [high: number, low: number] {
  const hash = createHash('sha256').update(`${ordinal} ${traceId}`).digest()
  return [hash.readUInt32BE(0), hash.readUInt32BE(4)]
}
