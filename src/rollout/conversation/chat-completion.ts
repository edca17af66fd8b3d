import { isObject, type JsonObject, numberOrNull, stringOrNull } from '../../json/json.ts'
import type { Usage } from './row.ts'

/** What a response of the chat completions API says besides its message, as servers and the libraries in front of them write it. */
export function completionFacts(response: JsonObject, cost: number | null) {
  return {
    id: stringOrNull(response['id']),
    model: stringOrNull(response['model']),
    stop_reason: stringOrNull(choiceOf(response)['finish_reason']),
    usage: completionUsage(response, cost),
  }
}

/** The answer that was taken: the first of those that were asked for. */
export function choiceOf({ choices }: JsonObject): JsonObject {
  return Array.isArray(choices) && isObject(choices[0]) ? choices[0] : {}
}

/** What a response of the chat completions API says was read and written. */
export function completionUsage({ usage }: JsonObject, cost: number | null): Usage | null {
  if (!isObject(usage)) return null
  const details = isObject(usage['prompt_tokens_details']) ? usage['prompt_tokens_details'] : {}
  const more = isObject(usage['completion_tokens_details']) ? usage['completion_tokens_details'] : {}
  return {
    input_tokens: numberOrNull(usage['prompt_tokens']),
    output_tokens: numberOrNull(usage['completion_tokens']),
    cached_input_tokens: numberOrNull(details['cached_tokens']) ?? numberOrNull(usage['cache_read_input_tokens']),
    cache_write_tokens: numberOrNull(usage['cache_creation_input_tokens']) ?? numberOrNull(details['cache_creation_input_tokens']),
    reasoning_tokens: numberOrNull(more['reasoning_tokens']),
    cost_usd: cost,
  }
}
