import { isObject, type Json, type JsonObject, numberOrNull } from '../../../json/json.ts'
import type { Usage } from '../../conversation/row.ts'

/** Tokens of a message. Where a provider reported nothing OpenClaw and Pi write zeros: of an answer that says something, that is unknown. */
export function usageOfMessage(message: JsonObject): Usage | null {
  const usage = usageOf(message['usage'])
  if (usage === null || !isAnswer(message)) return usage
  const isAllZero = Object.values(usage).every(count => count === null || count === 0)
  return isAllZero ? null : usage
}

function isAnswer({ role, content }: JsonObject): boolean {
  if (role !== 'assistant') return false
  if (typeof content === 'string') return content !== ''
  return Array.isArray(content) && content.length > 0
}

/** Tokens and cost as Pi records them. Its `input` leaves out what was cached; a row's does not. */
export function usageOf(value: Json | undefined): Usage | null {
  if (!isObject(value)) return null
  const input = numberOrNull(value['input'])
  const read = numberOrNull(value['cacheRead'])
  const write = numberOrNull(value['cacheWrite'])
  const output = numberOrNull(value['output'])
  const cost = isObject(value['cost']) ? numberOrNull(value['cost']['total']) : numberOrNull(value['cost'])
  if (input === null && output === null && read === null && write === null && cost === null) return null
  return {
    input_tokens: input === null && read === null && write === null ? null : (input ?? 0) + (read ?? 0) + (write ?? 0),
    output_tokens: output,
    cached_input_tokens: read,
    cache_write_tokens: write,
    reasoning_tokens: numberOrNull(value['reasoning']),
    cost_usd: cost,
  }
}
