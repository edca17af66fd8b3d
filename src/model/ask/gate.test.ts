import { afterEach, expect, it, vi } from 'vitest'
import { ModelError } from '../model-error.ts'
import { Gate } from './gate.ts'

const REFUSED = new ModelError('Cannot ask: found 429', { failure: 'rate_limit' })

afterEach(() => void vi.restoreAllMocks())

/** Have each look at the clock come so many milliseconds after the one before. */
function timeBetweenLooks(milliseconds: number): void {
  let now = performance.now()
  vi.spyOn(performance, 'now').mockImplementation(() => (now += milliseconds))
}

it('opens after a cooldown, whenever it ends between two looks at the clock', async () => {
  for (let milliseconds = 1; milliseconds <= 25; milliseconds++) {
    timeBetweenLooks(milliseconds)
    const gate = new Gate(1, { cooldown: 0.02 })
    await gate.enter()
    gate.leave(REFUSED)
    const entered = gate.enter().then(() => 'entered')
    const shut = new Promise(resolve => setTimeout(resolve, 2_000, 'shut'))
    expect(await Promise.race([entered, shut]), `${milliseconds} ms between looks`).toBe('entered')
    vi.restoreAllMocks()
  }
})
