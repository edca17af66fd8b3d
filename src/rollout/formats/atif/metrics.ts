import { isNumber, isObject, type Json, type JsonObject, numberOrNull } from '../../../json/json.ts'
import type { Usage } from '../../conversation/row.ts'

/** What a step's metrics say, and what does not fit together in them. */
export type Measured = {
  usage: Usage | null
  prompt_token_ids: number[] | null
  completion_token_ids: number[] | null
  logprobs: number[] | null
  extra: JsonObject | null // metrics.extra, and lists that are not what they should be
  mismatches: { code: string; detail: JsonObject }[]
}

const NOTHING: Measured = {
  usage: null,
  prompt_token_ids: null,
  completion_token_ids: null,
  logprobs: null,
  extra: null,
  mismatches: [],
}

/** Read a step's `metrics`. `prompt_tokens` include cached ones, as `input_tokens` do. */
export function readMetrics(metrics: Json | undefined): Measured {
  if (!isObject(metrics)) return NOTHING
  const mismatches: Measured['mismatches'] = []
  const unreadable: JsonObject = {}
  const numbers = (key: string): number[] | null => {
    const list = metrics[key] ?? null
    if (list === null) return null
    if (Array.isArray(list) && list.every(isNumber)) return list as number[] // carried, not computed with
    unreadable[key] = list
    mismatches.push({ code: 'wrong_type', detail: { field: `metrics.${key}`, expected: 'list of numbers' } })
    return null
  }
  const completion = numbers('completion_token_ids')
  const prompt = numbers('prompt_token_ids')
  const logprobs = numbers('logprobs')
  const compare = (code: string, list: number[] | null, expected: number | null) => {
    if (list !== null && expected !== null && list.length !== expected) mismatches.push({ code, detail: { length: list.length, expected } })
  }
  compare('completion_token_ids_length', completion, numberOrNull(metrics['completion_tokens']))
  compare('prompt_token_ids_length', prompt, numberOrNull(metrics['prompt_tokens']))
  compare('logprobs_length', logprobs, completion?.length ?? numberOrNull(metrics['completion_tokens']))
  const extra = isObject(metrics['extra']) ? metrics['extra'] : null
  const rest = { ...extra, ...unreadable }
  const more = Object.keys(rest).length > 0 ? rest : null
  return { usage: usageOf(metrics, extra), extra: more, prompt_token_ids: prompt, completion_token_ids: completion, logprobs, mismatches }
}

/** A document's `final_metrics` as usage; null where they count no tokens and no money. */
export function totalUsage(totals: Json | undefined): Usage | null {
  if (!isObject(totals)) return null
  const renamed: JsonObject = {}
  for (const key of ['prompt_tokens', 'completion_tokens', 'cached_tokens', 'cost_usd']) renamed[key] = totals[`total_${key}`] ?? null
  const usage = usageOf(renamed, isObject(totals['extra']) ? totals['extra'] : null)
  return isNothing(usage) ? null : usage
}

function usageOf(metrics: JsonObject, extra: JsonObject | null): Usage | null {
  const further = (...keys: string[]) => keys.map(key => numberOrNull(extra?.[key])).find(value => value !== null) ?? null
  const usage: Usage = {
    input_tokens: numberOrNull(metrics['prompt_tokens']),
    output_tokens: numberOrNull(metrics['completion_tokens']),
    cached_input_tokens: numberOrNull(metrics['cached_tokens']) ?? further('cache_read_tokens', 'cache_read_input_tokens'),
    cache_write_tokens: further('cache_write_tokens', 'cache_creation_input_tokens'),
    reasoning_tokens: further('reasoning_tokens'),
    cost_usd: numberOrNull(metrics['cost_usd']),
  }
  return Object.values(usage).every(value => value === null) ? null : usage
}

/** Whether counts say that nothing was used: of an answer that says something, they were never made. */
export function isNothing(usage: Usage | null): boolean {
  return usage !== null && Object.values(usage).every(value => value === null || value === 0)
}
