/**
 * Lines of a stream of events as bytes come, each with LF behind it, though CR or both end one, too: who reads a CR waits for what follows.
 * `size` is that of the event so far, its line included.
 */
export class EventLines {
  size = 0
  private held: Uint8Array[] = []
  private isBegun = false // a line was begun
  private isAfterCR = false

  /** What was begun and never ended. */
  rest(): Buffer {
    return Buffer.concat(this.held)
  }

  /** Lines that end in a chunk. What is left of it is held until its line ends. */
  *of(chunk: Uint8Array): Iterable<Buffer> {
    let start = 0
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]!
      if (byte === LF && this.isAfterCR) {
        // The second half of an end, of which one is enough.
        this.isAfterCR = false
        start = at + 1
        continue
      }
      this.isAfterCR = byte === CR
      this.size++
      if (byte !== LF && byte !== CR) {
        this.isBegun = true
        continue
      }
      if (!this.isBegun) this.size = 0
      this.isBegun = false
      const line = Buffer.concat([...this.held, chunk.subarray(start, at), END])
      this.held = []
      start = at + 1
      yield line
    }
    if (start < chunk.length) this.held.push(chunk.slice(start))
  }
}

const [LF, CR] = [10, 13]
const END = Buffer.of(LF)
