import { cancelled, refuseCancelled } from '../cancel.ts'
import { onAbort } from '../on-abort.ts'

/** How long something is waited for: milliseconds, unless the signal fires before; and the error when they are over. */
export type Patience = { milliseconds: number; signal: AbortSignal | undefined; late: () => Error }

/**
 * What an action comes to, where it does in time. Else it is waited for no longer, whether or not it heeds the signal that it is given: that is
 * its own, and whoever listens to it and never stops keeps nothing of others alive.
 */
export async function inTime<T>({ milliseconds, signal, late }: Patience, action: (signal: AbortSignal) => Promise<T>): Promise<T> {
  refuseCancelled(signal)
  const own = new AbortController()
  const { promise: ended, reject } = Promise.withResolvers<never>()
  const end = (error: Error) => {
    reject(error)
    own.abort(error)
  }
  const timer = setTimeout(() => end(late()), milliseconds)
  const forget = signal === undefined ? () => {} : onAbort(signal, () => end(cancelled(signal)))
  try {
    return await Promise.race([ended, action(own.signal)])
  } finally {
    clearTimeout(timer)
    forget()
  }
}
