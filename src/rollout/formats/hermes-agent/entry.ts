import { readJsonOr, writeJson } from '../../../json/exact.ts'
import { isNumber, isObject, type Json, type JsonObject } from '../../../json/json.ts'
import type { Place } from '../../log/ledger.ts'

/** One message as a store has it. All stores use the same keys; what differs is how much of it they keep. */
export type Entry = {
  record: JsonObject
  place: Place
  text: (() => string | null) | null // the record's JSON as written; null where the store keeps columns
  state: 'active' | 'rewound' | 'archived' // rewound: taken back by the user; archived: replaced by a summary
}

/** Where a message stands, by its flags: stores without them hold active messages only. */
export function stateOf(record: JsonObject): Entry['state'] {
  const active = record['active'] ?? (isSet(record['compacted']) ? 0 : 1)
  if (isSet(active)) return 'active'
  return isSet(record['compacted']) ? 'archived' : 'rewound'
}

/** Whether a flag is set; SQLite has 0 and 1 where JSON has false and true. */
export function isSet(flag: Json | undefined): boolean {
  return flag === true || (isNumber(flag) && Number(flag) !== 0) || flag === '1' || flag === 'true'
}

const JSON_MARK = '\u0000json:'

/** The content of a message, structured content decoded from the text that stores keep it as. */
export function contentOf(record: JsonObject): Json {
  const content = record['content'] ?? null
  if (typeof content !== 'string' || !content.startsWith(JSON_MARK)) return content
  return readJsonOr(content.slice(JSON_MARK.length)) ?? content
}

/** The first text of a message, for telling who wrote it. */
export function openingOf(record: JsonObject): string {
  const content = contentOf(record)
  if (typeof content === 'string') return content
  const first = Array.isArray(content) ? content.find(part => isObject(part) && typeof part['text'] === 'string') : null
  return isObject(first) ? (first['text'] as string) : ''
}

/** What two records of one message have in common in every store: role, call id, calls or content. */
export function identityOf({ record }: Entry): string {
  const role = String(record['role'])
  if (role === 'tool' && record['tool_call_id']) return `tool ${writeJson(record['tool_call_id'])}`
  const content = contentOf(record)
  return `${role} ${callIdsOf(record)} ${typeof content === 'string' ? content.trim() : writeJson(content)}`
}

function callIdsOf(record: JsonObject): string {
  const stored = record['tool_calls']
  const calls = typeof stored === 'string' ? readJsonOr(stored) : stored
  if (!Array.isArray(calls)) return typeof stored === 'string' ? stored : ''
  return calls.map(call => (isObject(call) ? String(call['id'] ?? call['call_id'] ?? '') : '')).join(',')
}
