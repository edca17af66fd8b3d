/** So much is kept of a string: enough to know a log by. */
const STRING_BYTES = 256

/** And so much of a container, by its depth: of a record nothing is left out, of what stands in it most is. */
const CONTAINER_BYTES = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 1 << 14, 1 << 11]

/** Of a container that stands this deep nothing is kept but its brackets: no agent nests what its logs are known by so deep. */
export const DEEPEST_KEPT = 128

const QUOTE = 0x22
const BACKSLASH = 0x5c
const LF = 0x0a

/**
 * Shortens JSON as its bytes come, in memory that does not grow with it: of long strings their beginnings are left, of containers
 * with much in them their first members, and all keys of the records themselves. What is whole JSON stays whole JSON.
 */
export class Condenser {
  lines = 0
  length = 0
  private readonly pieces: Buffer[] = []
  private depth = 0
  private readonly openedAt: number[] = [] // for each open container of which something is kept, by depth: how much was kept before it
  private mutedAt = Number.POSITIVE_INFINITY // the depth whose further members are left out
  private inString = false
  private isCut = false // of the string nothing more is kept
  private kept = 0 // bytes of the string
  private isEscaped = false
  private unicode = 0 // hex digits of an escape that are still to come

  private readonly isLines: boolean

  /** `isLines`: every line is a value of its own, whatever stands on the one before; else line breaks are layout. */
  constructor(options: { isLines: boolean }) {
    this.isLines = options.isLines
  }

  /** What is left of all that was pushed. */
  text(): string {
    return Buffer.concat(this.pieces).toString('utf8')
  }

  push(chunk: Buffer): void {
    let from = this.isMuted || this.isCut ? -1 : 0 // of the stretch that is kept, -1 where nothing is
    let at = 0
    const keep = (end: number) => {
      if (from < 0 || end <= from) return
      this.pieces.push(Buffer.from(chunk.subarray(from, end)))
      this.length += end - from
      from = end
    }
    while (at < chunk.length) {
      const byte = chunk[at]!
      if (byte === LF && this.isLines) {
        if (from < 0) from = at
        this.nextLine()
        at++
        continue
      }
      if (this.inString) {
        if (from >= 0 && this.isCutting(byte)) {
          keep(at)
          from = -1
          this.isCut = true
        }
        if (this.isEscaped) {
          this.isEscaped = false
          this.unicode = byte === 0x75 ? 4 : 0
        } else if (byte === BACKSLASH) this.isEscaped = true
        else if (byte === QUOTE) {
          this.inString = false
          this.isCut = false
          if (from < 0 && !this.isMuted) from = at
        } else if (this.unicode > 0) this.unicode--
        this.kept++
        at++
        continue
      }
      if (byte === QUOTE) {
        this.inString = true
        this.kept = 0
        this.unicode = 0
      } else if (byte === 0x7b || byte === 0x5b) {
        if (!this.isMuted) this.openedAt[this.depth] = this.length + (from < 0 ? 0 : at - from)
        this.depth++
        if (this.depth >= DEEPEST_KEPT && !this.isMuted) {
          keep(at + 1)
          this.mutedAt = this.depth
          from = -1
        }
      } else if (byte === 0x7d || byte === 0x5d) {
        this.depth = Math.max(0, this.depth - 1)
        if (this.depth < this.mutedAt && this.isMuted) {
          this.mutedAt = Number.POSITIVE_INFINITY
          from = at
        }
      } else if (byte === 0x2c && from >= 0 && this.isFull(this.length + at - from)) {
        keep(at)
        this.mutedAt = this.depth
        from = -1
      }
      at++
    }
    keep(chunk.length)
  }

  private nextLine(): void {
    this.lines++
    this.depth = 0
    this.mutedAt = Number.POSITIVE_INFINITY
    this.inString = false
    this.isCut = false
    this.isEscaped = false
  }

  private get isMuted(): boolean {
    return this.mutedAt < Number.POSITIVE_INFINITY
  }

  /** Whether a string was kept long enough, and may be cut before this byte: not within a character, nor within an escape. */
  private isCutting(byte: number): boolean {
    return byte !== QUOTE && this.kept >= STRING_BYTES && !this.isEscaped && this.unicode === 0 && (byte & 0xc0) !== 0x80
  }

  private isFull(length: number): boolean {
    const { depth } = this
    return depth > 0 && length - this.openedAt[depth - 1]! > CONTAINER_BYTES[Math.min(depth, CONTAINER_BYTES.length - 1)]!
  }
}
