import { readJsonOr } from '../../../json/exact.ts'
import { isObject, type Json, type JsonObject, stringOrNull } from '../../../json/json.ts'
import { restOf } from '../../conversation/chat-dialogue.ts'
import { isoTime } from '../../conversation/iso-time.ts'
import type { Diagnostic } from '../../conversation/row.ts'
import type { Entry } from '../../log/entries.ts'
import type { Place } from '../../log/ledger.ts'

/** A message with its parts in their order. */
export type StoredMessage = { id: string; info: JsonObject; place: Place; parts: Entry[] }

/** A session, wherever it is kept. */
export type StoredSession = {
  id: string
  file: string // root-relative
  parent: string | null // the session whose agent spawned this one
  directory: string | null
  worktree: string | null
  revertTo: { message: string; part: string | null } | null // from here on everything was taken back
  times: string[]
  meta: JsonObject
  messages: StoredMessage[]
  diagnostics: Diagnostic[]
}

/** What the record of a session says of it: JSON of a file, or columns of a table. */
export function factsOf(record: JsonObject): Omit<StoredSession, 'id' | 'file' | 'messages' | 'diagnostics' | 'worktree'> {
  const revert = opened(record['revert'])
  const message = isObject(revert) ? stringOrNull(revert['messageID']) : null
  const time = isObject(record['time']) ? record['time'] : {}
  const columns = Object.entries(record).map(([key, value]): [string, Json] => [key, JSON_COLUMNS.has(key) ? opened(value) : value])
  return {
    parent: stringOrNull(record['parentID']) ?? stringOrNull(record['parent_id']),
    directory: stringOrNull(record['directory']),
    revertTo: message === null ? null : { message, part: isObject(revert) ? stringOrNull(revert['partID']) : null },
    times: [time['created'], time['updated'], record['time_created'], record['time_updated']].flatMap(value => isoTime(value) ?? []),
    meta: restOf(Object.fromEntries(columns), TOLD),
  }
}

const JSON_COLUMNS = new Set(['revert', 'model', 'permission', 'summary_diffs', 'metadata'])
const TOLD = new Set('id parentID parent_id directory time time_created time_updated _too_long'.split(' '))

function opened(value: Json | undefined): Json {
  return typeof value === 'string' ? (readJsonOr(value) ?? value) : (value ?? null)
}
