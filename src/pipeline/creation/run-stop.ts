import { TracewrightError } from '../../errors.ts'

/** Ends a run early: calls under way are finished and kept, nothing further is started. */
export class RunStop implements Disposable {
  private readonly controller = new AbortController()
  private readonly forget: (() => void)[]
  private stopReason: (() => string) | null = null

  /** `request`: the caller's wish to stop; `abort`: the caller's wish to stop at once. */
  constructor(request: AbortSignal | undefined, abort: AbortSignal) {
    const stop = () => this.because('Stopped on request')
    const signals = request === undefined ? [abort] : [request, abort]
    for (const signal of signals) signal.aborted ? stop() : signal.addEventListener('abort', stop, { once: true })
    this.forget = signals.map(signal => () => signal.removeEventListener('abort', stop))
  }

  /** The run is over: the caller's signals, which may outlive many, keep nothing of it. */
  [Symbol.dispose](): void {
    for (const forget of this.forget) forget()
  }

  /** Fires when nothing further may be started. */
  get signal(): AbortSignal {
    return this.controller.signal
  }

  /** Why the run ends before its target; null where it does not, or has reached it. */
  get reason(): string | null {
    return this.stopReason?.() ?? null
  }

  /** Stop, since something is wrong. The first reason is the one that is told. */
  because(reason: string | (() => string)): void {
    if (this.signal.aborted) return
    this.stopReason = typeof reason === 'string' ? () => reason : reason
    this.reached()
  }

  /** Stop, since enough was made. */
  reached(): void {
    if (!this.signal.aborted) this.controller.abort(new TracewrightError('cancelled', 'The run was stopped'))
  }
}
