/** Lets a few through at a time; the others wait in the order in which they came. */
export class Turnstile {
  private readonly limit: number
  private inside = 0
  private readonly waiting: (() => void)[] = []

  constructor(limit: number) {
    this.limit = limit
  }

  /** Run something when it is its turn. */
  async pass<T>(action: () => Promise<T>): Promise<T> {
    if (this.inside >= this.limit) await new Promise<void>(resolve => this.waiting.push(resolve))
    else this.inside++
    try {
      return await action()
    } finally {
      const next = this.waiting.shift()
      if (next === undefined) this.inside--
      else next()
    }
  }
}
