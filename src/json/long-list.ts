/**
 * A list that is pushed to by the hundred thousand. An array that grows is copied each time it is full, and leaves behind three times what
 * it holds in the end.
 */
export class LongList<T> {
  private readonly full: T[][] = []
  private part: T[] = []

  get last(): T | undefined {
    return this.part.at(-1)
  }

  push(item: T): void {
    if (this.part.length === PART) {
      this.full.push(this.part)
      this.part = []
    }
    this.part.push(item)
  }

  /** All items, in one list. */
  toArray(): T[] {
    return this.full.length === 0 ? this.part : this.full.concat([this.part]).flat()
  }
}

const PART = 4096

/** The items of a list in their order, each of which the list holds no more when it comes: for what is held by the hundred thousand, and made into something else. */
export function* drained<T>(list: T[]): Iterable<T> {
  list.reverse()
  while (list.length > 0) yield list.pop()!
}
