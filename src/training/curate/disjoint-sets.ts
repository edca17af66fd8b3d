import type { PagedNumbers } from '../../disk/paged-numbers.ts'
import type { Scratch } from '../scratch/scratch.ts'

/** Numbers that are put together: union-find, its sets known by their smallest number. */
export class DisjointSets {
  private readonly scratch: Scratch
  private readonly parents: PagedNumbers // -1: its own

  constructor(scratch: Scratch) {
    this.scratch = scratch
    this.parents = scratch.numbers(-1)
  }

  /** The smallest number of the set that a number is in. */
  find(number: number): number {
    let root = number
    for (let up = this.parents.get(root); up >= 0 && up !== root; up = this.parents.get(root)) root = up
    for (let at = number; at !== root; ) {
      const next = this.parents.get(at)
      this.parents.set(at, root)
      at = next
    }
    return root
  }

  /** Sets of several of the numbers below this one, each in order. */
  *groups(below: number): Iterable<number[]> {
    const runs = this.scratch.runs(2)
    for (let number = 0; number < below; number++) {
      const root = this.find(number)
      if (root !== number) runs.add(root, number)
    }
    let group: number[] = []
    for (const [root, number] of runs.sorted()) {
      if (group[0] !== root) {
        if (group.length > 0) yield group
        group = [root!]
      }
      group.push(number!)
    }
    if (group.length > 0) yield group
    runs[Symbol.dispose]()
  }

  /** Put the sets of two numbers together. */
  join(a: number, b: number): void {
    const [x, y] = [this.find(a), this.find(b)]
    if (x !== y) this.parents.set(Math.max(x, y), Math.min(x, y))
  }

  /** Take the files away. */
  [Symbol.dispose](): void {
    this.parents[Symbol.dispose]()
  }
}
