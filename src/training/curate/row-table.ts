/** Facts of rows by number: numbers side by side, some sixty bytes a row. */
export class RowTable {
  size = 0
  private columns = COLUMNS.map(() => new Float64Array(1024))

  /** Enter the next row. */
  add(facts: { [column in Column]: number }): number {
    if (this.size === this.columns[0]!.length)
      this.columns = this.columns.map(column => {
        const larger = new Float64Array(column.length * 2)
        larger.set(column)
        return larger
      })
    for (const [i, name] of COLUMNS.entries()) this.columns[i]![this.size] = facts[name]
    return this.size++
  }

  get(row: number, column: Column): number {
    return this.columns[COLUMNS.indexOf(column)]![row]!
  }
}

const COLUMNS = ['id', 'time', 'words', 'task', 'project', 'merit', 'lineage'] as const

/** What is known of a row: hash of its id, when it began, letters the model wrote, how it ended, keys of task, project and lineage. */
export type Column = (typeof COLUMNS)[number]
