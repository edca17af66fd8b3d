import { EXIT } from './exit.ts'
import { sayAside } from './say.ts'

/** Signals of a long command: the first Ctrl-C (or SIGTERM) asks it to stop, a second to stop at once, a third ends the process. */
export function stoppable(): { stop: AbortSignal; abort: AbortSignal; release(): void } {
  const stop = new AbortController()
  const abort = new AbortController()
  const onInterrupt = () => {
    if (abort.signal.aborted) process.exit(EXIT.interrupted)
    if (stop.signal.aborted) abort.abort()
    else {
      sayAside('\nStopping: the calls under way are finished and saved; press Ctrl-C again to stop at once')
      stop.abort()
    }
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onInterrupt)
  return {
    stop: stop.signal,
    abort: abort.signal,
    release: () => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, onInterrupt)
    },
  }
}
