import { useEffect, useState } from 'preact/hooks'
import type { PageItem, SessionPage } from '../src/studio/api.ts'
import { ask, type Trouble } from './ask.ts'

/** Sessions by their ids, the one that is read and those that were opened within it. */
export type Loaded = ReadonlyMap<string, SessionPage>

/** Where a session of a source is asked for. */
export function sessionPath(source: string, id: string): string {
  return `/${encodeURIComponent(source)}/sessions/${encodeURIComponent(id)}`
}

/** A session and those that are open within it, whole; asked for anew when the source has changed. */
export function useSessions(source: string, ids: readonly string[], version: string): { loaded: Loaded; error: Trouble | null } {
  const [state, setState] = useState<{ loaded: Loaded; error: Trouble | null }>({ loaded: new Map(), error: null })
  const wanted = ids.join('\n')
  useEffect(() => {
    const controller = new AbortController()
    const put = (id: string, page: SessionPage) => setState(({ loaded }) => ({ loaded: new Map([...loaded, [id, page]]), error: null }))
    for (const id of ids) {
      const known = state.loaded.get(id)
      if (known !== undefined && known.version === version) continue
      load(sessionPath(source, id), controller.signal, page => put(id, page)).catch((error: Trouble) => {
        if (!controller.signal.aborted) setState(state => ({ ...state, error }))
      })
    }
    return () => controller.abort()
  }, [source, wanted, version])
  return state
}

/** A long session comes in parts: the first is shown while the others are on their way. */
async function load(path: string, signal: AbortSignal, put: (page: SessionPage) => void): Promise<void> {
  const first = await ask<SessionPage>(path, { signal })
  put(first)
  const items: PageItem[] = [...first.items]
  while (items.length < first.total) {
    const next = await ask<SessionPage>(`${path}?from=${items.length}`, { signal })
    if (next.items.length === 0 || next.version !== first.version) return
    items.push(...next.items)
    put({ ...first, items: [...items] })
  }
}
