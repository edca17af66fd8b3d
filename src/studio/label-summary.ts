import { agreementOf } from '../labels/agreement.ts'
import type { LabelEvent } from '../labels/label.ts'
import { labeller } from '../labels/label-log.ts'
import { visible, visibleLine } from '../visible.ts'
import type { Count, LabelSummary } from './api.ts'

/** Values of a name that are told; of notes nearly each is another one. */
const MAX_VALUES = 100

/** What was said in all. */
export function labelSummary(labels: readonly LabelEvent[]): LabelSummary {
  return {
    labels: labels.length,
    sessions: new Set(labels.map(({ trace_id }) => trace_id)).size,
    names: [...Map.groupBy(labels, ({ name }) => String(name))].map(([name, same]) => ({
      name: visibleLine(name),
      values: [...Map.groupBy(same, ({ value }) => value)]
        .map(([value, alike]) => ({ value: visible(value), count: alike.length, by: raters(alike) }))
        .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
        .slice(0, MAX_VALUES),
    })),
    raters: raters(labels),
    agreement: agreementOf(labels).map(({ name, raters: [a, b], ...found }) => ({
      ...found,
      name: visibleLine(name),
      raters: [visibleLine(a), visibleLine(b)],
    })),
    by: visibleLine(labeller(null)),
  }
}

function raters(labels: readonly LabelEvent[]): Count[] {
  return [...Map.groupBy(labels, ({ by }) => by)]
    .map(([by, same]) => ({ value: visibleLine(by), count: same.length }))
    .sort((a, b) => b.count - a.count)
}
