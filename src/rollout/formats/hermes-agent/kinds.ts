import { basename } from 'node:path'
import { isObject, type JsonObject, parseJson, stringOrNull } from '../../../json/json.ts'
import { endOfValue } from '../../../json/source-text.ts'

/** What a file of Hermes Agent is; the last three hold no session. */
export type Kind = 'store' | 'snapshot' | 'gateway' | 'export' | 'trajectories' | 'index' | 'request_dump' | 'relay_events'

/** What a file is by its name alone, where names are given by Hermes and nothing else. */
export function kindByName(path: string): Kind | null {
  const name = basename(path)
  if (name === 'state.db') return 'store'
  if (name === 'sessions.json') return 'index'
  if (/^request_dump_.*\.json$/.test(name)) return 'request_dump'
  if (/^session_.+\.json$/.test(name)) return 'snapshot'
  return /^(cron_.+|\d{8}_\d{6}_[\da-f]{6,8})\.jsonl$/.test(name) ? 'gateway' : null
}

/** What a file is by its first bytes; null where it is nothing of Hermes Agent. */
export function kindByHead(path: string, head: string): Kind | null {
  if (head.startsWith('SQLite format 3\0')) return basename(path) === 'state.db' ? 'store' : null
  if (path.endsWith('.json')) {
    const text = head.replace(/^\uFEFF/, '')
    return /^\s*\[/.test(text) ? listKind(keysOf(text.replace(/^\s*\[/, ''))) : documentKind(keysOf(text))
  }
  for (const line of head.replace(/^\uFEFF/, '').split('\n')) {
    const kind = lineKind(keysOf(line))
    if (kind !== null) return kind
  }
  return null
}

function documentKind(keys: JsonObject | null): Kind | null {
  if (keys === null || 'request' in keys) return null
  if (isIndex(keys)) return 'index'
  const isSession = 'session_id' in keys && ['session_start', 'platform', 'last_updated'].some(key => key in keys)
  const session = keys['session']
  const isStored = isObject(session) && 'id' in session && 'source' in session
  return (isSession && !('steps' in keys) && !('schema_version' in keys)) || isStored ? 'snapshot' : null
}

/** The gateway's index: each chat by its key, with the session it is at. */
function isIndex(keys: JsonObject): boolean {
  const first = Object.values(keys).find(isObject)
  return first !== undefined && typeof first['session_id'] === 'string' && typeof first['session_key'] === 'string'
}

/** Messages as a store has them, in one list. */
function listKind(keys: JsonObject | null): Kind | null {
  return keys !== null && 'session_id' in keys && 'role' in keys && 'content' in keys ? 'snapshot' : null
}

function lineKind(keys: JsonObject | null): Kind | null {
  if (keys === null) return null
  if ('atof_version' in keys) return 'relay_events'
  // Many datasets have such rows; Hermes says how its own ended.
  if ('conversations' in keys) return 'completed' in keys && isConversation(keys['conversations']) ? 'trajectories' : null
  if ('id' in keys && 'source' in keys && ('started_at' in keys || 'messages' in keys || 'model_config' in keys)) return 'export'
  if (keys['role'] === 'session_meta') return 'gateway'
  const isMessage = keys['role'] === 'user' || keys['role'] === 'assistant'
  return isMessage && 'content' in keys && 'timestamp' in keys && !('type' in keys) ? 'gateway' : null
}

function isConversation(turns: unknown): boolean {
  return turns === null || (Array.isArray(turns) && isObject(turns[0]) && 'from' in turns[0])
}

/** The session that the start of a document names. */
export function sessionIdIn(head: string): string | null {
  const keys = keysOf(head.replace(/^\uFEFF?\s*\[?/, '')) ?? {}
  const session = keys['session']
  return stringOrNull(keys['session_id']) ?? (isObject(session) ? stringOrNull(session['id']) : null)
}

/** Keys of an object whose text may break off, with the values that are whole; null stands for a value that is not. */
function keysOf(text: string): JsonObject | null {
  const keys: JsonObject = {}
  const key = /\s*"((?:[^"\\]|\\.)*)"\s*:\s*/y
  let at = /^\s*\{/.exec(text)?.[0].length ?? 0
  if (at === 0) return null
  for (;;) {
    key.lastIndex = at
    const found = key.exec(text)
    if (found === null) return keys
    const start = key.lastIndex
    const end = endOfValue(text, start)
    keys[found[1]!] = end < 0 ? null : (parseJson(text.slice(start, end)) ?? null)
    if (end < 0) return keys
    const comma = /\s*,/y
    comma.lastIndex = end
    if (!comma.test(text)) return keys
    at = comma.lastIndex
  }
}
