import { basename } from 'node:path'
import { isObject, type JsonObject, parseJson } from '../../../json/json.ts'

/** Whether a file is a chat of Cursor, or part of one. */
export function sniff(path: string, head: string): boolean {
  return kindOf(path, head) !== null
}

/** What a file is: a transcript, the editor's store, or the command line's store of one chat. */
export type Kind = 'transcript' | 'editor' | 'chat'

/** What a file is, by its first bytes; of a store also by its name, since its tables may stand further behind. */
export function kindOf(path: string, head: string): Kind | null {
  if (head.startsWith('SQLite format 3\0')) {
    if (basename(path) === 'state.vscdb' || head.includes('cursorDiskKV')) return 'editor'
    return head.includes('blobs') && head.includes('meta') && !head.includes('message_id') ? 'chat' : null
  }
  const records = head
    .replace(/^\uFEFF/, '')
    .split('\n', 20)
    .map(parseJson)
    .filter(isObject)
  return records.some(isSpoken) && records.every(record => record['type'] === undefined || isCursorRecord(record)) ? 'transcript' : null
}

/** Whether a record is a whole one of a transcript. */
export function isCursorRecord(record: JsonObject): boolean {
  return isSpoken(record) || record['type'] === 'turn_ended' || (record['type'] === 'error' && 'error' in record)
}

/** Other agents' records with a message have a type, or ids, beside it, or the role inside of it. */
function isSpoken(record: JsonObject): boolean {
  const { role, message } = record
  const isPlain =
    record['type'] === undefined && record['uuid'] === undefined && record['sessionId'] === undefined && record['recordType'] === undefined
  return isPlain && (role === 'user' || role === 'assistant') && isObject(message) && 'content' in message && message['role'] === undefined
}
