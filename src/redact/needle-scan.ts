/** Finds many texts in one pass over another: three letters are looked up in a table, and only where they may begin a needle is it compared. */
export class NeedleScan {
  private readonly starts = new Uint8Array(SIZE)
  private readonly byStart = new Map<number, { text: string; index: number }[]>()
  private readonly fold: boolean
  readonly size: number

  /** Needles of at least three letters. `fold`: those in lower case are found in upper case, too, as far as ASCII goes. */
  constructor(needles: readonly string[], { fold = false }: { fold?: boolean } = {}) {
    this.fold = fold
    this.size = needles.length
    for (const [index, text] of needles.entries()) {
      if (text.length < 3) continue
      const key = this.key(text.charCodeAt(0), text.charCodeAt(1), text.charCodeAt(2))
      this.starts[key] = 1
      const known = this.byStart.get(key)
      if (known === undefined) this.byStart.set(key, [{ text, index }])
      else known.push({ text, index })
    }
  }

  /** Every place where a needle stands; several at one place where one begins another. */
  find(text: string, found: (index: number, at: number, needle: string) => void): void {
    const last = text.length - 2
    if (last <= 0) return
    let a = this.code(text.charCodeAt(0))
    let b = this.code(text.charCodeAt(1))
    for (let i = 0; i < last; i++) {
      const c = this.code(text.charCodeAt(i + 2))
      const key = (a ^ (b << 5) ^ (c << 10)) & (SIZE - 1)
      a = b
      b = c
      if (this.starts[key] === 0) continue
      for (const needle of this.byStart.get(key)!) if (this.stands(needle.text, text, i)) found(needle.index, i, needle.text)
    }
  }

  /** Whether any needle stands in the text. */
  any(text: string): boolean {
    let is = false
    this.find(text, () => {
      is = true
    })
    return is
  }

  private stands(needle: string, text: string, at: number): boolean {
    if (!this.fold) return text.startsWith(needle, at)
    if (at + needle.length > text.length) return false
    for (let i = 0; i < needle.length; i++) if (this.code(text.charCodeAt(at + i)) !== needle.charCodeAt(i)) return false
    return true
  }

  private code(unit: number): number {
    return this.fold && unit >= 65 && unit <= 90 ? unit + 32 : unit
  }

  private key(a: number, b: number, c: number): number {
    return (a ^ (b << 5) ^ (c << 10)) & (SIZE - 1)
  }
}

const SIZE = 1 << 16
