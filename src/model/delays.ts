import type { ModelError } from './model-error.ts'

/** How often and how late a call is made again. */
export type RetryOptions = {
  attempts?: number // calls in all; default 4
  overloadPatience?: number // seconds a server may go on saying that it has too much to do; default 900
  firstDelay?: number // seconds; doubled with each attempt; default 1
  maxDelay?: number // seconds; default 60, but for what the server asks
  jitter?: number // the delay is drawn from this share around it; default 0.2
}

/** How long one question is kept up, and what is waited between its attempts. `retry-after` is honoured. */
export class Delays {
  private readonly options: Required<RetryOptions>
  private failures = 0
  private overloadedSince: number | null = null

  constructor(options: RetryOptions = {}) {
    this.options = { attempts: 4, overloadPatience: LONGEST_WAIT, firstDelay: 1, maxDelay: 60, jitter: 0.2, ...options }
  }

  /** Seconds to wait after an attempt that failed; null: it is time to give up. */
  after(failure: ModelError, attempt: number): number | null {
    if (!failure.isOverload) this.failures++
    else this.overloadedSince ??= seconds()
    if ((failure.retryAfter ?? 0) > LONGEST_WAIT || this.failures >= this.options.attempts) return null
    const delay = this.delayOf(failure, attempt)
    // Overload has a budget of time: what a server that says "later" needs is not told by how often it was asked.
    const tooLong = this.overloadedSince !== null && seconds() - this.overloadedSince + delay > this.options.overloadPatience
    return tooLong ? null : delay
  }

  private delayOf({ retryAfter }: ModelError, attempt: number): number {
    const { jitter, firstDelay, maxDelay } = this.options
    const spread = 1 + jitter * (2 * Math.random() - 1)
    const own = Math.min(maxDelay, firstDelay * 2 ** (attempt - 1)) * spread
    // A little later than the server asks, so that what it refused together does not come back together.
    const floor = Math.min(LONGEST_FLOOR, own / 4)
    return retryAfter === null ? own : Math.max(floor, retryAfter) + Math.random() * jitter
  }
}

/** Seconds a server may ask to wait; one that asks for more has no more to give today. */
export const LONGEST_WAIT = 900

/** Seconds, at most, that are waited at least before a server is asked again that asks for no wait or for none to speak of. */
const LONGEST_FLOOR = 5

function seconds(): number {
  return performance.now() / 1000
}
