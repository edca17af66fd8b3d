import { TracewrightError } from '../errors.ts'

/** The error for a call that was called off, whatever reason its signal carries. */
export function cancelled(signal: AbortSignal | null | undefined): TracewrightError {
  if (signal?.reason instanceof TracewrightError) return signal.reason
  return new TracewrightError('cancelled', 'The call was cancelled', { cause: signal?.reason })
}

/** Whether something was thrown because it was called off. */
export function isCancelled(error: unknown): boolean {
  return error instanceof TracewrightError && error.kind === 'cancelled'
}

/** Throw `cancelled` where the signal has fired. */
export function refuseCancelled(signal: AbortSignal | null | undefined): void {
  if (signal?.aborted) throw cancelled(signal)
}
