import { isObject, type JsonObject, stringOrNull } from '../../../json/json.ts'

/** Whether a record is a whole one: Claude Code's have the same envelope, but content where these have parts. */
export function isQwenRecord(record: JsonObject): boolean {
  const { type, uuid, sessionId, message } = record
  if (typeof uuid !== 'string' || typeof sessionId !== 'string') return false
  if (type === 'system') return 'systemPayload' in record || typeof record['subtype'] === 'string'
  return (type === 'user' || type === 'assistant' || type === 'tool_result') && isObject(message) && Array.isArray(message['parts'])
}

/** What a record of the program itself says. */
export function payloadOf(record: JsonObject): JsonObject {
  return isObject(record['systemPayload']) ? record['systemPayload'] : {}
}

/** The id of a record, which pieces of one response share. */
export function idOf(record: JsonObject): string | null {
  return stringOrNull(record['uuid'])
}

/** The id of the record that one follows. */
export function parentOf(record: JsonObject): string | null {
  return stringOrNull(record['parentUuid'])
}
