import type { PagedNumbers } from './paged-numbers.ts'

/**
 * Numbers by keys that are evenly drawn numbers from 0 to 2 ** 53 - 2, as many as a disk holds: a key stands at the place that it names itself,
 * or behind it. Used as a Map is. `make` gives empty numbers, in which nothing that was set is 0.
 */
export class NumberTable {
  size = 0
  private readonly make: () => PagedNumbers
  private numbers: PagedNumbers // a key + 1, its value, and so on
  private places = SMALLEST

  constructor(make: () => PagedNumbers) {
    this.make = make
    this.numbers = make()
  }

  /** The value of a key; undefined where there is none. */
  get(key: number): number | undefined {
    const place = this.placeOf(key)
    return this.numbers.get(2 * place) === 0 ? undefined : this.numbers.get(2 * place + 1)
  }

  /** Enter a key, or give it another value. */
  set(key: number, value: number): void {
    let place = this.placeOf(key)
    if (this.numbers.get(2 * place) === 0) {
      if (this.size + 1 > this.places * FULLEST) {
        this.grow()
        place = this.placeOf(key)
      }
      this.size++
      this.numbers.set(2 * place, key + 1)
    }
    this.numbers.set(2 * place + 1, value)
  }

  /** Take the file away. */
  [Symbol.dispose](): void {
    this.numbers[Symbol.dispose]()
  }

  /** Where the key stands, or the first place at which it may. */
  private placeOf(key: number): number {
    for (let place = key % this.places; ; place = (place + 1) % this.places) {
      const found = this.numbers.get(2 * place)
      if (found === key + 1 || found === 0) return place
    }
  }

  private grow(): void {
    const [before, places] = [this.numbers, this.places]
    this.numbers = this.make()
    this.places = places * 2
    for (let place = 0; place < places; place++) {
      const found = before.get(2 * place)
      if (found === 0) continue
      const to = this.placeOf(found - 1)
      this.numbers.set(2 * to, found)
      this.numbers.set(2 * to + 1, before.get(2 * place + 1))
    }
    before[Symbol.dispose]()
  }
}

/** So full a table gets before it is made twice as large. */
const FULLEST = 0.6

/** Places of the first table. */
const SMALLEST = 1024
