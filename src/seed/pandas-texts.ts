import type { Outcome, Row } from '../row.ts'
import { NAN } from './pandas-values.ts'
import type { OpenSeed } from './seed.ts'

/**
 * Rows as pandas makes them of objects: a text that is not there is `nan` where the column holds a text in any row of the batch, and null
 * where it holds none. What stands in a row is known only when the others were looked at; they are read for it as far as is needed.
 */
export function withPandasTexts(seed: OpenSeed): OpenSeed {
  let batch = new Batch(seed, [])
  const blocks = new Map<number, Batch>()
  return {
    columns: seed.columns,
    size: seed.size,
    place: seed.place,
    among: things => {
      batch = new Batch(seed, things)
    },
    read: index => {
      if (batch.holds(index)) return batch.read(index)
      const first = index - (index % BATCH_THINGS)
      const block = blocks.get(first) ?? new Batch(seed, numbers(first, Math.min(first + BATCH_THINGS, seed.size)))
      blocks.set(first, block)
      return block.read(index)
    },
    close: () => seed.close(),
  }
}

/** Things that are taken for a batch where nobody says which are drawn at once. */
const BATCH_THINGS = 1000

/** Things whose rows are one batch, and which columns are known to hold a text in it. */
class Batch {
  private readonly seed: OpenSeed
  private readonly things: readonly number[]
  private readonly members: ReadonlySet<number>
  private readonly withText = new Set<string>()
  private looked = 0

  constructor(seed: OpenSeed, things: readonly number[]) {
    this.seed = seed
    this.things = things
    this.members = new Set(things)
  }

  holds(index: number): boolean {
    return this.members.has(index)
  }

  async read(index: number): Promise<Outcome[]> {
    const outcomes = await this.seed.read(index)
    this.note(outcomes)
    const rows: Outcome[] = []
    for (const outcome of outcomes) rows.push('row' in outcome ? { ...outcome, row: await this.asPandas(outcome.row) } : outcome)
    return rows
  }

  private async asPandas(row: Row): Promise<Row> {
    const seen = { ...row }
    for (const [column, value] of Object.entries(row)) if (value === null && (await this.hasText(column))) seen[column] = NAN
    return seen
  }

  private async hasText(column: string): Promise<boolean> {
    while (!this.withText.has(column) && this.looked < this.things.length) this.note(await this.seed.read(this.things[this.looked++]!))
    return this.withText.has(column)
  }

  private note(outcomes: readonly Outcome[]): void {
    for (const outcome of outcomes)
      if ('row' in outcome)
        for (const [column, value] of Object.entries(outcome.row)) if (typeof value === 'string') this.withText.add(column)
  }
}

function numbers(first: number, end: number): number[] {
  return Array.from({ length: end - first }, (_, i) => first + i)
}
