import { Failure } from '../error.ts'
import type { Run } from '../run.ts'

/** Watches a text grow out of nested values: a short template can hold one list in another many times over, or in itself. */
export class TextMeter {
  private readonly run: Run
  private length = 0
  private paid = 0
  private depth = 0

  constructor(run: Run) {
    this.run = run
  }

  /** Account for a piece of the text. */
  count(piece: string): string {
    this.length += piece.length
    if (this.depth === 0 || this.length - this.paid > CHUNK) this.pay()
    return piece
  }

  /** Account for the brackets and commas of a container, and one level of depth while `write` runs. */
  container<T>(items: readonly T[], write: (item: T) => string): string[] {
    if (++this.depth > MAX_DEPTH) throw new Failure('limit', `Value nested more than ${MAX_DEPTH} deep`)
    this.length += 2 + items.length
    this.run.spend(items.length)
    if (this.length - this.paid > CHUNK) this.pay()
    const written = items.map(write)
    if (--this.depth === 0) this.pay()
    return written
  }

  private pay(): void {
    this.run.reserve(this.length)
    this.run.spend((this.length - this.paid) / 64)
    this.paid = this.length
  }
}

const CHUNK = 16_384
const MAX_DEPTH = 400
