import { useEffect, useState } from 'preact/hooks'

/** Where the reader is: all of what a page shows follows from its address. */
export type Route = { path: string[]; query: URLSearchParams; href: string }

/** Parts of an address that mean nothing to whoever opens it again are left out. */
export type QueryChange = { [name: string]: string | null }

const listeners = new Set<() => void>()

function current(): Route {
  const path = location.pathname.split('/').filter(Boolean).map(decode)
  return { path, query: new URLSearchParams(location.search), href: location.pathname + location.search }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** The address, and again when it changes. */
export function useRoute(): Route {
  const [route, setRoute] = useState(current)
  useEffect(() => {
    const update = () => setRoute(current())
    listeners.add(update)
    addEventListener('popstate', update)
    return () => {
      listeners.delete(update)
      removeEventListener('popstate', update)
    }
  }, [])
  return route
}

/** Go to an address of the studio. `replace`: the way back leads past it. */
export function go(href: string, { replace = false }: { replace?: boolean } = {}): void {
  if (href === location.pathname + location.search) return
  history[replace ? 'replaceState' : 'pushState'](null, '', href)
  for (const listener of listeners) listener()
}

/** The address with some of its query changed. */
export function changed(change: QueryChange, from: URLSearchParams = new URLSearchParams(location.search)): string {
  const query = new URLSearchParams(from)
  for (const [name, value] of Object.entries(change)) {
    if (value === null) query.delete(name)
    else query.set(name, value)
  }
  const text = query.toString()
  return location.pathname + (text === '' ? '' : `?${text}`)
}

/** An address of the studio made of parts. */
export function hrefOf(parts: readonly (string | number)[], query: { [name: string]: string | number | null | undefined } = {}): string {
  const given = Object.entries(query).filter((entry): entry is [string, string | number] => entry[1] != null && entry[1] !== '')
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()
  return `/${parts.map(part => encodeURIComponent(part)).join('/')}${text === '' ? '' : `?${text}`}`
}

/** Links of the studio change the address without a new page; those with a key held, or to elsewhere, do what links do. */
export function followLinks(): void {
  document.addEventListener('click', event => {
    const link = (event.target as Element | null)?.closest('a')
    if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    if (link.target !== '' || link.origin !== location.origin || link.hasAttribute('download') || link.pathname.startsWith('/api/')) return
    event.preventDefault()
    if (link.hash !== '' && link.pathname === location.pathname) document.querySelector<HTMLElement>(link.hash)?.focus()
    else go(link.pathname + link.search)
  })
}
