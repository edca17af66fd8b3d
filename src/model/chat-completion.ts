import { isObject, type Json, type JsonObject, stringOrNull } from '../json/json.ts'
import { pythonJson, pythonStr } from '../python/text.ts'
import type { ChatToolCall, ModelReply, TokenUsage } from './model.ts'
import { splitThinking } from './thinking.ts'
import { partOf, tokenCount } from './token-count.ts'

/** What a chat-completions body says, whichever dialect the server writes; null where it has no message. */
export function readChatCompletion(body: Json): Omit<ModelReply, 'attempts'> | null {
  const completion = isObject(body) ? body : {}
  const choice = Array.isArray(completion['choices']) ? completion['choices'][0] : undefined
  if (!isObject(choice) || !isObject(choice['message'])) return null
  const message = choice['message']
  const written = readText(message['content'], 'text') ?? ''
  const { text, reasoning } = splitThinking(written)
  const given = stringOrNull(message['reasoning']) ?? stringOrNull(message['reasoning_content'])
  const refusal = stringOrNull(message['refusal']) ?? readText(blocksOf(message['content']), 'refusal')
  const thought = [given, readText(blocksOf(message['content']), 'thinking'), reasoning].filter(part => part !== null && part !== '')
  return {
    text,
    ...(text === written ? {} : { written, given_reasoning: given }),
    reasoning: thought.length === 0 ? given : thought.join('\n'),
    ...(refusal === null || refusal === '' ? {} : { refusal }),
    tool_calls: Array.isArray(message['tool_calls']) ? message['tool_calls'].filter(isObject).map(readToolCall) : [],
    usage: readUsage(completion['usage']),
    finish_reason: stringOrNull(choice['finish_reason'])?.replaceAll('_', '-') ?? null,
    model: stringOrNull(completion['model']) ?? '',
    id: stringOrNull(completion['id']),
  }
}

/** Blocks that hold what a model thought, and where. */
const THINKING = /^(?:thinking|reasoning|thought)/

/** The text of a message's content: as it is, its blocks of a kind line by line, or anything else as text; null where there is none. */
function readText(content: Json | undefined, kind: 'text' | 'thinking' | 'refusal'): string | null {
  if (content === undefined || content === null) return null
  if (!Array.isArray(content)) return pythonStr(content)
  return content.flatMap(block => (isObject(block) && kindOf(block) === kind ? wordsOf(block, kind) : [])).join('\n')
}

function blocksOf(content: Json | undefined): Json[] | null {
  return Array.isArray(content) ? content : null
}

function kindOf(block: JsonObject): 'text' | 'thinking' | 'refusal' {
  const type = block['type']
  if (type === 'refusal') return type
  return (typeof type === 'string' && THINKING.test(type)) || block['thought'] === true ? 'thinking' : 'text'
}

/** Words of a block; thoughts may be a list of blocks once more. */
function wordsOf(block: JsonObject, kind: 'text' | 'thinking' | 'refusal'): string[] {
  const own =
    kind === 'text' ? [] : [block['thinking'], block['reasoning'], block['thought'], block['refusal'], block['summary'], block['content']]
  for (const held of [...own, block['text']]) {
    if (typeof held === 'string') return [held]
    if (Array.isArray(held)) return held.flatMap(part => (isObject(part) && typeof part['text'] === 'string' ? [part['text']] : []))
  }
  return []
}

function readToolCall(call: JsonObject): ChatToolCall {
  const called = isObject(call['function']) ? call['function'] : {}
  const given = called['arguments']
  return {
    id: stringOrNull(call['id']) ?? '',
    type: 'function',
    function: {
      name: stringOrNull(called['name']) ?? '',
      arguments: typeof given === 'string' ? given : given === undefined || given === null ? '{}' : pythonJson(given),
    },
  }
}

function readUsage(usage: Json | undefined): TokenUsage {
  const of = isObject(usage) ? usage : {}
  const inside = (key: string) => (isObject(of[key]) ? of[key] : {})
  const input = tokenCount(of['prompt_tokens'] ?? of['input_tokens'])
  const output = tokenCount(of['completion_tokens'] ?? of['output_tokens'])
  return {
    input,
    cached_input: partOf(tokenCount(inside('prompt_tokens_details')['cached_tokens'] ?? of['prompt_cache_hit_tokens']), input),
    output,
    reasoning: partOf(tokenCount(inside('completion_tokens_details')['reasoning_tokens']), output),
  }
}
