/**
 * The items of a stream. Where whoever reads them stops before the end, or fails, `onLeft` is called, and only then is the stream told, which
 * waits for what is in flight: that may wait for the reader.
 */
export async function* untilLeft<T>(items: AsyncIterable<T>, onLeft: () => void): AsyncIterable<T> {
  for await (const item of items) {
    let isTaken = false
    try {
      yield item
      isTaken = true
    } finally {
      if (!isTaken) onLeft()
    }
  }
}
