/** Under `accept`, how many rows may be under way: no more than are likely to be needed, since each may cost something. */
export class Demand {
  private readonly wanted: () => number // rows still to be accepted
  private drawn = 0
  private judged = 0
  private accepted = 0
  private ended = false
  private wake: (() => void) | null = null

  constructor(wanted: () => number) {
    this.wanted = wanted
  }

  /** Resolves when one more row may be drawn. */
  async next(): Promise<void> {
    while (!this.ended && this.drawn - this.judged >= this.allowance) await new Promise<void>(resolve => (this.wake = resolve))
    this.drawn++
  }

  /** A drawn row was accepted, declined, or failed. */
  settled(accepted: boolean): void {
    this.judged++
    if (accepted) this.accepted++
    this.look()
  }

  /** Let go of whoever waits, since the run ends. */
  end(): void {
    this.ended = true
    this.look()
  }

  private look(): void {
    this.wake?.()
    this.wake = null
  }

  /** Rows it takes at the rate seen so far; beginning with the hope that all are accepted. */
  private get allowance(): number {
    return Math.max(1, Math.ceil((this.wanted() * (this.judged + 1)) / (this.accepted + 1)))
  }
}
