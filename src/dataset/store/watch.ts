import { type FSWatcher, watch } from 'node:fs'

/** Gives a turn whenever something below the roots may have changed; ends when the signal is raised. */
export async function* watchRoots(roots: readonly string[], signal: AbortSignal, pollMs = POLL_MS): AsyncIterable<void> {
  let changedAt: number | null = null
  let wake = () => {}
  const onChange = () => {
    changedAt = performance.now()
    wake()
  }
  const watchers = roots.flatMap(root => watcherOf(root, onChange))
  const onAbort = () => wake()
  signal.addEventListener('abort', onAbort)
  try {
    let lastTurn = performance.now()
    while (!signal.aborted) {
      const now = performance.now()
      const due = changedAt === null ? lastTurn + pollMs : Math.min(changedAt + QUIET_MS, lastTurn + pollMs)
      if (now >= due) {
        changedAt = null
        yield
        lastTurn = performance.now()
      } else {
        await new Promise<void>(resolve => {
          const timer = setTimeout(resolve, due - now)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
    }
  } finally {
    signal.removeEventListener('abort', onAbort)
    for (const watcher of watchers) watcher.close()
  }
}

/** Changes come in bursts: a store is brought up to date when none came for so long. */
const QUIET_MS = 400
/** And this often in any case: not every file system tells of changes. */
const POLL_MS = 5000

function watcherOf(root: string, onChange: () => void): FSWatcher[] {
  try {
    const watcher = watch(root, { recursive: true }, onChange)
    watcher.on('error', () => watcher.close())
    return [watcher]
  } catch {
    return [] // polling finds what changes
  }
}
