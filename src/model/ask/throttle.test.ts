import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Throttle } from './throttle.ts'

const { config, registered, log } = JSON.parse(readFileSync(join(import.meta.dirname, 'cases', 'throttle_aimd.json'), 'utf8'))

function recorded(): Throttle {
  const { reduce_factor, success_window, cooldown_seconds, ceiling_overshoot } = config
  const options = { reduceFactor: reduce_factor, successWindow: success_window, cooldown: cooldown_seconds, overshoot: ceiling_overshoot }
  const throttle = new Throttle(registered.a, options)
  throttle.lowerMax(registered.b)
  return throttle
}

function perform(throttle: Throttle, op: string, now: number): number | null {
  const [, name, retryAfter, times = '1'] = /^\(?([a-z_+]+)(?:\(retry_after=(\d+)\))?\)?(?: x(\d+))?$/.exec(op)!
  let returned: number | null = null
  for (let i = 0; i < Number(times); i++) {
    if (name!.includes('acquire')) returned = throttle.tryAcquire(now)
    if (name!.includes('release_success')) throttle.releaseSuccess()
    if (name === 'release_failure') throttle.releaseFailure()
    if (name === 'release_rate_limited') throttle.releaseRefused(now, retryAfter === undefined ? null : Number(retryAfter))
  }
  return name === 'try_acquire' ? returned : null
}

describe('Throttle', () => {
  it('moves as the reference does, step by step', () => {
    const throttle = recorded()
    for (const { op, now, returned, state } of log) {
      expect(perform(throttle, op, now), op).toBe(returned)
      const { limit, inFlight, blockedUntil, successStreak, ceiling, refusalsInARow } = throttle
      const { waiters: _, ...expected } = state
      expect(
        {
          current_limit: limit,
          in_flight: inFlight,
          blocked_until: blockedUntil,
          success_streak: successStreak,
          rate_limit_ceiling: ceiling,
          consecutive_429s: refusalsInARow,
        },
        op,
      ).toEqual(expected)
    }
  })

  it('climbs again, slowly, past a ceiling it learnt in a bad hour', () => {
    const throttle = new Throttle(8)
    for (let refusals = 0; refusals < 12; refusals++) {
      throttle.tryAcquire(refusals * 10)
      throttle.releaseRefused(refusals * 10)
      throttle.tryAcquire(refusals * 10 + 5)
      throttle.releaseSuccess()
    }
    expect(throttle.limit).toBe(1)
    for (let i = 0; i < 5_000; i++) {
      throttle.tryAcquire(1_000)
      throttle.releaseSuccess()
    }
    expect(throttle.limit).toBe(8)
  })
})
