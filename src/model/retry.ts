import type { Model } from './model.ts'
import { findModelError, type ModelError } from './model-error.ts'
import { pause } from './pause.ts'

/** How often and how late a call is made again. */
export type RetryOptions = {
  attempts?: number // calls in all; default 4
  overloadPatience?: number // seconds a server may go on saying that it has too much to do; default 900
  firstDelay?: number // seconds; doubled with each attempt; default 1
  maxDelay?: number // seconds; default 60, but for what the server asks
  jitter?: number // the delay is drawn from this share around it; default 0.2
}

/** Seconds a server may ask to wait; one that asks for more has no more to give today. */
export const LONGEST_WAIT = 900

/** Seconds, at most, that are waited at least before a server is asked again that asks for no wait or for none to speak of. */
const LONGEST_FLOOR = 5

/** A model that asks again when a failure may pass: overload, timeouts, lost connections, gateways. `retry-after` is honoured. */
export function retry(model: Model, options: RetryOptions = {}, again = (failure: ModelError) => failure.isPassing): Model {
  const settings = { attempts: 4, overloadPatience: LONGEST_WAIT, firstDelay: 1, maxDelay: 60, jitter: 0.2, ...options }
  return {
    async generate(request, { signal } = {}) {
      let failures = 0
      let overloadedSince: number | null = null
      for (let attempt = 1; ; attempt++) {
        try {
          const reply = await model.generate(request, signal === undefined ? {} : { signal })
          return { ...reply, attempts: reply.attempts + attempt - 1 }
        } catch (thrown) {
          const failure = findModelError(thrown)
          if (failure === null) throw thrown
          failure.attempts = attempt
          if (!failure.isOverload) failures++
          else overloadedSince ??= seconds()
          if (!again(failure) || (failure.retryAfter ?? 0) > LONGEST_WAIT || failures >= settings.attempts) throw failure
          const delay = delayOf(failure, attempt, settings)
          // Overload has a budget of time: what a server that says "later" needs is not told by how often it was asked.
          if (overloadedSince !== null && seconds() - overloadedSince + delay > settings.overloadPatience) throw failure
          await pause(delay, signal)
        }
      }
    },
  }
}

function delayOf(failure: ModelError, attempt: number, settings: Required<RetryOptions>): number {
  const spread = 1 + settings.jitter * (2 * Math.random() - 1)
  const own = Math.min(settings.maxDelay, settings.firstDelay * 2 ** (attempt - 1)) * spread
  // A little later than the server asks, so that what it refused together does not come back together.
  const floor = Math.min(LONGEST_FLOOR, own / 4)
  return failure.retryAfter === null ? own : Math.max(floor, failure.retryAfter) + Math.random() * settings.jitter
}

function seconds(): number {
  return performance.now() / 1000
}
