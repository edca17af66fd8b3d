/**
 * Finds the call that a result answers by its id in the log. Some models number their calls anew in every response, so that an id comes
 * again: results then answer the calls of the last response that made any of that id, in their order.
 */
export class CallsById {
  private readonly made = new Map<string, Made>()
  private response = 0

  /** Another response begins. */
  begin(): void {
    this.response++
  }

  /** A call was made: `stored` is its id in the log, `inRow` its id in the row. */
  make(stored: string, inRow: string): void {
    const known = this.made.get(stored)
    if (known !== undefined && known.response === this.response) known.ids.push(inRow)
    else this.made.set(stored, { response: this.response, ids: [inRow], answers: 0 })
  }

  /** The id in the row of the call that a result of this id answers; null where no such call was made. */
  answer(stored: string): string | null {
    const known = this.made.get(stored)
    return known === undefined ? null : known.ids[Math.min(known.answers++, known.ids.length - 1)]!
  }

  /** Whether a call of this id was made. */
  has(stored: string): boolean {
    return this.made.has(stored)
  }
}

/** The calls of one id that the last response with any has made, and how many results of that id have come since. */
type Made = { response: number; ids: string[]; answers: number }
