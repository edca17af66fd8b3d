import { createContext } from 'preact'
import { useContext, useEffect, useState } from 'preact/hooks'
import type { Source, Sources } from '../src/studio/api.ts'
import { ask, type Trouble } from './ask.ts'
import { listen, type Told } from './changes.ts'

/** What there is to show, as it stands; with `error` and sources it is how it stood. */
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
    const told = new Map<string, Told>() // what was told last holds, though the list was asked for before and comes behind it
    const current = (sources: Source[]) => sources.map(source => ({ ...source, ...told.get(source.id) }))
    const load = () =>
      ask<Sources>('')
        .then(list => setShelf({ ...list, sources: current(list.sources), error: null, isLoaded: true }))
        .catch((error: Trouble) => setShelf(shelf => ({ ...shelf, error, isLoaded: true })))
    void load()
    return listen({
      onAgain: load,
      onTold: versions => {
        for (const version of versions) told.set(version.id, version)
        setShelf(shelf => ({ ...shelf, sources: current(shelf.sources) }))
      },
    })
  }, [])
  return <ShelfContext.Provider value={shelf}>{children}</ShelfContext.Provider>
}
