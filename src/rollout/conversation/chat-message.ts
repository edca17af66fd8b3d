import { isObject, type Json, type JsonObject, parseJson, stringIn, stringOrNull } from '../../json/json.ts'
import { elementsOf, sourceAt } from '../../json/source-text.ts'
import type { Entry } from '../log/entries.ts'
import { argumentsText } from './arguments.ts'
import type { ChatDialogue } from './chat-dialogue.ts'
import type { MessageFacts } from './conversation.ts'
import { blocksOf, type Part, partsOf, resultBlocks } from './parts.ts'

/** Who speaks in a message, in the terms of chat APIs; null for what no API has. */
export type ChatRole = 'system' | 'user' | 'assistant' | 'tool'

/** The role of a message of any API, or of a dataset's own words for it. */
export function chatRole(name: Json | undefined): ChatRole | null {
  return (typeof name === 'string' && ROLES.get(name.toLowerCase())) || null
}

const ROLES = new Map<string, ChatRole>([
  ...(['system', 'developer'] as const).map(name => [name, 'system'] as const),
  ...(['user', 'human'] as const).map(name => [name, 'user'] as const),
  ...(['assistant', 'ai', 'gpt', 'model', 'bot', 'chatgpt', 'agent', 'function_call'] as const).map(name => [name, 'assistant'] as const),
  ...(['tool', 'function', 'observation', 'environment', 'tool_response', 'ipython'] as const).map(name => [name, 'tool'] as const),
])

/**
 * Put one message of a chat API into a dialogue: OpenAI's, Anthropic's, the AI SDK's, ShareGPT's, whatever it mixes of them. Gives its
 * role; null where it has none, which the ledger lists.
 */
export function tellMessage(dialogue: ChatDialogue, { record, place, text }: Entry, facts: MessageFacts = {}): ChatRole | null {
  const role = chatRole(record['role'] ?? record['from'])
  const key = ['content', 'value', 'text'].find(name => record[name] !== undefined && record[name] !== null) ?? 'content'
  const content = record[key]
  if (role === 'system') dialogue.instruct(blocksOf(content), place, facts)
  else if (role === 'user') dialogue.hear(partsOf(content), place, facts)
  else if (role === 'assistant') dialogue.respond(partsOfResponse(record, key, text), place, facts)
  else if (role === 'tool') answer(dialogue, record, content, place, facts)
  else dialogue.unknown(place, stringIn(record, 'role', 'type') ?? 'message without a role')
  return role
}

/** The pieces of a response: what was thought, what was said, what was called. */
export function partsOfResponse(record: JsonObject, key: string, text: string | null): Part[] {
  const content = record[key]
  // ShareGPT has a call as a message of its own.
  if (record['from'] === 'function_call' && typeof content === 'string') return [shareGptCall(content)]
  const parts = [...thoughtsOf(record), ...partsOf(content, text === null ? null : sourceAt(text, [key]))]
  const seen = new Set(parts.flatMap(part => (part.is === 'call' && part.id !== null ? [part.id] : [])))
  return [...parts, ...callsOf(record, text).filter(call => call.is !== 'call' || call.id === null || !seen.has(call.id))]
}

function thoughtsOf(record: JsonObject): Part[] {
  const blocks = Array.isArray(record['thinking_blocks']) ? partsOf(record['thinking_blocks']) : []
  const text = stringIn(record, 'reasoning_content', 'reasoning', 'thinking')
  if (text !== null) return [{ is: 'thought', text, kind: 'full' }, ...blocks.filter(({ is }) => is === 'hidden')]
  return blocks
}

function callsOf(record: JsonObject, text: string | null): Part[] {
  const { tool_calls: given, function_call: legacy } = record
  const calls = typeof given === 'string' ? parseJson(given) : given
  const sources = text === null || !Array.isArray(given) ? [] : elementsOf(sourceAt(text, ['tool_calls']) ?? '')
  const listed = Array.isArray(calls) ? calls.filter(isObject) : []
  const parts = listed.map((call, i): Part => {
    const made = isObject(call['function']) ? call['function'] : call
    const path = isObject(call['function']) ? ['function', 'arguments'] : ['arguments']
    const written = sources[i] === undefined || typeof made['arguments'] === 'string' ? null : sourceAt(sources[i], path)
    const id = stringIn(call, 'id', 'call_id')
    return { is: 'call', id, name: stringOrNull(made['name']) ?? '', args: argumentsText(made['arguments'], written) }
  })
  if (parts.length > 0 || !isObject(legacy)) return parts
  return [{ is: 'call', id: null, name: stringOrNull(legacy['name']) ?? '', args: argumentsText(legacy['arguments']) }]
}

function shareGptCall(content: string): Part {
  const call = parseJson(content)
  if (!isObject(call)) return { is: 'call', id: null, name: '', args: argumentsText(content) }
  const key = call['arguments'] === undefined ? 'parameters' : 'arguments'
  return { is: 'call', id: null, name: stringOrNull(call['name']) ?? '', args: argumentsText(call[key], sourceAt(content, [key])) }
}

function answer(dialogue: ChatDialogue, record: JsonObject, content: Json | undefined, place: Entry['place'], facts: MessageFacts): void {
  const parts = Array.isArray(content) ? partsOf(content) : []
  const results = parts.filter(part => part.is === 'result')
  for (const part of results) dialogue.answer(part, place, facts)
  if (results.length > 0) return
  const ids = Array.isArray(record['tool_call_ids']) ? record['tool_call_ids'] : []
  const id = stringIn(record, 'tool_call_id', 'toolCallId') ?? stringOrNull(ids[0])
  const isError = record['is_error'] ?? record['isError'] ?? null
  dialogue.answer({ id, content: resultBlocks(content), isError: typeof isError === 'boolean' ? isError : null }, place, facts)
}
