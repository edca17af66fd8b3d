/** How a limit moves. The defaults are the reference's. */
export type ThrottleOptions = {
  reduceFactor?: number // default 0.75
  successWindow?: number // successes in a row before one more is let in; default 25
  cooldown?: number // seconds without calls after a refusal that names none; default 2
  overshoot?: number // how far past the limit a server refused at the next climb goes; default 0.1
}

const POLL = 0.05 // seconds; the answer to a call that is over the limit, not cooling down
const PATIENT_WINDOWS = 4 // full windows at the ceiling before it is tried again

/**
 * How many calls may be under way: multiplicative decrease when the server refuses, additive increase while it does not. Pure:
 * it is told the time, in seconds, and waits for nobody.
 */
export class Throttle {
  limit: number
  inFlight = 0
  blockedUntil = 0
  successStreak = 0
  ceiling = 0 // the limit at which the server refused; 0 where it never did
  refusalsInARow = 0
  private max: number
  private patience = 0
  private readonly options: Required<ThrottleOptions>

  constructor(max: number, options: ThrottleOptions = {}) {
    this.max = max
    this.limit = max
    this.options = { reduceFactor: 0.75, successWindow: 25, cooldown: 2, overshoot: 0.1, ...options }
  }

  /** Another alias that shares the limit: the smallest maximum holds. */
  lowerMax(max: number): void {
    this.max = Math.min(this.max, max)
    this.limit = Math.min(this.limit, this.max)
  }

  /** Take a place: 0 when it is taken, else the seconds to wait before asking again. */
  tryAcquire(now: number): number {
    if (now < this.blockedUntil) return this.blockedUntil - now
    if (this.inFlight >= this.limit) return POLL
    this.inFlight++
    return 0
  }

  /** A call succeeded. */
  releaseSuccess(): void {
    this.leave()
    this.refusalsInARow = 0
    if (++this.successStreak < this.options.successWindow) return
    this.successStreak = 0
    if (this.limit < this.highest()) this.limit++
    else if (this.limit < this.max && ++this.patience >= PATIENT_WINDOWS) this.raiseCeiling()
  }

  /** A call was refused for load. Of refusals in a row only the first lowers the limit: the others were sent before it. */
  releaseRefused(now: number, retryAfter: number | null = null): void {
    this.leave()
    this.successStreak = 0
    this.patience = 0
    if (++this.refusalsInARow === 1) {
      this.ceiling = this.ceiling === 0 ? this.limit : Math.min(this.ceiling, this.limit)
      this.limit = Math.max(1, Math.floor(this.limit * this.options.reduceFactor))
    }
    this.blockedUntil = Math.max(this.blockedUntil, now + (retryAfter ?? this.options.cooldown))
  }

  /** A call failed for another reason. */
  releaseFailure(): void {
    this.leave()
    this.successStreak = 0
  }

  private leave(): void {
    this.inFlight = Math.max(0, this.inFlight - 1)
  }

  private highest(): number {
    return this.ceiling === 0 ? this.max : Math.min(this.max, Math.floor(this.ceiling * (1 + this.options.overshoot)))
  }

  /** A ceiling learnt in a bad hour must not hold for the night. */
  private raiseCeiling(): void {
    this.patience = 0
    this.ceiling = this.limit + 1
    this.limit++
  }
}
