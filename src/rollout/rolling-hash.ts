const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/**
 * A hash of texts in their order: after each text its state stands for all there were so far. Fast and not cryptographic: it tells
 * things apart that were not made to be confused.
 */
export class RollingHash {
  private high = 0x9e3779b9 | 0
  private low = 0x85ebca6b | 0

  /** Take in a text. */
  add(text: string): void {
    let { high, low } = this
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i)
      high = Math.imul(high ^ unit, 0x9e3779b1)
      low = Math.imul(low ^ unit, 0x5f356495)
    }
    // Mixed at the end of each text, so that where one ends and the next begins counts too.
    high = Math.imul(high ^ (high >>> 16) ^ text.length, 0x85ebca6b)
    low = Math.imul(low ^ (low >>> 13) ^ high, 0xc2b2ae35)
    this.high = high ^ (low >>> 15)
    this.low = low ^ (high >>> 14)
  }

  /** The state as six letters, 36 bits. */
  get letters(): string {
    const { high, low } = this
    return (
      LETTERS[high & 63]! +
      LETTERS[(high >>> 6) & 63]! +
      LETTERS[(high >>> 12) & 63]! +
      LETTERS[low & 63]! +
      LETTERS[(low >>> 6) & 63]! +
      LETTERS[(low >>> 12) & 63]!
    )
  }
}
