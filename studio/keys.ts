import { useLayoutEffect, useRef } from 'preact/hooks'

/** What keys do on a page: the key as the browser names it, what it is for, and what it does. */
export type Keys = readonly { key: string; what: string; run: () => void }[]

const shown = new Set<{ keys: Keys }>()

/** Keys that the pages on the screen listen to, for the list of keys. */
export function keysNow(): Keys {
  return [...shown].flatMap(({ keys }) => keys)
}

const STORED = 'tracewright-single-keys'

/** Single keys can be turned off: who speaks to the computer, or holds a device of switches, would set them off. */
export function singleKeys(on?: boolean): boolean {
  if (on !== undefined) localStorage.setItem(STORED, on ? 'on' : 'off')
  return localStorage.getItem(STORED) !== 'off'
}

/** Listen to keys while this is on the screen. Who types into a field types. */
export function useKeys(keys: Keys): void {
  const own = useRef({ keys })
  own.current.keys = keys
  // Before the page is painted: a key that comes right after must not be lost.
  useLayoutEffect(() => {
    const entry = own.current
    shown.add(entry)
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey || event.metaKey) return
      const target = event.target as HTMLElement
      if (target.closest('input, textarea, select, dialog')) return
      const isPlain = !event.ctrlKey
      if (isPlain && event.key.length === 1 && !singleKeys()) return
      // A link or a button does its own thing with these.
      if ((event.key === 'Enter' || event.key === ' ') && target.closest('a, button, summary')) return
      const name = event.ctrlKey ? `Ctrl-${event.key.toLowerCase()}` : event.key
      const found = entry.keys.find(({ key }) => key === name)
      if (found === undefined) return
      event.preventDefault()
      found.run()
    }
    addEventListener('keydown', onKey)
    return () => {
      removeEventListener('keydown', onKey)
      shown.delete(entry)
    }
  }, [])
}
