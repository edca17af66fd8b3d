import { isObject, type Json, type JsonObject, stringIn, stringOrNull } from '../../../json/json.ts'
import { completionFacts } from '../../conversation/chat-completion.ts'
import { type ChatDialogue, restOf } from '../../conversation/chat-dialogue.ts'
import { chatRole, tellMessage } from '../../conversation/chat-message.ts'
import type { MessageFacts } from '../../conversation/conversation.ts'
import { isoTime } from '../../conversation/iso-time.ts'
import type { Entry } from '../../log/entries.ts'

/** Put one message into a dialogue, with what datasets note of it. */
export function tell(dialogue: ChatDialogue, entry: Entry): void {
  const { record } = entry
  const role = chatRole(record['role'] ?? record['from'])
  tellMessage(dialogue, { ...entry, record: role === 'assistant' ? withThoughts(record) : withPrompt(record) }, factsOf(record))
}

function factsOf(record: JsonObject): MessageFacts {
  const { usage } = completionFacts(record, null)
  const extra = restOf(record, TOLD)
  return {
    timestamp: timeIn(record),
    id: stringOrNull(record['id']),
    model: stringOrNull(record['model']),
    stop_reason: stringIn(record, 'finish_reason', 'stop_reason'),
    ...(usage === null ? {} : { usage }),
    ...(isLeftOut(record) ? { train: false } : {}),
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  }
}

/** The time of a message or a row. */
export function timeIn(record: JsonObject): string | null {
  return ['timestamp', 'created_at', 'created', 'date', 'ts'].map(key => isoTime(record[key])).find(time => time !== null) ?? null
}

/** Whether a dataset says that a message is not to be trained on. */
function isLeftOut({ weight, train, loss }: JsonObject): boolean {
  return weight === 0 || train === false || loss === false || loss === 0
}

/** Some datasets keep a system prompt apart from the text of its message. */
function withPrompt(record: JsonObject): JsonObject {
  const prompt = record['system_prompt']
  return typeof prompt === 'string' && !record['text'] && !record['content'] ? { ...record, text: prompt } : record
}

/** What was thought, where it stands in front of the answer in tags of its own. */
function withThoughts(record: JsonObject): JsonObject {
  const key = ['content', 'value', 'text'].find(name => typeof record[name] === 'string')
  if (key === undefined || ['reasoning_content', 'reasoning', 'thinking'].some(name => record[name])) return record
  const [whole, thought, rest] = /^\s*<think>\n?([\s\S]*?)\n?<\/think>\s*([\s\S]*)$/.exec(String(record[key])) ?? []
  return whole === undefined ? record : { ...record, reasoning_content: thought!, [key]: rest! }
}

/** The system prompt of a row that has it beside its messages, unless it is their first. */
export function promptOf(row: JsonObject, first: Json | undefined): Json | null {
  const prompt = row['system'] ?? row['system_prompt'] ?? null
  if (prompt === null || prompt === '') return null
  const isTold = isObject(first) && chatRole(first['role'] ?? first['from']) === 'system'
  return isTold ? null : prompt
}

const TOLD = new Set([
  ...['role', 'from', 'content', 'value', 'text', 'system_prompt', 'tool_calls', 'tool_call_id', 'tool_call_ids', 'toolCallId'],
  ...['function_call', 'reasoning_content', 'reasoning', 'thinking', 'thinking_blocks', 'is_error', 'isError', 'weight', 'train', 'loss'],
  ...['timestamp', 'created_at', 'created', 'date', 'ts', 'id', 'model', 'finish_reason', 'stop_reason', 'usage'],
])
