import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ModelError } from '../model-error.ts'
import { OwnTime } from '../testing/own-time.ts'
import { Gate } from './gate.ts'

/*
 * Whoever waits at a gate is let in or called off, whatever happens and in whatever order; places are given back, and none is given twice.
 */

const which = fc.nat({ max: 20 })
const max = fc.integer({ min: 1, max: 4 })
const how = fc.constantFrom('success' as const, 'failure' as const, 'refusal' as const)
const retryAfter = fc.option(fc.constantFrom(0, 0.001, 0.5, 3, 900, 1e9))
const milliseconds = fc.constantFrom(1, 20, 21, 500, 3000)
const EVENTS = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('enter' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('call off' as const), which }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('leave' as const), which, how, retryAfter }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), milliseconds }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('lower' as const), max }) },
  ),
  { maxLength: 60 },
)

class Scene {
  readonly gate: Gate
  readonly inside: number[] = []
  readonly waiting = new Map<number, AbortController>()
  entered = 0

  constructor(max: number) {
    this.gate = new Gate(max, { cooldown: 0.02, successWindow: 2 })
  }

  enter(): void {
    const id = this.entered++
    const off = new AbortController()
    this.waiting.set(id, off)
    void this.gate
      .enter(off.signal)
      .then(() => void this.inside.push(id))
      .catch(() => {}) // called off
      .finally(() => this.waiting.delete(id))
  }

  leave(index: number, how: 'success' | 'failure' | 'refusal', retryAfter: number | null): void {
    if (this.inside.length === 0) return
    this.inside.splice(index % this.inside.length, 1)
    const details = { failure: 'rate_limit' as const, ...(retryAfter === null ? {} : { retryAfter }) }
    if (how === 'success') this.gate.leave()
    else this.gate.leave(how === 'failure' ? new Error('no') : new ModelError('found 429', details))
  }

  check({ timers }: OwnTime): void {
    const { throttle, waiters } = this.gate
    expect(throttle.inFlight).toBe(this.inside.length)
    expect(waiters).toBe(this.waiting.size)
    // Where there is room, it is a cooldown that is waited for, and it ends by itself; else whoever leaves makes room.
    if (waiters === 0) expect(timers).toBe(0)
    else if (throttle.inFlight < throttle.limit) expect(timers).toBe(1)
  }
}

it('lets in whoever waits, whatever happened before', async () => {
  await fc.assert(
    fc.asyncProperty(EVENTS, max, fc.constantFrom(0, 0.01, 1, 7), async (events, max, perLook) => {
      using time = new OwnTime(perLook)
      const scene = new Scene(max)
      let most = max
      const acquire = scene.gate.throttle.tryAcquire.bind(scene.gate.throttle)
      scene.gate.throttle.tryAcquire = now => {
        const wait = acquire(now)
        if (wait === 0) expect(scene.gate.throttle.inFlight).toBeLessThanOrEqual(Math.min(most, scene.gate.throttle.limit))
        return wait
      }
      for (const event of events) {
        if (event.do === 'enter') scene.enter()
        else if (event.do === 'call off') [...scene.waiting.values()][event.which]?.abort()
        else if (event.do === 'leave') scene.leave(event.which, event.how, event.retryAfter)
        else if (event.do === 'wait') await time.pass(event.milliseconds)
        else scene.gate.throttle.lowerMax((most = Math.min(most, event.max)))
        await time.pass(0)
        scene.check(time)
      }
      // No server asks for longer than a quarter of an hour. After that whoever leaves makes room.
      await time.pass(901_000)
      while (scene.inside.length > 0) {
        scene.leave(0, 'success', null)
        await time.pass(1)
      }
      expect(scene.waiting.size).toBe(0)
      expect(scene.gate.throttle.inFlight).toBe(0)
      scene.check(time)
    }),
    { numRuns: 400 },
  )
})
