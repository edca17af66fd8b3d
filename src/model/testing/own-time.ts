import { vi } from 'vitest'

/** Time that passes as a test says, and a little at each look at the clock, so that no two looks agree. */
export class OwnTime {
  private now = performance.now()
  private readonly perLook: number

  /** `perLook`: milliseconds that each look takes. */
  constructor(perLook: number) {
    this.perLook = perLook
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    vi.spyOn(performance, 'now').mockImplementation(() => (this.now += this.perLook))
  }

  /** Let so many milliseconds pass, some at a time. Timers are due by their own count of them, which knows nothing of looks at the clock. */
  async pass(milliseconds: number): Promise<void> {
    const step = Math.max(1, milliseconds / STEPS)
    for (let left = milliseconds; left > 0; left -= step) {
      this.now += Math.min(step, left)
      await vi.advanceTimersByTimeAsync(Math.min(step, left))
    }
    await vi.advanceTimersByTimeAsync(0)
  }

  /** Timers that are set. */
  get timers(): number {
    return vi.getTimerCount()
  }

  [Symbol.dispose](): void {
    vi.useRealTimers()
    vi.restoreAllMocks()
  }
}

const STEPS = 20
