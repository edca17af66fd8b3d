import { exitOnSignals, takeSignals } from './early-exit.ts'
import { EXIT } from './exit.ts'
import { sayAside } from './say.ts'

/** A signal that Ctrl-C raises; a second Ctrl-C ends the process at once. */
export function interruptible(): Disposable & { signal: AbortSignal } {
  const controller = new AbortController()
  const onInterrupt = () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted)
    sayAside('\nStopping; press Ctrl-C again to stop at once')
    controller.abort()
  }
  process.on('SIGINT', onInterrupt)
  takeSignals('SIGINT')
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      exitOnSignals() // A process that has much to let go of takes a while to end.
      process.off('SIGINT', onInterrupt)
    },
  }
}
