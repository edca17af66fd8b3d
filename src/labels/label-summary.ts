import { type Agreement, agreementOf } from './agreement.ts'
import type { LabelEvent } from './label.ts'

/** What was said in all: names with their values, people, and how far they agree. */
export type LabelSums = {
  /** Labels that stand. */
  labels: number
  /** Sessions of which anything stands. */
  sessions: number
  /** What was said under each name, the most said first. */
  names: {
    /** The name. */
    name: string
    /** Its values, the most said first. */
    values: {
      /** As text. */
      value: string
      /** Labels that say it. */
      count: number
      /** Who said it how often. */
      by: LabelsBy[]
    }[]
  }[]
  /** Who said how much. */
  raters: LabelsBy[]
  /** How far each two agree. */
  agreement: Agreement[]
}

/** How much somebody said. */
export type LabelsBy = {
  /** Who. */
  value: string
  /** How many labels. */
  count: number
}

/** Sum up what was said. */
export function labelSums(labels: readonly LabelEvent[]): LabelSums {
  return {
    labels: labels.length,
    sessions: new Set(labels.map(({ trace_id }) => trace_id)).size,
    names: [...Map.groupBy(labels, ({ name }) => String(name))].map(([name, same]) => ({
      name,
      values: [...Map.groupBy(same, ({ value }) => value)]
        .map(([value, alike]) => ({ value, count: alike.length, by: raters(alike) }))
        .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1)),
    })),
    raters: raters(labels),
    agreement: agreementOf(labels),
  }
}

function raters(labels: readonly LabelEvent[]): LabelsBy[] {
  return [...Map.groupBy(labels, ({ by }) => by)]
    .map(([value, same]) => ({ value, count: same.length }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
}
