import { isObject, type Json, type JsonObject, numberOrNull } from '../../../json/json.ts'
import type { Usage } from '../../conversation/row.ts'

/** Tokens as Codex counts them; null where there is no count. */
function toUsage(value: Json | undefined): Usage | null {
  if (!isObject(value)) return null
  const usage: Usage = {
    input_tokens: numberOrNull(value['input_tokens']),
    output_tokens: numberOrNull(value['output_tokens']),
    cached_input_tokens: numberOrNull(value['cached_input_tokens']),
    cache_write_tokens: numberOrNull(value['cache_write_input_tokens']),
    reasoning_tokens: numberOrNull(value['reasoning_output_tokens']),
    cost_usd: null,
  }
  return usage.input_tokens === null && usage.output_tokens === null ? null : usage
}

/** Reads a thread's stream of counts, which are cumulative, repeated and given twice, as one usage for each response. */
export class UsageCounter {
  private total: string | null = null
  private byEvent: string | null = null
  private byRecord: string | null = null

  /** Usage of the response that a `token_count` event counts; null where it repeats what was counted. */
  fromEvent(payload: JsonObject): Usage | null {
    const info = payload['info']
    if (!isObject(info)) return null
    const total = JSON.stringify(info['total_token_usage'] ?? null)
    if (total === this.total) return null
    this.total = total
    const usage = toUsage(info['last_token_usage'])
    if (usage === null || this.byRecord === keyOf(usage)) return null
    this.byEvent = keyOf(usage)
    return usage
  }

  /** Usage in a `token_usage_record`; null where an event gave the same. */
  fromRecord(payload: JsonObject): Usage | null {
    const usage = toUsage(payload['usage'])
    if (usage === null || this.byEvent === keyOf(usage)) return null
    this.byRecord = keyOf(usage)
    return usage
  }

  /** The model said something new: equal numbers from now on are another response's. */
  next(): void {
    this.byEvent = null
    this.byRecord = null
  }
}

function keyOf(usage: Usage): string {
  return `${usage.input_tokens} ${usage.output_tokens}`
}
