import type { Source } from '../src/studio/api.ts'

/** Which state a source is in. */
export type Told = Pick<Source, 'id' | 'version' | 'labels_version' | 'updated_at'>

/** What is done with what is heard; `onAgain`: changes may have been missed, or nobody answers. */
type Ear = { onTold(versions: Told[]): void; onAgain(): void }

const NAME = 'tracewright-changes'

/** Until somebody answers again. */
const AGAIN_MS = 2000

/**
 * Hear of changes while the page is seen. A browser has six connections to a server, and who listens holds one for ever: of all pages of a
 * studio one listens, and tells the others. When it goes, or nobody looks at it, another one does.
 */
export function listen(ear: Ear): () => void {
  const channel = new BroadcastChannel(NAME)
  let turn: AbortController | null = null
  channel.addEventListener('message', ({ data }: MessageEvent<Told[] | null>) => (data === null ? ear.onAgain() : ear.onTold(data)))
  const all: Ear = {
    onTold(versions) {
      channel.postMessage(versions)
      ear.onTold(versions)
    },
    onAgain() {
      channel.postMessage(null)
      ear.onAgain()
    },
  }
  const look = () => {
    if (document.visibilityState === 'hidden') {
      turn?.abort()
      turn = null
    } else if (turn === null) {
      turn = new AbortController()
      const { signal } = turn
      const listening = () => new Promise<void>(resolve => hear(all, signal, resolve))
      navigator.locks.request(NAME, { signal }, () => (signal.aborted ? undefined : listening())).catch(() => {}) // it was not its turn
    }
  }
  const seen = () => {
    if (turn === null && document.visibilityState !== 'hidden') ear.onAgain()
    look()
  }
  look()
  document.addEventListener('visibilitychange', seen)
  return () => {
    document.removeEventListener('visibilitychange', seen)
    turn?.abort()
    channel.close()
  }
}

/** Hear of changes until `signal`; `done` is called then. */
function hear({ onTold, onAgain }: Ear, signal: AbortSignal, done: () => void): void {
  let events: EventSource | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  const open = (isAgain: boolean) => {
    events = new EventSource('/api/sources/changes')
    events.addEventListener('open', () => isAgain && onAgain())
    events.addEventListener('versions', event => onTold(JSON.parse(event.data as string) as Told[]))
    events.addEventListener('error', () => {
      events?.close()
      onAgain()
      timer = setTimeout(() => open(true), AGAIN_MS)
    })
  }
  signal.addEventListener('abort', () => {
    clearTimeout(timer)
    events?.close()
    done()
  })
  open(false)
}
