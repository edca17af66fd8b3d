import type { Row } from '../row.ts'
import { isOwnName, type LabelEvent } from './label.ts'

/** What was said of a session as columns; null where nothing stands. */
export function columnsOf(trace_id: string, all: readonly LabelEvent[]): Row | null {
  if (all.length === 0) return null
  const ofSession = all.filter(({ message }) => message === null)
  const { label, tags, notes } = saidOf(ofSession)
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
    label_values: all
      .filter(({ name }) => name === 'verdict' || isOwnName(name))
      .map(({ message, name, value, by }) => ({ message, name, value, by })),
    message_labels: messages,
    message_accepted: accepted,
    ...Object.fromEntries(ownNames(ofSession).map(name => [`label_${name}`, oneOf(ofSession, name)])),
  }
}

/** Names of one's own among labels. */
export function ownNames(labels: readonly LabelEvent[]): string[] {
  return [...new Set(labels.map(({ name }) => name).filter(isOwnName))].sort()
}

function saidOf(labels: readonly LabelEvent[]): { label: string | null; tags: string[]; notes: string[] } {
  return { label: oneOf(labels, 'verdict'), tags: valuesOf(labels, 'tag').sort(), notes: valuesOf(labels, 'note') }
}

/** What people say who say the same; else that they do not. */
function oneOf(labels: readonly LabelEvent[], name: string): string | null {
  const values = valuesOf(labels, name)
  return values.length > 1 ? 'disputed' : (values[0] ?? null)
}

function valuesOf(labels: readonly LabelEvent[], name: string): string[] {
  return [...new Set(labels.flatMap(label => (label.name === name ? [label.value] : [])))]
}
