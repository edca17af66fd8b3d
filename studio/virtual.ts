import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core'
import type { RefObject } from 'preact'
import { useLayoutEffect, useReducer, useRef } from 'preact/hooks'

/** A list of which only what is seen is in the page. */
export type Virtual = Virtualizer<HTMLElement, HTMLElement>

/** A virtual list in an element that scrolls. `estimate`: pixels of a row before it was measured. */
export function useVirtual(
  scroller: RefObject<HTMLElement | null>,
  {
    count,
    estimate,
    keyOf,
    overscan = 6,
  }: { count: number; estimate: (index: number) => number; keyOf?: (index: number) => string | number; overscan?: number },
): Virtual {
  const [, render] = useReducer((n: number) => n + 1, 0)
  const held = useRef<Virtual | null>(null)
  const options = {
    count,
    getScrollElement: () => scroller.current,
    estimateSize: estimate,
    overscan,
    ...(keyOf === undefined ? {} : { getItemKey: keyOf }),
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    onChange: () => render(0),
  }
  held.current ??= new Virtualizer<HTMLElement, HTMLElement>(options)
  const virtual = held.current
  virtual.setOptions(options)
  useLayoutEffect(() => virtual._didMount(), [])
  useLayoutEffect(() => virtual._willUpdate())
  return virtual
}
