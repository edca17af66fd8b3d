import { useReducer, useRef } from 'preact/hooks'
import type { SessionLine, SessionList } from '../src/studio/api.ts'
import { ask } from './ask.ts'

/** Lines of one request. */
const PAGE = 100

/** Lines of a long list, asked for as they come into sight. */
export type ListPages = { line(index: number): SessionLine | undefined; want(from: number, to: number): void }

/** The lines of a list whose first page is there. What has changed meanwhile is asked for anew. */
export function useListPages(asked: string, first: SessionList, version: string): ListPages {
  const [, render] = useReducer((n: number) => n + 1, 0)
  const held = useRef({ version: '', pages: new Map<number, SessionLine[]>(), wanted: new Set<number>() })
  if (held.current.version !== version || held.current.pages.get(0) !== first.lines) {
    if (held.current.version !== version) held.current = { version, pages: new Map(), wanted: new Set() }
    held.current.pages.set(0, first.lines)
    held.current.wanted.add(0)
  }
  const { pages, wanted } = held.current
  return {
    line: index => pages.get(Math.floor(index / PAGE))?.[index % PAGE],
    want(from, to) {
      for (let page = Math.floor(from / PAGE); page <= Math.floor(to / PAGE); page++) {
        if (wanted.has(page) || page * PAGE >= first.total) continue
        wanted.add(page)
        ask<SessionList>(`${asked}&offset=${page * PAGE}&limit=${PAGE}`)
          .then(list => {
            pages.set(page, list.lines)
            render(0)
          })
          .catch(() => wanted.delete(page))
      }
    },
  }
}
