import { isObject, type JsonObject, stringOrNull } from '../../../json/json.ts'
import { elementsOf, sourceAt } from '../../../json/source-text.ts'
import type { ParseJob } from '../../format.ts'
import { type Entry, readListed } from '../../log/entries.ts'
import { factsOf, type StoredSession } from './stored-session.ts'

/** Read what `opencode export` writes: one session, its messages in a list. */
export async function readExport(job: ParseJob, file: string): Promise<StoredSession> {
  const { head, headPlace, entries, diagnostics } = await readListed(job, file, 'messages')
  job.ledger.settle(headPlace, 'metadata', 'what is known of the session')
  const info = isObject(head['info']) ? head['info'] : {}
  const facts = factsOf(info)
  const messages = entries.flatMap(({ place, record, text }) => {
    if (!isObject(record['info']) && !Array.isArray(record['parts'])) {
      job.ledger.unknown(place, stringOrNull(record['type']) ?? 'no type', null)
      return []
    }
    job.ledger.settle(place, 'metadata', 'what is known of a message')
    const known = isObject(record['info']) ? record['info'] : {}
    const sources = text === null ? [] : elementsOf(sourceAt(text, ['parts']) ?? '')
    const parts = Array.isArray(record['parts']) ? record['parts'] : []
    const placed = parts.flatMap((part, i): Entry[] => (isObject(part) ? [{ place, record: part, text: sources[i] ?? null }] : []))
    return [{ id: stringOrNull(known['id']) ?? `#${place.line}`, info: known, place, parts: placed }]
  })
  const id = stringOrNull(info['id']) ?? file.replace(/\.json$/, '')
  return { id, file, ...facts, meta: { ...facts.meta, ...asideOf(head) }, worktree: null, messages, diagnostics }
}

function asideOf({ todos }: JsonObject): JsonObject {
  return Array.isArray(todos) && todos.length > 0 ? { todos } : {}
}
