import { isObject, type JsonObject, numberOrNull, stringOrNull } from '../../../json/json.ts'
import { sourceAt, withoutLayout } from '../../../json/source-text.ts'
import type { Origin } from '../../conversation/row.ts'
import type { Place } from '../../log/ledger.ts'
import { asTextBlocks } from './content.ts'
import { EVENT_TYPES, ITEM_TYPES, WRAPPED_TYPES } from './record-types.ts'

/** One record of any generation, in one shape. What no reader needs of it is let go, for a rollout may be larger than memory. */
export type Entry = {
  place: Place
  kind: 'meta' | 'item' | 'event' | 'context' | 'compacted' | 'usage'
  type: string // of the item or event; else the kind
  payload: JsonObject
  timestamp: string | null
  ordinal: number | null // paginated rollouts number their records
  turn: string | null // id of the turn, where the record names it
  kinds: string[] | null // what each content block is, where the record says
  source: string | null // tool input that was no string, as it was written
  voice: Voice | null // of a message in the user role: whose words it holds, once somebody has asked
}

/** Whose words a message in the user role holds, and what they were recognised as. */
export type Voice = { readonly origin: Origin; readonly harness: string | null }

/** What a record is to the dialogue: an entry, nothing (and in which words), or a type nobody has described. */
export type Judged = Entry | { aside: 'metadata' | 'noise'; reason: string } | { unknown: string }

/** Turn a record into an entry. Fields of a wrong type are as good as absent. */
export function judge(place: Place, record: JsonObject, text: string): Judged {
  const { type } = record
  const payload = record['payload']
  if (isObject(payload)) {
    if (typeof type === 'string' && WRAPPED_TYPES.has(type)) return judgeWrapped(place, record, type, payload, text)
    return { unknown: String(type ?? 'payload without type') }
  }
  if (record['record_type'] === 'state') return { aside: 'noise', reason: 'state of the client' }
  if (typeof type === 'string') {
    // Records of other agents are messages too, with their words under another key.
    if (type === 'message' && record['content'] === undefined) return { unknown: 'message without content' }
    if (ITEM_TYPES.has(type)) return judgeItem(place, record, record, text, [])
    return { unknown: type }
  }
  if (isMessage(record) && hasItemContent(record)) return judgeItem(place, record, record, text, [])
  if ('id' in record || 'instructions' in record) return entryOf(place, 'meta', 'meta', record, record)
  return { unknown: 'record without type' }
}

function judgeWrapped(place: Place, record: JsonObject, type: string, payload: JsonObject, text: string): Judged {
  switch (type) {
    case 'session_meta':
      return entryOf(place, 'meta', 'meta', record, payload)
    case 'response_item':
      return judgeItem(place, record, payload, text, ['payload'])
    case 'event_msg':
      return judgeEvent(place, record, payload)
    case 'event':
      return isObject(payload['msg']) ? judgeEvent(place, record, payload['msg']) : { aside: 'metadata', reason: 'event' }
    case 'turn_context':
      return entryOf(place, 'context', 'context', record, trimContext(payload))
    case 'compacted': {
      const trimmed = { message: payload['message'] ?? null, replaced: Array.isArray(payload['replacement_history']) }
      return entryOf(place, 'compacted', 'compacted', record, trimmed)
    }
    case 'token_usage_record':
      return entryOf(place, 'usage', 'usage', record, payload)
    case 'inter_agent_communication':
      return entryOf(place, 'item', 'agent_message', record, trimItem(payload))
    default:
      return { aside: 'metadata', reason: type }
  }
}

/** Where an item holds what may be no text, whose source is wanted. */
const INPUTS = ['arguments', 'action', 'input']

/** Who may speak in a message item. */
const ROLES = new Set(['user', 'assistant', 'developer', 'system'])

function judgeItem(place: Place, record: JsonObject, payload: JsonObject, text: string, path: string[]): Judged {
  const type = stringOrNull(payload['type']) ?? (isMessage(payload) ? 'message' : '')
  if (!ITEM_TYPES.has(type)) return { unknown: `response_item/${type}` }
  if (type === 'message' && !ROLES.has(payload['role'] as string))
    return { unknown: `response_item/message of role ${String(payload['role']).slice(0, 40)}` }
  if (type === 'ghost_snapshot') return { aside: 'metadata', reason: type }
  if (type === 'message' && payload['content'] !== undefined) payload['content'] = asTextBlocks(payload['content'])!
  const entry = entryOf(place, 'item', type, record, trimItem(payload))
  for (const key of INPUTS)
    if (typeof payload[key] === 'object' && payload[key] !== null) entry.source = ownText(sourceAt(text, [...path, key]))
  return entry
}

function judgeEvent(place: Place, record: JsonObject, payload: JsonObject): Judged {
  const type = stringOrNull(payload['type']) ?? ''
  if (!EVENT_TYPES.has(type)) return { unknown: `event_msg/${type}` }
  return entryOf(place, 'event', type, record, trimEvent(payload))
}

/** An entry of one response item that stands inside another record. */
export function entryOfItem(place: Place, item: JsonObject, timestamp: string | null, text: string): Entry | null {
  const judged = judgeItem(place, { timestamp }, item, text, [])
  return 'place' in judged ? judged : null
}

function entryOf(place: Place, kind: Entry['kind'], type: string, record: JsonObject, payload: JsonObject): Entry {
  const notes = notesOn(record, payload)
  return {
    place,
    kind,
    type,
    payload,
    timestamp: stringOrNull(record['timestamp']) ?? stringOrNull(payload['timestamp']),
    ordinal: numberOrNull(record['ordinal']),
    turn: stringOrNull(payload['turn_id']) ?? (notes === null ? null : turnIn(notes)),
    kinds: notes === null ? null : kindsIn(notes),
    source: null,
    voice: null,
  }
}

/** What the client and the provider noted on a record; most have nothing, which must cost nothing. */
function notesOn(record: JsonObject, payload: JsonObject): readonly JsonObject[] | null {
  const passed = payload['internal_chat_message_metadata_passthrough']
  const [inner, outer] = [payload['metadata'], record['metadata']]
  return passed || inner || outer ? [passed, inner, outer].filter(isObject) : null
}

function turnIn(notes: readonly JsonObject[]): string | null {
  return notes.map(note => stringOrNull(note['turn_id'])).find(id => id !== null) ?? null
}

function kindsIn(notes: readonly JsonObject[]): string[] | null {
  return (
    notes
      .map(note => note['content_item_kinds'])
      .find(Array.isArray)
      ?.map(String) ?? null
  )
}

function isMessage(record: JsonObject): boolean {
  return typeof record['role'] === 'string' && (Array.isArray(record['content']) || typeof record['content'] === 'string')
}

/** Messages without a type are the old generation's if their parts have its types; in other agents' logs they are common. */
function hasItemContent({ content }: JsonObject): boolean {
  return Array.isArray(content) && content.some(part => isObject(part) && /^(?:in|out)put_/.test(String(part['type'])))
}

/** A slice of a line would keep the whole line in memory. */
function ownText(slice: string | null): string | null {
  return slice === null ? null : Buffer.from(withoutLayout(slice)).toString()
}

/** Ciphers are counted, not kept. */
function trimItem(payload: JsonObject): JsonObject {
  if (payload['encrypted_content']) payload['encrypted_content'] = true
  return payload
}

function trimContext(payload: JsonObject): JsonObject {
  const inner = isObject(payload['turn_context']) ? payload['turn_context'] : payload
  const kept: JsonObject = {}
  for (const key of ['cwd', 'model', 'effort', 'turn_id', 'approval_policy', 'sandbox_policy', 'summary'])
    if (inner[key] !== undefined) kept[key] = inner[key]
  return kept
}

const BULK: ReadonlySet<string> = new Set([
  'changes',
  'rate_limits',
  'parsed_cmd',
  'text_elements',
  'stdout',
  'stderr',
  'formatted_output',
  'replacement_history',
  'images',
])

function trimEvent(payload: JsonObject): JsonObject {
  const trimmed = withoutBulk(withFiles(payload))
  const item = trimmed['item']
  if (isObject(item)) trimmed['item'] = withoutBulk(withFiles(item))
  return trimmed
}

/** Of the changes of a patch the names are kept: the model wrote the patch itself. */
function withFiles(report: JsonObject): JsonObject {
  const { changes } = report
  if (isObject(changes)) report['files'] = Object.keys(changes)
  else if (Array.isArray(changes))
    report['files'] = changes.flatMap(change => (isObject(change) ? (stringOrNull(change['path']) ?? []) : []))
  return report
}

function withoutBulk(object: JsonObject): JsonObject {
  for (const key in object) if (BULK.has(key)) return Object.fromEntries(Object.entries(object).filter(([name]) => !BULK.has(name)))
  return object
}
