/**
 * Finds many texts in one pass over another: three letters are looked up in a table, and only where they may begin a needle is it compared.
 * The pass goes over bytes, which are read several times as fast as letters of a text; of letters beyond Latin it sees the low byte, and
 * what it takes for a needle is compared with the text itself.
 */
export class NeedleScan {
  private readonly starts = new Uint8Array(SIZE)
  private readonly byStart = new Map<number, { text: string; index: number }[]>()
  private readonly fold: boolean
  private readonly mask: number
  readonly size: number

  /** Needles of at least three letters. `fold`: those in lower case are found in upper case, too, as far as ASCII goes. */
  constructor(needles: readonly string[], { fold = false }: { fold?: boolean } = {}) {
    this.fold = fold
    this.mask = fold ? WITHOUT_CASE : 0xff
    this.size = needles.length
    for (const [index, text] of needles.entries()) {
      if (text.length < 3) continue
      let key = 0
      for (let i = 0; i < 3; i++) key = this.next(key, text.charCodeAt(i))
      this.starts[key] = 1
      const known = this.byStart.get(key)
      if (known === undefined) this.byStart.set(key, [{ text, index }])
      else known.push({ text, index })
    }
  }

  /** Every place where a needle stands; several at one place where one begins another. `found` is not to look for anything itself. */
  find(text: string, found: (index: number, at: number) => void): void {
    if (this.byStart.size === 0) return
    for (let from = 0; from + 2 < text.length; from += PIECE - 2) this.findIn(text, from, found)
  }

  private findIn(text: string, from: number, found: (index: number, at: number) => void): void {
    const { starts, byStart, mask } = this
    const length = BYTES.write(text.length <= PIECE ? text : text.slice(from, from + PIECE), 'latin1')
    let key = (((BYTES[0]! & mask) << 5) ^ (BYTES[1]! & mask)) & (SIZE - 1)
    for (let i = 2; i < length; i++) {
      key = ((key << 5) ^ (BYTES[i]! & mask)) & (SIZE - 1)
      if (starts[key] === 0) continue
      const at = from + i - 2
      for (const needle of byStart.get(key)!) if (this.stands(needle.text, text, at)) found(needle.index, at)
    }
  }

  private stands(needle: string, text: string, at: number): boolean {
    if (!this.fold) return text.startsWith(needle, at)
    if (at + needle.length > text.length) return false
    for (let i = 0; i < needle.length; i++) {
      const unit = text.charCodeAt(at + i)
      if ((unit >= 65 && unit <= 90 ? unit + 32 : unit) !== needle.charCodeAt(i)) return false
    }
    return true
  }

  /** The key of three letters, of that of the three before: what stood at its beginning is pushed out. */
  private next(key: number, unit: number): number {
    return ((key << 5) ^ (unit & this.mask)) & (SIZE - 1)
  }
}

const SIZE = 1 << 15

/** Upper and lower case look alike; so do a few signs, which the comparison tells apart. */
const WITHOUT_CASE = 0xdf

/** So many letters are looked at in one go. */
const PIECE = 1 << 15
const BYTES = Buffer.alloc(PIECE)
