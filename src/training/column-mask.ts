import type { Mask } from './mask.ts'
import { conditionOf, verdictOf } from './outcome/condition.ts'

/**
 * A column or an outcome, for the whole row or by message, such as a judge's. Rows or messages that it says no to are not trained: false, a
 * score below a half, what does not hold. What it does not judge is trained.
 */
export function columnMask(text: string): Mask {
  const condition = conditionOf(text)
  return {
    name: text,
    description: `Rows or messages that column ${text} says no to`,
    isDefault: false,
    *find({ row, metas }, signals) {
      for (const i of metas.keys()) if (verdictOf(condition, row, signals, i) === false) yield [i, `column ${text}`]
    },
  }
}
