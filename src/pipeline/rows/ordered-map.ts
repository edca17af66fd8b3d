/**
 * Map over a stream with up to `width` items in flight; results come in the order of their sources, whatever finishes first.
 * Nothing is asked of the source before a result is asked of this, so a slow reader slows the whole line. Whoever stops reading
 * waits for what is in flight.
 */
export async function* orderedMap<A, B>(
  source: AsyncIterable<A>,
  width: number,
  map: (item: A, index: number) => Promise<B>,
): AsyncIterable<B> {
  const iterator = source[Symbol.asyncIterator]()
  const flying: Promise<IteratorResult<B, undefined>>[] = []
  let index = 0
  let ended = false
  const pull = async (): Promise<IteratorResult<B, undefined>> => {
    // An async generator queues its next() calls, so items are numbered in the order they were asked for.
    const next = await iterator.next()
    if (next.done) {
      ended = true
      return { done: true, value: undefined }
    }
    return { done: false, value: await map(next.value, index++) }
  }
  try {
    for (;;) {
      while (!ended && flying.length < width) {
        const promise = pull()
        promise.catch(() => {}) // it is awaited below, maybe later than it fails
        flying.push(promise)
      }
      const first = await flying.shift()
      if (first === undefined || first.done) return
      yield first.value
    }
  } finally {
    ended = true
    await Promise.allSettled(flying)
    await iterator.return?.()
  }
}

/** The items of lists, one list after the other. */
export async function* flat<T>(lists: AsyncIterable<readonly T[]>): AsyncIterable<T> {
  for await (const list of lists) yield* list
}
