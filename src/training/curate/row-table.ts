import type { PagedNumbers } from '../../disk/paged-numbers.ts'
import type { Scratch } from '../scratch/scratch.ts'

/** Facts of rows by number: numbers side by side, some sixty bytes a row. */
export class RowTable {
  size = 0
  private readonly numbers: PagedNumbers

  constructor(scratch: Scratch) {
    this.numbers = scratch.numbers()
  }

  /** Enter the next row. */
  add(facts: { [column in Column]: number }): number {
    for (const [i, name] of COLUMNS.entries()) this.numbers.set(this.size * COLUMNS.length + i, facts[name])
    return this.size++
  }

  get(row: number, column: Column): number {
    return this.numbers.get(row * COLUMNS.length + COLUMNS.indexOf(column))
  }

  /** Take the files away. */
  [Symbol.dispose](): void {
    this.numbers[Symbol.dispose]()
  }
}

const COLUMNS = ['id', 'time', 'words', 'task', 'project', 'merit', 'lineage'] as const

/** What is known of a row: hash of its id, when it began, letters the model wrote, how it ended, keys of task, project and lineage. */
export type Column = (typeof COLUMNS)[number]
