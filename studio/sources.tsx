import { createContext } from 'preact'
import { useContext, useEffect, useState } from 'preact/hooks'
import type { Source, Sources } from '../src/studio/api.ts'
import { ask, type Trouble } from './ask.ts'

/** What there is to show, as it stands. */
export type Shelf = { sources: Source[]; version: string; read_only: boolean; error: Trouble | null; isLoaded: boolean }

const EMPTY: Shelf = { sources: [], version: '', read_only: true, error: null, isLoaded: false }
const ShelfContext = createContext<Shelf>(EMPTY)

/** All sources; whoever uses it is told when one changes. */
export function useShelf(): Shelf {
  return useContext(ShelfContext)
}

/** Which state a source is in: pages ask again when it is another one. */
export function useVersion(id: string | undefined): string {
  return useShelf().sources.find(source => source.id === id)?.version ?? ''
}

/** The same, of what people have said of it. */
export function useLabelsVersion(id: string): string {
  return useShelf().sources.find(source => source.id === id)?.labels_version ?? ''
}

/** Keeps what there is to show up to date, for all that is within. */
export function WithShelf({ children }: { children: preact.ComponentChildren }) {
  const [shelf, setShelf] = useState<Shelf>(EMPTY)
  useEffect(() => {
    ask<Sources>('')
      .then(sources => setShelf({ ...sources, error: null, isLoaded: true }))
      .catch((error: Trouble) => setShelf({ ...EMPTY, error, isLoaded: true }))
    const events = new EventSource('/api/sources/changes')
    events.addEventListener('versions', event => {
      const versions = JSON.parse(event.data as string) as Pick<Source, 'id' | 'version' | 'labels_version' | 'updated_at'>[]
      const byId = new Map(versions.map(version => [version.id, version]))
      setShelf(shelf => ({ ...shelf, sources: shelf.sources.map(source => ({ ...source, ...byId.get(source.id) })) }))
    })
    return () => events.close()
  }, [])
  return <ShelfContext.Provider value={shelf}>{children}</ShelfContext.Provider>
}
