import type { Row } from '../row.ts'
import type { LabelEvent } from './label.ts'

/** Labels as columns, a row for each session that has any, in the order of their ids. */
export function columnsOf(labels: readonly LabelEvent[]): Row[] {
  const bySession = [...Map.groupBy(labels, ({ trace_id }) => trace_id)].sort(([a], [b]) => (a < b ? -1 : 1))
  return bySession.map(([trace_id, all]) => {
    const { label, tags, notes } = saidOf(all.filter(({ message }) => message === null))
    const ofMessages = Map.groupBy(
      all.filter(({ message }) => message !== null),
      ({ message }) => message!,
    )
    const messages = [...ofMessages].sort(([a], [b]) => a - b).map(([message, some]) => ({ message, ...saidOf(some) }))
    const accepted: (boolean | null)[] = Array(Math.max(0, ...messages.map(({ message }) => message + 1))).fill(null)
    for (const { message, label } of messages) accepted[message] = label === 'accept' ? true : label === null ? null : false
    return {
      trace_id,
      label,
      label_tags: tags,
      label_notes: notes,
      label_by: [...new Set(all.map(({ by }) => by))].sort(),
      message_labels: messages,
      message_accepted: accepted,
    }
  })
}

function saidOf(labels: readonly LabelEvent[]): { label: string | null; tags: string[]; notes: string[] } {
  const valuesOf = (name: LabelEvent['name']) => [...new Set(labels.flatMap(label => (label.name === name ? [label.value] : [])))]
  const verdicts = valuesOf('verdict')
  return { label: verdicts.length > 1 ? 'disputed' : (verdicts[0] ?? null), tags: valuesOf('tag').sort(), notes: valuesOf('note') }
}
