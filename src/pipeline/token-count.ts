import type { AliasedModel } from '../column/column.ts'
import type { TokenUsage } from '../model/model.ts'
import { type TokenStatistics, tokenStatistics } from './column-statistics.ts'

/** Counts what models read and wrote for each record, by column. A cell that asks several times counts once, with all of it. */
export class TokenCount {
  private readonly columns = new Map<string, Map<string, { input: number; output: number }>>()

  /** The model, which is counted from now on. */
  counting(aliased: AliasedModel, column: string, row: string): AliasedModel {
    const { model } = aliased
    const generate: typeof model.generate = async (request, given) => {
      const reply = await model.generate(request, given)
      this.add(column, row, reply.usage)
      return reply
    }
    return { ...aliased, model: { generate } }
  }

  /** What a column's model read and wrote, a record. */
  statistics(column: string): Partial<TokenStatistics> {
    const rows = [...(this.columns.get(column)?.values() ?? [])]
    return {
      ...tokenStatistics(
        'input',
        rows.map(({ input }) => input),
      ),
      ...tokenStatistics(
        'output',
        rows.map(({ output }) => output),
      ),
    }
  }

  private add(column: string, row: string, { input, output }: TokenUsage): void {
    if (input === null && output === null) return
    let rows = this.columns.get(column)
    if (rows === undefined) this.columns.set(column, (rows = new Map()))
    const known = rows.get(row) ?? { input: 0, output: 0 }
    rows.set(row, { input: known.input + (input ?? 0), output: known.output + (output ?? 0) })
  }
}
