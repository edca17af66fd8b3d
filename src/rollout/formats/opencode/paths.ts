import { isObject, type JsonObject, stringOrNull } from '../../../json/json.ts'
import type { Entry } from '../../log/entries.ts'
import type { StoredMessage, StoredSession } from './stored-session.ts'

/** Messages of a session as they stand: what counts, and what was taken back. */
export type Standing = { current: StoredMessage[]; reverted: StoredMessage[] }

/** Divide messages at the one that was reverted to. */
export function standing({ messages, revertTo }: StoredSession): Standing {
  const at = revertTo === null ? -1 : messages.findIndex(({ id }) => id === revertTo.message)
  if (revertTo === null || at < 0) return { current: messages, reverted: [] }
  const [cut, { part }] = [messages[at]!, revertTo]
  if (part === null) return { current: messages.slice(0, at), reverted: messages.slice(at) }
  const from = cut.parts.findIndex(({ record }) => record['id'] === part)
  const split = from < 0 ? cut.parts.length : from
  return {
    current: [...messages.slice(0, at), ...(split > 0 ? [{ ...cut, parts: cut.parts.slice(0, split) }] : [])],
    reverted: [{ ...cut, parts: cut.parts.slice(split) }, ...messages.slice(at + 1)],
  }
}

/** What the model is given at the end: the last compaction that was answered, its summary, what was kept of before, and what followed. */
export function sentOf(messages: readonly StoredMessage[]): { sent: StoredMessage[]; unsent: StoredMessage[] } {
  const asked = new Map<string, number>()
  let last: { marker: number; summary: number } | null = null
  messages.forEach(({ id, info, parts }, i) => {
    if (compactionIn(parts) !== null) asked.set(id, i)
    const marker = isSummary(info) && info['finish'] && !info['error'] ? asked.get(String(info['parentID'])) : undefined
    if (marker !== undefined) last = { marker, summary: i }
  })
  if (last === null) return { sent: [...messages], unsent: [] }
  const { marker, summary }: { marker: number; summary: number } = last
  const tail = stringOrNull(compactionIn(messages[marker]!.parts)?.['tail_start_id'])
  const kept = tail === null ? -1 : messages.findIndex(({ id }) => id === tail)
  const from = kept >= 0 && kept < marker ? kept : marker
  return {
    sent: [...messages.slice(marker, summary + 1), ...messages.slice(from, marker), ...messages.slice(summary + 1)],
    unsent: messages.slice(0, from),
  }
}

/** The part by which a message asks for a compaction. */
export function compactionIn(parts: readonly Entry[]): JsonObject | null {
  return parts.find(({ record }) => record['type'] === 'compaction')?.record ?? null
}

/** Whether a response is the summary that a compaction asked for; of a person's message `summary` is a title. */
export function isSummary(info: JsonObject): boolean {
  return info['role'] === 'assistant' && (info['summary'] === true || (info['mode'] === 'compaction' && !isObject(info['summary'])))
}
