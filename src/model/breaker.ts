import { findModelError, ModelError } from './model-error.ts'
import { pause } from './pause.ts'

/** When an endpoint is taken for down, and how long it is waited for. */
export type BreakerOptions = {
  failures?: number // outages in a row that open the circuit; default 8
  firstWait?: number // seconds until one call tries; doubled while it fails; default 5
  maxWait?: number // seconds; default 60
  patience?: number // seconds since the last success after which calls fail instead of waiting; default 600
}

/** An endpoint that fails: since when, why, and how it goes on. */
export type Trouble = {
  /** URL below which it answers. */
  endpoint: string
  /** Seconds it has not answered. */
  failing_for: number
  /** Calls wait, and one at a time tries. */
  is_down: boolean
  /** Seconds until it is asked again; null: it is being asked. */
  next_try_in: number | null
  /** Calls fail at once from then on. */
  gives_up_in: number | null
  /** Why. */
  reason: string
}

/**
 * The state of an endpoint. While it is down, calls wait instead of using up their attempts; one at a time tries whether it is
 * back. When it has been down for long, calls fail at once, but for the one that tries.
 */
export class Breaker {
  private readonly endpoint: string
  private readonly options: Required<BreakerOptions>
  private outages = 0
  private failingSince = 0 // seconds; 0 while calls come back
  private downSince = 0 // seconds; 0 while the circuit is closed
  private lastReason = ''
  private nextTry = 0
  private trying = false

  constructor(endpoint: string, options: BreakerOptions = {}) {
    this.endpoint = endpoint
    this.options = { failures: 8, firstWait: 5, maxWait: 60, patience: 600, ...options }
  }

  /** How the endpoint is; null while nothing is known against it. Times are seconds from now. */
  get trouble(): Trouble | null {
    if (this.outages === 0) return null
    const now = seconds()
    return {
      endpoint: this.endpoint,
      failing_for: now - this.failingSince,
      is_down: this.isOpen,
      next_try_in: this.isOpen ? Math.max(0, this.nextTry - now) : null,
      gives_up_in: this.isOpen ? Math.max(0, this.downSince + this.options.patience - now) : null,
      reason: this.lastReason,
    }
  }

  /** Whether calls are held back. */
  get isOpen(): boolean {
    return this.downSince > 0
  }

  /**
   * Wait until a call may be made; true for the one call that tries whether the endpoint is back. Throws `circuit_open` where it
   * has been down for longer than the patience.
   */
  async enter(signal?: AbortSignal): Promise<boolean> {
    while (this.isOpen) {
      const wait = this.nextTry - seconds()
      if (wait <= 0 && !this.trying) return (this.trying = true)
      if (seconds() - this.downSince > this.options.patience) throw this.refusal()
      await pause(Math.min(Math.max(wait, 0.05), 1), signal)
    }
    return false
  }

  /** What a call came to. A failure of the request itself says that the endpoint is up. */
  leave(wasTry: boolean, thrown?: unknown): void {
    if (wasTry) this.trying = false
    const failure = findModelError(thrown)
    if (thrown !== undefined && failure === null) return
    if (failure === null || !failure.isOutage) {
      this.outages = 0
      this.downSince = this.failingSince = 0
      return
    }
    // Calls that were under way when the circuit opened add nothing to what is known.
    if (this.isOpen && !wasTry) return
    if (this.outages++ === 0) this.failingSince = seconds()
    this.lastReason = failure.found
    const { failures, firstWait, maxWait } = this.options
    if (this.outages < failures) return
    this.downSince ||= seconds()
    this.nextTry = seconds() + Math.min(maxWait, firstWait * 2 ** Math.min(this.outages - failures, 20))
  }

  private refusal(): ModelError {
    const minutes = Math.round((seconds() - this.downSince) / 60)
    return new ModelError(`Cannot ask ${this.endpoint}: found it failing for ${minutes} min, expected replies`, {
      failure: 'circuit_open',
      hint: 'Go on when the provider is back; what was done is kept',
    })
  }
}

function seconds(): number {
  return performance.now() / 1000
}
