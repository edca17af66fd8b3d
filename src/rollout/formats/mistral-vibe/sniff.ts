import type { JsonObject } from '../../../json/json.ts'
import { firstRecords } from '../../passed-over.ts'
import { isMessage } from './entry.ts'

/** Whether a file begins as the messages of a session do, or as a whole session of before. */
export function sniff(path: string, head: string): boolean {
  if (path.endsWith('.json')) {
    const has = (key: string) => new RegExp(`(?<!\\\\)"${key}"\\s*:`).test(head)
    return /^\uFEFF?\s*\{/.test(head) && has('metadata') && has('session_id') && has('git_commit') && has('environment')
  }
  return areMessages(path, firstRecords(head))
}

/** Whether messages are Vibe's, by their marks or by where they lie: other programs write such lines, too. */
export function areMessages(path: string, records: readonly JsonObject[]): boolean {
  const isMarked = (record: JsonObject) => typeof record['message_id'] === 'string' || record['injected'] === true || isNamedResult(record)
  // Hermes Agent's have a time.
  if (records.some(record => isMessage(record) && isMarked(record) && !('timestamp' in record))) return true
  return FOLDER.test(path) && records.some(isMessage)
}

/** The name of a session's folder, and of its messages. */
const FOLDER = /(?:^|\/)[^/]+_\d{8}_\d{6}_[0-9a-f]{8}\/messages\.jsonl$/

function isNamedResult({ role, name, tool_call_id: id, message_id: own }: JsonObject): boolean {
  return role === 'tool' && typeof name === 'string' && typeof id === 'string' && typeof own === 'string'
}
