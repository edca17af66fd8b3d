import type { ModelReply } from '../model/model.ts'
import type { Asker, ModelObserver } from '../model/observer.ts'
import type { TokenStatistics } from './column-statistics.ts'
import { momentsOf } from './distribution.ts'

/** Counts what models read and wrote for each record, by column. A cell that asks several times counts once, with all of it. */
export class TokenCount implements ModelObserver {
  private readonly columns = new Map<string, Map<string, { input: number; output: number }>>()

  replied({ column, row }: Asker, { usage: { input, output } }: ModelReply): void {
    if (input === null && output === null) return
    let rows = this.columns.get(column)
    if (rows === undefined) this.columns.set(column, (rows = new Map()))
    const known = rows.get(row) ?? { input: 0, output: 0 }
    rows.set(row, { input: known.input + (input ?? 0), output: known.output + (output ?? 0) })
  }

  /** What a column's model read and wrote, a record; nothing where nobody counted. */
  statistics(column: string): Partial<TokenStatistics> {
    const rows = [...(this.columns.get(column)?.values() ?? [])]
    if (rows.length === 0) return {}
    const read = momentsOf(rows.map(({ input }) => input))
    const written = momentsOf(rows.map(({ output }) => output))
    return {
      input_tokens_mean: read.mean,
      input_tokens_median: read.median,
      input_tokens_stddev: read.stddev ?? 0,
      output_tokens_mean: written.mean,
      output_tokens_median: written.median,
      output_tokens_stddev: written.stddev ?? 0,
    }
  }
}
