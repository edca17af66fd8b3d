import { isObject, type JsonObject } from '../../../json/json.ts'

/** Whether a record is a whole one of a session's log. */
export function isGeminiRecord(record: JsonObject): boolean {
  return isMessage(record) || isHeader(record) || isObject(record['$set']) || typeof record['$rewindTo'] === 'string'
}

/** Whether a record is a message, or one of the notes that people see between them. */
export function isMessage(record: JsonObject): boolean {
  const { id, type } = record
  const isNamed = typeof id === 'string' || ((type === 'user' || type === 'gemini') && 'content' in record)
  return isNamed && typeof type === 'string' && !isHeader(record)
}

/** Whether a record is the first of a log: what is known of the session. */
export function isHeader(record: JsonObject): boolean {
  return typeof record['sessionId'] === 'string' && typeof record['projectHash'] === 'string'
}
