/** What is waiting for signals. */
const waiting = new WeakMap<AbortSignal, Set<() => void>>()

/**
 * Do something when a signal fires; gives the function that takes that back. A signal of a whole run has as many listeners as there
 * are calls, and each `addEventListener` looks at all that are there, so all of them share one.
 */
export function onAbort(signal: AbortSignal, action: () => void): () => void {
  let actions = waiting.get(signal)
  if (actions === undefined) {
    const all = new Set<() => void>()
    signal.addEventListener('abort', () => {
      for (const each of all) each()
    })
    waiting.set(signal, (actions = all))
  }
  actions.add(action)
  return () => void actions.delete(action)
}
