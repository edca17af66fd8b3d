import { isNumber, isObject, type JsonObject, numberOrNull, parseJson, stringOrNull } from '../../../json/json.ts'
import { recover } from '../../log/recover.ts'
import { isoTime } from './time.ts'

/** What a session's first record says, in whatever generation it was written. */
export type Header = {
  id: string | null
  version: number // 0 for the event logs of October 2025, 1 where none is written
  timestamp: string | null
  cwd: string | null
  parent: string | null // path or id of the session this one was forked from
  systemPrompt: string | null // only the oldest generation has it here
  record: JsonObject
}

/** How far into a file the header may stand: oh-my-pi writes its title first. */
export const HEADER_LIMIT = 1 << 20

/** The header a record is, or null where it is none. */
export function headerOf(record: JsonObject): Header | null {
  if (record['kind'] === 'header' && isNumber(record['version']))
    return {
      ...common(record),
      version: Number(record['version']),
      timestamp: isoTime(record['createdAt']),
      parent: stringOrNull(record['parentSessionId']),
    }
  if (record['type'] !== 'session') return null
  return {
    ...common(record),
    version: numberOrNull(record['version']) ?? (typeof record['systemPrompt'] === 'string' ? 0 : 1),
    timestamp: isoTime(record['timestamp']),
    parent: stringOrNull(record['parentSession']) ?? stringOrNull(record['branchedFrom']),
  }
}

function common(record: JsonObject) {
  return { id: stringOrNull(record['id']), cwd: stringOrNull(record['cwd']), systemPrompt: stringOrNull(record['systemPrompt']), record }
}

/** What the first bytes of a file show. Headless: entries of a session whose header was lost. */
export type Recognised = { kind: 'pi' | 'headless' | 'foreign' | 'unknown'; reason: string }

/** Judge a file by its first bytes. Other agents begin their logs with a `session` record too, so what follows it counts. */
export function recognise(head: string): Recognised {
  const lines = head.replace(/^\uFEFF/, '').split('\n')
  const records = lines.flatMap(recordsIn)
  const at = records.findIndex(record => headerOf(record) !== null)
  if (at < 0) return withoutHeader(records, lines[0]!)
  const header = headerOf(records[at]!)!
  const followers = records.filter((_, i) => i !== at)
  if (header.id === null && !followers.some(isPiRecord)) return { kind: 'foreign', reason: 'Its session record has no id' }
  if (followers.some(isCommandCode)) return foreign("holds Command Code's messages")
  if (followers.length > 0 && !followers.some(isPiRecord)) return foreign(`goes on with ${describe(followers[0]!)}`)
  if (header.timestamp === null && header.cwd === null && followers.length === 0) return foreign('names neither time nor folder')
  return { kind: 'pi', reason: '' }
}

/** The record of a line, or those that are whole on a damaged one. */
function recordsIn(line: string): JsonObject[] {
  const whole = parseJson(line)
  if (whole !== undefined) return isObject(whole) ? [whole] : []
  return [...recover(line, { isRecord: isPiRecord })].flatMap(({ record }) => (record === null ? [] : [record]))
}

function foreign(found: string): Recognised {
  return { kind: 'foreign', reason: `Begins like a Pi session, but is another agent's log: it ${found}` }
}

/** Command Code writes Pi's header and entries, but messages with a source of their own and the blocks of Anthropic's API. */
function isCommandCode({ type, message }: JsonObject): boolean {
  if (type !== 'message' || !isObject(message)) return false
  if (isObject(message['meta']) && typeof message['meta']['source'] === 'string') return true
  const { content } = message
  return (
    Array.isArray(content) && content.some(block => isObject(block) && (block['type'] === 'tool_use' || block['type'] === 'tool_result'))
  )
}

function withoutHeader(records: JsonObject[], firstLine: string): Recognised {
  if (records.some(record => typeof record['recordType'] === 'string')) return { kind: 'pi', reason: '' }
  // A first line longer than what was read: a header that holds a whole system prompt.
  if (/^\s*\{"type":\s*"session",[^{]*?"id":\s*"[^"]/.test(firstLine)) return { kind: 'pi', reason: '' }
  const kind = records.some(record => isPiRecord(record) && isObject(record['message'])) ? 'headless' : 'unknown'
  return { kind, reason: 'Has no Pi session header' }
}

function describe(record: JsonObject): string {
  return `a record of type '${String(record['type'] ?? record['role'] ?? record['kind'] ?? 'none')}'`
}

/** Entry types of Pi and its relatives, and events of its JSON mode. */
const TYPES = new Set([
  ...['session', 'message', 'event', 'model_change', 'thinking_level_change', 'compaction', 'branch_summary', 'custom', 'custom_message'],
  ...['label', 'session_info', 'usage', 'context_edit', 'leaf', 'active_tools_change', 'title', 'title_change', 'session_init'],
  ...['model_usage', 'reset_boundary', 'ttsr_injection', 'service_tier_change', 'mode_change', 'credential_pin', 'mcp_tool_selection'],
  ...['agent_start', 'agent_end', 'agent_settled', 'turn_start', 'turn_end', 'message_start', 'message_update', 'message_end'],
  ...['tool_execution_start', 'tool_execution_update', 'tool_execution_end', 'queue_update', 'compaction_start', 'compaction_end'],
  ...['auto_compaction_start', 'auto_compaction_end', 'auto_retry_start', 'auto_retry_end', 'session_info_changed'],
])

/** Whether an object is a whole record of this format, and not a piece of one. */
export function isPiRecord(record: JsonObject): boolean {
  const { type, kind } = record
  if (typeof record['recordType'] === 'string') return true
  if (typeof kind === 'string' && ['header', 'entry', 'record', 'lane', 'fact'].includes(kind)) return true
  if (typeof type !== 'string') return false
  if (type === 'message') return isObject(record['message'])
  return TYPES.has(type) || (typeof record['id'] === 'string' && record['parentId'] !== undefined && record['timestamp'] !== undefined)
}

/** Whether somebody has described this type of entry. */
export function isKnownType(type: string): boolean {
  return TYPES.has(type)
}
