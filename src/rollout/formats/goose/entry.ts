import { readJsonOr } from '../../../json/exact.ts'
import { isObject, type Json, type JsonObject, numberOrNull, stringIn, stringOrNull } from '../../../json/json.ts'
import { restOf } from '../../conversation/chat-dialogue.ts'
import { isoTime } from '../../conversation/iso-time.ts'
import type { Diagnostic, Origin, Usage } from '../../conversation/row.ts'
import type { Entry } from '../../log/entries.ts'
import { plainName } from '../../log/plain-name.ts'

/** A message, wherever it is kept; `entry` has its list of parts under `content`. */
export type Message = { id: Json; role: Json; created: Json; metadata: Json; entry: Entry }

/** A session, wherever it is kept. */
export type Session = {
  id: string
  file: string // root-relative
  isAgent: boolean
  parent: string | null // where it is told
  delegation: string[] // what is told of the call that spawned it
  owner: Origin // whose words the user's are where nothing speaks against it
  directory: string | null
  times: string[]
  models: string[]
  usage: Usage | null
  meta: JsonObject
  messages: Message[]
  diagnostics: Diagnostic[]
}

/** What is known of a session: columns of its row, the first line of its file, or the top of an export. */
export function factsOf(record: JsonObject): Omit<Session, 'id' | 'file' | 'messages' | 'diagnostics'> {
  const columns = Object.entries(record).map(([key, value]): [string, Json] => [key.replace(/_json$/, ''), opened(key, value)])
  const told = Object.fromEntries(columns)
  const config = isObject(told['model_config']) ? told['model_config'] : {}
  const model = stringIn(config, 'model_name', 'model')
  const delegation = isObject(told['parent_delegation']) ? told['parent_delegation'] : {}
  return {
    isAgent: told['session_type'] === 'sub_agent',
    parent: stringOrNull(told['parent_session_id']),
    delegation: Object.values(delegation).flatMap(value => stringOrNull(value) ?? []),
    owner: told['session_type'] === 'sub_agent' ? 'agent' : told['session_type'] === 'scheduled' ? 'harness' : 'human',
    directory: stringOrNull(told['working_dir']),
    times: [told['created_at'], told['updated_at']].flatMap(time => utcTime(time) ?? []),
    models: model === null ? [] : [model],
    usage: usageOf(told),
    meta: restOf(Object.fromEntries(columns.filter(([, value]) => !isEmpty(value))), TOLD),
  }
}

/** A message as a line of a file or an export has it. */
export function messageOf(written: Entry): Message {
  const content = written.record['content']
  // Programs that write for Goose say a text as it is.
  const isText = typeof content === 'string'
  const record: JsonObject = isText ? { ...written.record, content: [{ type: 'text', text: content }] } : written.record
  return {
    id: record['id'] ?? null,
    role: record['role'] ?? null,
    created: record['created'] ?? null,
    metadata: record['metadata'] ?? null,
    entry: isText ? { ...written, record, text: null } : written,
  }
}

/** Whether a message has the marks of Goose's: other programs write lines with lists of parts, too. */
export function isOwn({ role, created, entry }: Message): boolean {
  const content = entry.record['content']
  return (
    (role === 'user' || role === 'assistant') &&
    (created === null || numberOrNull(created) !== null) &&
    Array.isArray(content) &&
    !('type' in entry.record)
  )
}

/** Who sees a message: the person, and the model. */
export function visibility({ metadata }: Message): { isShown: boolean; isSent: boolean } {
  const known = typeof metadata === 'string' ? readJsonOr(metadata) : metadata
  if (!isObject(known)) return { isShown: true, isSent: true }
  return { isShown: known['userVisible'] !== false, isSent: known['agentVisible'] !== false }
}

/** A session's id by the file it has for itself. */
export function idOf(file: string): string {
  return plainName(file)
    .split('/')
    .at(-1)!
    .replace(/\.jsonl?$/, '')
}

const TOLD = new Set(
  `id working_dir created_at updated_at message_count conversation total_tokens input_tokens output_tokens accumulated_total_tokens
  accumulated_input_tokens accumulated_output_tokens accumulated_cost accumulated_cache_read_tokens accumulated_cache_write_tokens
  cache_read_tokens cache_write_tokens usage accumulated_usage parent_session_id _too_long`.split(/\s+/),
)

/**
 * Tokens of all responses of a session; the columns without `accumulated` are those of the last one. What was read from a cache and
 * written to it is part of what was put in.
 */
function usageOf(told: JsonObject): Usage | null {
  const whole = isObject(told['accumulated_usage']) ? told['accumulated_usage'] : {}
  const count = (key: string, alone = key) => numberOrNull(told[`accumulated_${key}`]) ?? numberOrNull(whole[alone])
  const [input, output] = [count('input_tokens'), count('output_tokens')]
  if (!input && !output) return null
  return {
    input_tokens: input,
    output_tokens: output,
    cached_input_tokens: count('cache_read_tokens', 'cache_read_input_tokens'),
    cache_write_tokens: count('cache_write_tokens', 'cache_write_input_tokens'),
    reasoning_tokens: null,
    cost_usd: numberOrNull(told['accumulated_cost']),
  }
}

function opened(key: string, value: Json): Json {
  return typeof value === 'string' && (key.endsWith('_json') || key === 'extension_data' || key === 'parent_delegation')
    ? (readJsonOr(value) ?? value)
    : value
}

function isEmpty(value: Json): boolean {
  return value === '' || value === 0 || value === false || (isObject(value) && Object.keys(value).length === 0)
}

/** SQLite's own times are UTC and do not say so. */
function utcTime(value: Json | undefined): string | null {
  return isoTime(typeof value === 'string' ? value.replace(/^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)$/, '$1T$2Z') : value)
}
