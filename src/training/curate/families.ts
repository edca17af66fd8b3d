import type { NumberRuns } from '../../disk/number-runs.ts'
import type { PagedNumbers } from '../../disk/paged-numbers.ts'
import type { Scratch } from '../scratch/scratch.ts'
import { DisjointSets } from './disjoint-sets.ts'
import type { RowTable } from './row-table.ts'

/** Rows that belong together: those that name one id, whether the row of that id is there or not. */
export class Families {
  private readonly scratch: Scratch
  private readonly ids: NumberRuns // key of an id, a row that names it
  private readonly members: PagedNumbers // rows, family by family
  private readonly starts: PagedNumbers // by the family's first row
  private readonly counts: PagedNumbers
  private readonly sets: DisjointSets

  constructor(scratch: Scratch) {
    this.scratch = scratch
    this.ids = scratch.runs(2)
    this.members = scratch.numbers()
    this.starts = scratch.numbers()
    this.counts = scratch.numbers()
    this.sets = new DisjointSets(scratch)
  }

  /** A row names an id, as its own or of its kin. */
  add(row: number, idKey: number): void {
    this.ids.add(idKey, row)
  }

  /** Put all together, once they are known. */
  settle(table: RowTable): void {
    let last: readonly number[] = []
    for (const record of this.ids.sorted()) {
      if (record[0] === last[0]) this.sets.join(last[1]!, record[1]!)
      last = record
    }
    this.ids[Symbol.dispose]()
    const runs = this.scratch.runs(4)
    for (let row = 0; row < table.size; row++) runs.add(this.sets.find(row), table.get(row, 'time'), table.get(row, 'id'), row)
    let at = 0
    for (const [root, , , row] of runs.sorted()) {
      if (this.counts.get(root!) === 0) this.starts.set(root!, at)
      this.counts.set(root!, this.counts.get(root!) + 1)
      this.members.set(at++, row!)
    }
    runs[Symbol.dispose]()
  }

  /** The family of a row, known by one of its rows. */
  of(row: number): number {
    return this.sets.find(row)
  }

  /** Rows of a family, in the order in which they began. */
  rows(family: number): number[] {
    const start = this.starts.get(family)
    return Array.from({ length: this.counts.get(family) }, (_, i) => this.members.get(start + i))
  }

  /** Take the files away. */
  [Symbol.dispose](): void {
    for (const part of [this.ids, this.members, this.starts, this.counts, this.sets]) part[Symbol.dispose]()
  }
}
