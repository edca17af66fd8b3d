import { writeJson } from '../../../json/exact.ts'
import { isObject, type JsonObject, parseJson } from '../../../json/json.ts'
import { isStreamEvent } from './event-stream.ts'
import { ITEM_TYPES, WRAPPED_TYPES } from './record-types.ts'

/** The thread of a saved stream of events, named in its first lines; null where it is no stream. */
export function streamedThread(head: string): string | null {
  for (const line of head.split('\n')) {
    const record = line.includes('thread.started') ? parseJson(line.trim()) : null
    if (isObject(record) && record['type'] === 'thread.started' && isStreamEvent(record)) return String(record['thread_id'])
  }
  return null
}

const WRAPPED_HEAD = new RegExp(`^\\{[^{]*"type":\\s*"(?:${[...WRAPPED_TYPES].join('|')})",\\s*"payload":\\s*\\{`)
const PAYLOAD_FIRST_HEAD = /^\{"payload":\s*\{.*"(?:originator|cli_version|cwd)":/
const BARE_META_HEAD = /^\{(?=[^{]*"id":)(?=[^{]*"timestamp":)"(?:id|timestamp)":[^{]*"instructions":/
const DOCUMENT_HEAD = /^\s*\{[\s\S]*?"session"\s*:\s*\{[^{}]*"instructions"/

/** Whether the first bytes of a file are those of a Codex rollout, of any generation. The last line may be cut short. */
export function sniff(path: string, head: string): boolean {
  const text = head.replace(/^\uFEFF/, '')
  if (path.endsWith('.json')) return DOCUMENT_HEAD.test(text)
  return text.split('\n').some(line => isCodexLine(line.trim()))
}

function isCodexLine(line: string): boolean {
  const record = parseJson(line)
  if (isObject(record)) return isCodexRecord(record)
  return WRAPPED_HEAD.test(line) || PAYLOAD_FIRST_HEAD.test(line) || BARE_META_HEAD.test(line)
}

function isCodexRecord(record: JsonObject): boolean {
  const { type } = record
  if (isStreamEvent(record)) return type === 'thread.started' || String(type).startsWith('item.')
  if (isObject(record['payload'])) return typeof type === 'string' && WRAPPED_TYPES.has(type)
  if (record['record_type'] === 'state') return true
  if (type === undefined) return 'instructions' in record && 'id' in record && 'timestamp' in record
  if (type === 'message') return Array.isArray(record['content']) && /"(?:in|out)put_(?:text|image)"/.test(writeJson(record['content']))
  return typeof type === 'string' && ITEM_TYPES.has(type) && typeof record['call_id'] === 'string'
}
