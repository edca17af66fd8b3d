import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { ModelReply } from '../model.ts'
import { ModelError } from '../model-error.ts'
import { pause } from '../pause.ts'
import { OwnTime } from '../testing/own-time.ts'
import { attempts } from './attempts.ts'
import { Breaker } from './breaker.ts'
import { Gate } from './gate.ts'

/*
 * Whoever asks is answered, refused or called off, whatever a server does and in whatever order; afterwards places are free, no endpoint is
 * held for being tried, and no timer is left.
 */

const REPLY = { text: 'yes', attempts: 1 } as ModelReply
const FAILURES = {
  refusal: () => new ModelError('found 429', { failure: 'rate_limit', status: 429, retryAfter: 1 }),
  busy: () => new ModelError('found 503', { failure: 'internal_server', status: 503 }),
  broken: () => new ModelError('found 502', { failure: 'internal_server', status: 502 }),
  cut: () => new ModelError('found the connection cut', { failure: 'api_connection' }),
  wrong: () => new ModelError('found 400', { failure: 'bad_request', status: 400 }),
  defect: () => new TypeError('undefined is no function'),
}

const CALLS = fc.array(
  fc.record({
    came: fc.constantFrom('reply' as const, ...(Object.keys(FAILURES) as (keyof typeof FAILURES)[])),
    seconds: fc.constantFrom(0, 0.01, 1, 5),
  }),
  { minLength: 1, maxLength: 12 },
)
const ASKERS = fc.array(
  fc.record({ after: fc.constantFrom(0, 0.01, 2, 30), calledOffAfter: fc.option(fc.constantFrom(0, 0.005, 1, 7), { freq: 3 }) }),
  { minLength: 1, maxLength: 12 },
)
const OPTIONS = { failures: 3, firstWait: 2, maxWait: 8, patience: 20 }
const RETRY = { attempts: 3, overloadPatience: 15, maxDelay: 4, firstDelay: 0.5 }

/** Seconds in which the last has its answer: each waits for its turn, for the endpoint to be given up, and between its own attempts. */
const LONGEST = 3600

it('answers, refuses or lets go of whoever asks, whatever the server does', async () => {
  await fc.assert(
    fc.asyncProperty(CALLS, ASKERS, fc.integer({ min: 1, max: 3 }), fc.constantFrom(0, 0.3), async (calls, askers, max, perLook) => {
      using time = new OwnTime(perLook)
      const gate = new Gate(max, { cooldown: 1, successWindow: 2 })
      const breaker = new Breaker('http://there', OPTIONS)
      let called = 0
      let underWay = 0
      let most = 0
      // What the server does is done again and again, so that an outage may last.
      const call = async (signal: AbortSignal) => {
        const { came, seconds } = calls[called++ % calls.length]!
        most = Math.max(most, ++underWay)
        await pause(seconds, signal).finally(() => underWay--)
        if (came !== 'reply') throw FAILURES[came]()
        return REPLY
      }
      const ends: string[] = []
      for (const { after, calledOffAfter } of askers) {
        await time.pass(after * 1000)
        const off = new AbortController()
        if (calledOffAfter !== null) setTimeout(() => off.abort(), calledOffAfter * 1000)
        attempts(() => call(off.signal), { gate, breaker, retry: RETRY }, off.signal).then(
          () => ends.push('answered'),
          error => ends.push(error instanceof Error ? error.message : 'no error'),
        )
      }
      for (let passed = 0; passed < LONGEST && ends.length < askers.length; passed += 20) await time.pass(20_000)
      expect(ends.length).toBe(askers.length)
      expect(ends).not.toContain('no error')
      expect(most).toBeLessThanOrEqual(max)
      expect(gate.throttle.inFlight).toBe(0)
      expect(gate.waiters).toBe(0)
      // The endpoint is up again: the next who asks is answered.
      await time.pass(900_000)
      expect(time.timers).toBe(0)
      expect(await attempts(async () => REPLY, { gate, breaker })).toMatchObject({ text: 'yes' })
      expect(breaker.trouble).toBeNull()
    }),
    { numRuns: 60 },
  )
})
