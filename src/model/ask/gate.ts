import { milliseconds } from '../../milliseconds.ts'
import { cancelled, refuseCancelled } from '../cancel.ts'
import { findModelError } from '../model-error.ts'
import { onAbort } from '../on-abort.ts'
import { LONGEST_WAIT } from './delays.ts'
import { Throttle, type ThrottleOptions } from './throttle.ts'

/** Lets calls to one model of one endpoint through as its throttle allows, first come, first served. */
export class Gate {
  readonly throttle: Throttle
  private readonly waiting = new Set<() => void>()
  private timer: NodeJS.Timeout | null = null

  constructor(max: number, options?: ThrottleOptions) {
    this.throttle = new Throttle(max, options)
  }

  /** Calls that wait for a place. */
  get waiters(): number {
    return this.waiting.size
  }

  /** Wait for a place. Rejects when the signal fires first. */
  async enter(signal?: AbortSignal): Promise<void> {
    refuseCancelled(signal)
    if (this.waiting.size === 0 && this.throttle.tryAcquire(seconds()) === 0) return
    return new Promise((resolve, reject) => {
      const abort = () => {
        this.waiting.delete(enter)
        this.forgetCooldown()
        reject(cancelled(signal))
      }
      const forget = signal === undefined ? () => {} : onAbort(signal, abort)
      const enter = () => {
        forget()
        resolve()
      }
      this.waiting.add(enter)
      this.admit()
    })
  }

  /** Give the place back, with what the call came to. */
  leave(thrown?: unknown): void {
    const failure = findModelError(thrown)
    if (thrown === undefined) this.throttle.releaseSuccess()
    else if (failure?.isOverload)
      this.throttle.releaseRefused(seconds(), failure.retryAfter === null ? null : Math.min(failure.retryAfter, LONGEST_WAIT))
    else this.throttle.releaseFailure()
    this.admit()
  }

  private admit(): void {
    for (const enter of this.waiting) {
      // One look at the clock: a cooldown that ended between two would leave nobody to open the gate.
      const now = seconds()
      const wait = this.throttle.tryAcquire(now)
      if (wait > 0) {
        // A full house empties by `leave`; only a cooldown ends by itself.
        if (now < this.throttle.blockedUntil) this.admitIn(wait)
        return
      }
      this.waiting.delete(enter)
      enter()
    }
    this.forgetCooldown()
  }

  /** A cooldown that nobody waits for keeps no process alive. */
  private forgetCooldown(): void {
    if (this.waiting.size > 0 || this.timer === null) return
    clearTimeout(this.timer)
    this.timer = null
  }

  private admitIn(wait: number): void {
    this.timer ??= setTimeout(
      () => {
        this.timer = null
        this.admit()
      },
      milliseconds(wait + 0.001),
    )
  }
}

/** The gates of a run: aliases of one model at one endpoint share theirs, and the smallest of their maxima holds. */
export class Gates {
  private readonly gates = new Map<string, Gate>()
  private readonly options: ThrottleOptions

  constructor(options: ThrottleOptions = {}) {
    this.options = options
  }

  /** The gate of a model. */
  of(endpoint: string, model: string, max: number): Gate {
    const key = `${endpoint}\n${model}`
    const gate = this.gates.get(key)
    if (gate === undefined) this.gates.set(key, new Gate(max, this.options))
    else gate.throttle.lowerMax(max)
    return this.gates.get(key)!
  }
}

function seconds(): number {
  return performance.now() / 1000
}
