import { isObject, type JsonObject } from '../../../json/json.ts'

/** Whether a record is a whole one: of a session's log, or of what `droid exec` prints. */
export function isDroidRecord(record: JsonObject): boolean {
  const { type } = record
  if (type === 'session_start') return typeof record['id'] === 'string'
  if (type === 'todo_state' || type === 'compaction_state') return true
  if (type === 'message') return isObject(record['message']) || typeof record['text'] === 'string'
  return isPrinted(record)
}

/** Whether a record is one that is printed, and not kept. */
export function isPrinted(record: JsonObject): boolean {
  if (typeof record['session_id'] !== 'string' && typeof record['sessionId'] !== 'string') return false
  return ['system', 'message', 'tool_call', 'tool_result', 'completion', 'error', 'reasoning'].includes(String(record['type']))
}
