/** What can be shuffled: an array, or one of numbers. */
export type Shuffled = {
  /** How many values it has. */
  readonly length: number
  [index: number]: unknown
}

/** A stream of pseudo-random numbers. The same seed and names give the same stream, whatever else draws beside it. */
export class Random {
  private a: number
  private b: number
  private c: number
  private d: number

  /** A stream of its own for each list of names, e.g. `new Random(seed, 'column', rowIndex)`. */
  constructor(seed: number | string, ...names: (string | number)[]) {
    const hash = hash128([seed, ...names].join('\u0000'))
    ;[this.a, this.b, this.c, this.d] = hash
    for (let i = 0; i < 12; i++) this.word()
  }

  /** A number in [0, 1) with 53 random bits. */
  next(): number {
    return ((this.word() >>> 5) * 67108864 + (this.word() >>> 6)) / 9007199254740992
  }

  /** An integer in [0, below). */
  integer(below: number): number {
    return Math.floor(this.next() * below)
  }

  /** One element, or undefined of an empty list. */
  pick<T>(items: readonly T[]): T | undefined {
    return items[this.integer(items.length)]
  }

  /** Shuffle in place and return the list. */
  shuffle<List extends Shuffled>(items: List): List {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(i + 1)
      const item = items[i]
      items[i] = items[j]
      items[j] = item
    }
    return items
  }

  /** One 32-bit word of the sfc32 generator. */
  private word(): number {
    const t = (((this.a + this.b) | 0) + this.d) | 0
    this.d = (this.d + 1) | 0
    this.a = this.b ^ (this.b >>> 9)
    this.b = (this.c + (this.c << 3)) | 0
    this.c = ((this.c << 21) | (this.c >>> 11)) + t
    return t >>> 0
  }
}

/** A fresh seed for a run that was given none; it is reported, so the run can be repeated. */
export function freshSeed(): number {
  return Math.floor(Math.random() * 2 ** 32)
}

/** cyrb128: four 32-bit words from a string; not cryptographic. */
function hash128(text: string): [number, number, number, number] {
  let [h1, h2, h3, h4] = [1779033703, 3144134277, 1013904242, 2773480762]
  for (let i = 0; i < text.length; i++) {
    const k = text.charCodeAt(i)
    h1 = h2 ^ Math.imul(h1 ^ k, 597399067)
    h2 = h3 ^ Math.imul(h2 ^ k, 2869860233)
    h3 = h4 ^ Math.imul(h3 ^ k, 951274213)
    h4 = h1 ^ Math.imul(h4 ^ k, 2716044179)
  }
  h1 = Math.imul(h3 ^ (h1 >>> 18), 597399067)
  h2 = Math.imul(h4 ^ (h2 >>> 22), 2869860233)
  h3 = Math.imul(h1 ^ (h3 >>> 17), 951274213)
  h4 = Math.imul(h2 ^ (h4 >>> 19), 2716044179)
  h1 ^= h2 ^ h3 ^ h4
  return [h1 >>> 0, (h2 ^ h1) >>> 0, (h3 ^ h1) >>> 0, (h4 ^ h1) >>> 0]
}
