import { factsOf } from '../dataset/facts.ts'
import { selectorOf, selects } from '../dataset/select.ts'
import type { StageShape } from '../dataset/stage/row-stage.ts'
import { PartRows, type RowFate, type StagedPart } from '../dataset/stage/staged-rows.ts'
import type { Row } from '../row.ts'
import { type SelectFlags, selectorsFrom } from './select-options.ts'

/** Leaves rows out that selectors do not take, on their way from a log to a file. */
export type StagedSelection = { leftOut: number; fates(part: StagedPart, fates: readonly RowFate[]): RowFate[] }

/** What flags select; null where they select nothing. */
export function selectionOf(flags: SelectFlags, shape: StageShape): StagedSelection | null {
  const selectors = selectorsFrom(flags)
  if (!selects(selectors)) return null
  const isSelected = selectorOf(selectors)
  return {
    leftOut: 0,
    fates(part, fates) {
      const rows = new PartRows(part, shape.types)
      return fates.map((fate, i) => {
        const row = rows.settled(i, fate)
        if (row === null || isSelected(factsOf(row as unknown as Row))) return fate
        this.leftOut++
        return 'drop'
      })
    },
  }
}
