import type { PagedNumbers } from '../../disk/paged-numbers.ts'
import type { Scratch } from '../scratch/scratch.ts'

/** A text of a few for some of very many rows, such as why they are left out; the first that is said of a row stands. */
export class RowTexts {
  private readonly codes: PagedNumbers // 0: none
  private readonly texts: string[] = []
  private readonly codeOf = new Map<string, number>()

  constructor(scratch: Scratch) {
    this.codes = scratch.numbers()
  }

  get(row: number): string | null {
    const code = this.codes.get(row)
    return code === 0 ? null : this.texts[code - 1]!
  }

  has(row: number): boolean {
    return this.codes.get(row) !== 0
  }

  set(row: number, text: string): void {
    if (this.has(row)) return
    let code = this.codeOf.get(text)
    if (code === undefined) {
      code = this.texts.push(text)
      this.codeOf.set(text, code)
    }
    this.codes.set(row, code)
  }

  /** Take the files away. */
  [Symbol.dispose](): void {
    this.codes[Symbol.dispose]()
  }
}
