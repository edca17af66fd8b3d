import type { JsonObject } from '../../../json/json.ts'
import { chatRole } from '../../conversation/chat-message.ts'

/** Whether a record is a whole message. */
export function isMessage(record: JsonObject): boolean {
  return chatRole(record['role']) !== null && record['type'] === undefined && ('content' in record || 'tool_calls' in record)
}
