import { TracewrightError } from '../../errors.ts'

/** Ends a run early: calls under way are finished and kept, nothing further is started. */
export class RunStop {
  private readonly controller = new AbortController()
  private stopReason: (() => string) | null = null

  /** `request`: the caller's wish to stop; `abort`: the caller's wish to stop at once. */
  constructor(request: AbortSignal | undefined, abort: AbortSignal) {
    const stop = () => this.because('Stopped on request')
    for (const signal of [request, abort]) {
      if (signal?.aborted) stop()
      else signal?.addEventListener('abort', stop, { once: true })
    }
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
