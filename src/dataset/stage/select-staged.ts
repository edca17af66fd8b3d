import type { Row } from '../../row.ts'
import { factsOf } from '../facts.ts'
import { selectorOf } from '../select.ts'
import type { Selectors } from '../selectors.ts'
import type { StageShape } from './row-stage.ts'
import { PartRows, type RowFate, type StagedPart } from './staged-rows.ts'

/** Leaves rows out that selectors do not take, on their way from a log to a file. */
export type StagedSelection = { leftOut: number; fates(part: StagedPart, fates: readonly RowFate[]): RowFate[] }

/** What selectors leave. */
export function selectionOf(selectors: Selectors, shape: StageShape): StagedSelection {
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
