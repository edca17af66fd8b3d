import { isObject, type JsonObject } from '../../../json/json.ts'

/** Whether a record is a whole item of a history. Others that call their records so wrap what is said in a message. */
export function isItem(record: JsonObject): boolean {
  const { type, content } = record
  if ('message' in record || 'uuid' in record || 'timestamp' in record) return false
  const isSaid = typeof content === 'string' || Array.isArray(content)
  if (type === 'system') return isSaid && !('subtype' in record)
  if (type === 'user' || type === 'assistant') return isSaid
  if (type === 'tool_result') return typeof record['tool_call_id'] === 'string'
  if (type === 'reasoning') return Array.isArray(record['summary']) || Array.isArray(record['content']) || 'encrypted_content' in record
  return type === 'backend_tool_call' && isObject(record['kind'])
}
