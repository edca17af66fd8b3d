import type { NumberRuns } from './number-runs.ts'
import { PagedNumbers, type PagedOptions } from './paged-numbers.ts'

/** Numbers below 2 ** 53 with a value each, looked up in memory that is bounded. Most of what is not there is known from a filter of bits. */
export class NumberLookup {
  /** Distinct keys. */
  readonly size: number
  private readonly keys: PagedNumbers
  private readonly values: PagedNumbers | null
  private readonly bits: Uint8Array

  /** Of records of one number, or of two: a key, and its value. Of equal keys the least value stands. The runs are closed. */
  constructor(runs: NumberRuns, path: string, options: PagedOptions & { hasValues?: boolean; filterBytes?: number } = {}) {
    this.keys = new PagedNumbers(`${path}.keys`, options)
    this.values = options.hasValues ? new PagedNumbers(`${path}.values`, options) : null
    // Two bytes for a key leave one in a thousand to be looked for in vain.
    const bytes = 2 ** Math.ceil(Math.log2(Math.max(64, 2 * runs.size)))
    this.bits = new Uint8Array(Math.min(bytes, options.filterBytes ?? FILTER_BYTES))
    let size = 0
    let last = Number.NaN
    for (const [key, value = 0] of runs.sorted()) {
      if (key === last) continue
      last = key!
      this.keys.set(size, key!)
      this.values?.set(size, value)
      for (const bit of this.bitsOf(key!)) this.bits[bit >>> 3]! |= 1 << (bit & 7)
      size++
    }
    this.size = size
    runs[Symbol.dispose]()
  }

  has(key: number): boolean {
    return this.get(key) !== null
  }

  /** The value of a key; null where there is none. */
  get(key: number): number | null {
    if (!this.bitsOf(key).every(bit => this.bits[bit >>> 3]! & (1 << (bit & 7)))) return null
    let [low, high] = [0, this.size - 1]
    while (low <= high) {
      const middle = (low + high) >>> 1
      const found = this.keys.get(middle)
      if (found === key) return this.values?.get(middle) ?? 0
      if (found < key) low = middle + 1
      else high = middle - 1
    }
    return null
  }

  /** Take the files away. */
  [Symbol.dispose](): void {
    this.keys[Symbol.dispose]()
    this.values?.[Symbol.dispose]()
  }

  /** Three places of a key among the bits. */
  private bitsOf(key: number): number[] {
    const most = this.bits.length * 8
    const [low, high] = [key >>> 0, Math.floor(key / 2 ** 32) >>> 0]
    const a = Math.imul(low ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b) >>> 0
    const b = (Math.imul(high ^ (a >>> 15), 0xc2b2ae35) | 1) >>> 0
    return [a % most, (a + b) % most, (a + 2 * b) % most]
  }
}

/** The filter before the numbers takes so many bytes at most. */
const FILTER_BYTES = 64 * 1024 * 1024
