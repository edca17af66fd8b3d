import type { LabelEvent } from '../labels/label.ts'
import { labeller } from '../labels/label-log.ts'
import { type LabelsBy, labelSums } from '../labels/label-summary.ts'
import { visible, visibleLine } from '../visible.ts'
import type { Count, LabelSummary } from './api.ts'

/** What was said in all, to be shown. */
export function labelSummary(labels: readonly LabelEvent[]): LabelSummary {
  const { names, raters, agreement, ...counts } = labelSums(labels)
  return {
    ...counts,
    names: names.map(({ name, values }) => ({
      name: visibleLine(name),
      values: values.slice(0, MAX_VALUES).map(({ value, count, by }) => ({ value: visible(value), count, by: shown(by) })),
    })),
    raters: shown(raters),
    agreement: agreement.map(({ name, raters: [a, b], ...found }) => ({
      ...found,
      name: visibleLine(name),
      raters: [visibleLine(a), visibleLine(b)],
    })),
    by: visibleLine(labeller(null)),
  }
}

/** Values of a name that are told; of notes nearly each is another one. */
const MAX_VALUES = 100

function shown(by: readonly LabelsBy[]): Count[] {
  return by.map(({ value, count }) => ({ value: visibleLine(value), count }))
}
