import { isObject, type JsonObject, parseJson, stringOrNull } from '../../../json/json.ts'
import { firstRecords } from '../../passed-over.ts'

const TYPE = /^(?:session|user|assistant|tool|system|subagent|hook|skill|permission|external_tool|command|abort)(?:\.[a-z_]+)?$/

/** Whether a record is a whole event. */
export function isEvent(record: JsonObject): boolean {
  const { type, data, id } = record
  return typeof type === 'string' && TYPE.test(type) && isObject(data) && typeof id === 'string' && 'timestamp' in record
}

/** Whether a file begins with events. */
export function looksLikeEvents(head: string): boolean {
  const records = firstRecords(head)
  if (records.some(record => isEvent(record) && /^(?:session\.start|user\.message|assistant\.message)$/.test(String(record['type']))))
    return true
  // A first line that is longer than what was read.
  return records.length === 0 && /^\uFEFF?\{.*"type":\s*"session\.start"/.test(head) && parseJson(head.split('\n')[0]!) === undefined
}

/** What an event says. */
export function dataOf(record: JsonObject): JsonObject {
  return isObject(record['data']) ? record['data'] : {}
}

/** The spawned agent an event is of; null for the session's own. */
export function agentOf(record: JsonObject): string | null {
  return stringOrNull(record['agentId']) ?? stringOrNull(dataOf(record)['parentToolCallId'])
}
