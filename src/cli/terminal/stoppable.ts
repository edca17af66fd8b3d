import { exitOnSignals, takeSignals } from './early-exit.ts'
import { EXIT } from './exit.ts'

/** Where a command is shown: what it says must not be written into a panel that is being drawn. */
export type Shown = { say(text: string): void; stop(): void }

/** What is said at the first Ctrl-C: what is finished before the command ends. */
const CALLS = 'the calls under way are finished and saved'

/** Signals of a long command: the first Ctrl-C (or SIGTERM) asks it to stop, a second to stop at once, a third ends the process. */
export function stoppable(shown: Shown, finishes = CALLS): Disposable & { stop: AbortSignal; abort: AbortSignal } {
  const stop = new AbortController()
  const abort = new AbortController()
  const onInterrupt = () => {
    if (abort.signal.aborted) {
      shown.stop()
      process.exit(EXIT.interrupted)
    }
    if (stop.signal.aborted) abort.abort()
    else {
      shown.say(`Stopping: ${finishes}; press Ctrl-C again to stop at once`)
      stop.abort()
    }
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onInterrupt)
  takeSignals('SIGINT', 'SIGTERM')
  return {
    stop: stop.signal,
    abort: abort.signal,
    [Symbol.dispose]: () => {
      exitOnSignals() // What is left of the command is short, and ends as it would have begun.
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, onInterrupt)
    },
  }
}
