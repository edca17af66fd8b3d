import { isObject, type JsonObject, stringOrNull } from '../../../json/json.ts'

/** Whether a record is a whole event. */
export function isEvent(record: JsonObject): boolean {
  const { type, data, id } = record
  return typeof type === 'string' && TYPE.test(type) && isObject(data) && typeof id === 'string' && 'timestamp' in record
}

const TYPE = /^(?:session|user|assistant|tool|system|subagent|hook|skill|permission|external_tool|command|abort)(?:\.[a-z_]+)?$/

/** What an event says. */
export function dataOf(record: JsonObject): JsonObject {
  return isObject(record['data']) ? record['data'] : {}
}

/** The spawned agent an event is of; null for the session's own. */
export function agentOf(record: JsonObject): string | null {
  return stringOrNull(record['agentId']) ?? stringOrNull(dataOf(record)['parentToolCallId'])
}
