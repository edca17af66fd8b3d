import { isObject, type Json, type JsonObject, stringOrNull } from '../json/json.ts'
import { pythonJson, pythonStr } from '../python/text.ts'
import type { ChatToolCall, ModelReply, TokenUsage } from './model.ts'

/** What a chat-completions body says, whichever dialect the server writes; null where it has no message. */
export function readChatCompletion(body: Json): Omit<ModelReply, 'attempts'> | null {
  const completion = isObject(body) ? body : {}
  const choice = Array.isArray(completion['choices']) ? completion['choices'][0] : undefined
  if (!isObject(choice) || !isObject(choice['message'])) return null
  const message = choice['message']
  return {
    text: readText(message['content']) || (stringOrNull(message['refusal']) ?? ''),
    reasoning: stringOrNull(message['reasoning']) ?? stringOrNull(message['reasoning_content']),
    tool_calls: Array.isArray(message['tool_calls']) ? message['tool_calls'].filter(isObject).map(readToolCall) : [],
    usage: readUsage(completion['usage']),
    finish_reason: stringOrNull(choice['finish_reason'])?.replaceAll('_', '-') ?? null,
    model: stringOrNull(completion['model']) ?? '',
    id: stringOrNull(completion['id']),
  }
}

/** The text of a message's content: as it is, its text blocks line by line, or anything else as text; null where there is none. */
function readText(content: Json | undefined): string | null {
  if (content === undefined || content === null) return null
  if (!Array.isArray(content)) return pythonStr(content)
  return content.flatMap(block => (isObject(block) && typeof block['text'] === 'string' ? [block['text']] : [])).join('\n')
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
  return {
    input: count(of['prompt_tokens'] ?? of['input_tokens']),
    cached_input: count(inside('prompt_tokens_details')['cached_tokens'] ?? of['prompt_cache_hit_tokens']),
    output: count(of['completion_tokens'] ?? of['output_tokens']),
    reasoning: count(inside('completion_tokens_details')['reasoning_tokens']),
  }
}

/** Some servers write their counts as text. */
function count(value: Json | undefined): number | null {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? Math.trunc(number) : null
}
