import { setTimeout } from 'node:timers/promises'
import { FolderHeld } from './lock.ts'

/**
 * Do what locks a folder, and wait while another holds it: it is tried again until nobody does. `onHeld` is told each time it is held. Null:
 * the signal was raised before it could be done.
 */
export async function inOwnTurn<T>(work: () => Promise<T>, signal: AbortSignal, onHeld: (held: FolderHeld) => void): Promise<T | null> {
  while (!signal.aborted) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof FolderHeld)) throw error
      onHeld(error)
    }
    await setTimeout(ASK_AGAIN_MS, undefined, { signal }).catch(() => {}) // rejected by the signal alone
  }
  return null
}

/** To ask costs less than a millisecond. */
const ASK_AGAIN_MS = 200
