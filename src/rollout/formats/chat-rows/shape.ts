import { isObject, type Json, type JsonObject, parseJson, stringOrNull } from '../../../json/json.ts'
import { chatRole } from '../../conversation/chat-message.ts'

/** Names under which datasets keep a conversation, the most common first. */
export const LISTS = ['messages', 'conversations', 'conversation', 'trajectory'] as const

/**
 * Where the messages of a row stand: under one name, or as what is asked and what is answered. `every`: a file is judged by it, so the
 * first messages all have to be some; in a file that is known, one is enough.
 */
export function listsOf(row: JsonObject, need: 'every' | 'some' = 'some'): string[] | null {
  const name = LISTS.find(key => isConversation(row[key], need))
  if (name !== undefined) return [name]
  return isConversation(row['prompt'], need) && isConversation(row['completion'], need) ? ['prompt', 'completion'] : null
}

/** The messages of a list, or of the JSON text of one, which datasets hold where their tables have no lists. */
export function messagesIn(value: Json | undefined): Json[] {
  const list = typeof value === 'string' ? parseJson(value) : value
  return Array.isArray(list) ? list : []
}

/** Whether a record is a message, and nothing but a message: an agent's log has more to say in each of its records. */
export function isMessage(record: JsonObject): boolean {
  return isSpoken(record) && Object.keys(record).every(key => OF_MESSAGES.has(key))
}

function isConversation(value: Json | undefined, need: 'every' | 'some'): boolean {
  const messages = messagesIn(value)
  const isOne = (message: Json) => isObject(message) && isSpoken(message)
  return need === 'some' ? messages.some(isOne) : messages.length > 0 && messages.slice(0, 3).every(isOne)
}

function isSpoken(message: JsonObject): boolean {
  if (chatRole(message['role'] ?? message['from']) === null) return false
  return ['content', 'value', 'text', 'tool_calls', 'function_call'].some(key => key in message)
}

/** The id that a dataset gives a row. */
export function idOf(row: JsonObject): string | null {
  const key = ['uuid', 'id', 'traj_id', 'trajectory_id', 'conversation_id', 'session_id'].find(name => isId(row[name]))
  if (key !== undefined) return String(row[key])
  const task = stringOrNull(row['instance_id'])
  const run = row['run_id']
  return task !== null && isId(run) ? `${task}:${String(run)}` : task
}

function isId(value: Json | undefined): boolean {
  return (typeof value === 'string' && value !== '') || typeof value === 'number'
}

const OF_MESSAGES = new Set([
  ...['role', 'from', 'content', 'value', 'text', 'name', 'tool_calls', 'tool_call_id', 'function_call', 'refusal', 'audio', 'annotations'],
  ...['reasoning_content', 'reasoning', 'reasoning_details', 'thinking', 'thinking_blocks', 'weight', 'train', 'loss', 'id', 'model'],
  ...['timestamp', 'created_at', 'created', 'date', 'ts', 'usage', 'finish_reason', 'stop_reason'],
])
