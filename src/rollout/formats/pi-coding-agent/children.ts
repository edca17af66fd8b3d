import { isObject, type JsonObject, numberOrNull, stringOrNull } from '../../../json/json.ts'
import { type Entry, messageIn, roleOf } from './entry.ts'

/** The transcript of a spawned agent that a tool left in its result. */
export type Child = {
  agent: string | null
  task: string | null
  callId: string | null
  messages: JsonObject[]
  exitCode: number | null
  record: JsonObject
}

/** Transcripts that a tool's result holds. */
export function childrenIn(message: JsonObject): Child[] {
  const details = isObject(message['details']) ? message['details'] : {}
  const results = Array.isArray(details['results']) ? details['results'] : []
  return results.filter(isObject).flatMap((record): Child[] => {
    const messages = Array.isArray(record['messages']) ? record['messages'].filter(isObject) : []
    if (messages.length === 0) return []
    const agent = stringOrNull(record['agent'])
    const exitCode = numberOrNull(record['exitCode'])
    return [{ agent, task: stringOrNull(record['task']), callId: stringOrNull(message['toolCallId']), messages, exitCode, record }]
  })
}

/** The same of an entry; none where it is no result. */
export function childrenOf(entry: Entry): Child[] {
  return roleOf(entry) === 'toolResult' ? childrenIn(messageIn(entry.record)!) : []
}
