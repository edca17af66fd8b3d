import { readJsonOr } from '../../../json/exact.ts'
import { isObject, type Json, type JsonObject, numberOrNull, stringOrNull } from '../../../json/json.ts'
import type { FinishedConversation } from '../../conversation/conversation.ts'
import type { RolloutOutcome, Usage } from '../../conversation/row.ts'
import { isLocalTime, isoTime } from './time.ts'

/** Models the store names for a session, apart from its messages. */
export function modelsOf(header: JsonObject): string[] {
  const used = Array.isArray(header['model_usage']) ? header['model_usage'].filter(isObject).map(({ model }) => model) : []
  return [header['model'], ...used].flatMap(model => stringOrNull(model) ?? [])
}

/** Tokens and cost of a whole session, as the store totals them. Hermes counts cached prompt tokens apart. */
export function usageOf(header: JsonObject): Usage | null {
  const count = (...keys: string[]) => keys.map(key => numberOrNull(header[key])).find(value => value !== null) ?? null
  const [input, output] = [count('input_tokens'), count('output_tokens')]
  const [cached, written] = [count('cache_read_tokens'), count('cache_write_tokens')]
  const reasoning = count('reasoning_tokens')
  if ([input, output, cached, written, reasoning].every(value => value === null || value === 0)) return null
  return {
    input_tokens: input === null ? null : input + (cached ?? 0) + (written ?? 0),
    output_tokens: output,
    cached_input_tokens: cached,
    cache_write_tokens: written,
    reasoning_tokens: reasoning,
    cost_usd: costOf(header),
  }
}

function costOf(header: JsonObject): number | null {
  const estimate = header['cost_status'] === 'unknown' ? null : numberOrNull(header['estimated_cost_usd'])
  return numberOrNull(header['actual_cost_usd']) ?? estimate
}

/**
 * How a session ended: what the store says of an error or an interruption, else how the last turn ended. A session that was closed
 * in good order is completed only if its last word is the model's and nothing is open.
 */
export function outcomeOf(header: JsonObject, said: Pick<FinishedConversation, 'messages' | 'message_meta'>): RolloutOutcome {
  if (typeof header['completed'] === 'boolean') {
    const { completed, partial = null } = header
    return { status: completed ? 'completed' : 'interrupted', reward: null, detail: { completed, partial } }
  }
  const reason = stringOrNull(header['end_reason'])
  return { status: statusBy(reason) ?? statusOfEnd(said, reason), reward: null, detail: reason === null ? null : { end_reason: reason } }
}

function statusBy(reason: string | null): RolloutOutcome['status'] | null {
  if (reason === null) return null
  if (/error|fail|timeout|timed_out|crash|exception/i.test(reason)) return 'failed'
  return /interrupt|cancel|abort|kill|suspend|sigterm|sigint/i.test(reason) ? 'interrupted' : null
}

/** By the last turn: the model's own ending with no call in it, or what cut it short. */
function statusOfEnd({ messages, message_meta }: Pick<FinishedConversation, 'messages' | 'message_meta'>, reason: string | null) {
  const at = message_meta.findLastIndex(({ origin, extra }) => origin !== 'harness' || extra?.['harness'] === 'interruption')
  const [last, meta] = [messages[at], message_meta[at]]
  if (meta?.extra?.['harness'] === 'interruption') return 'interrupted'
  if (last?.role !== 'assistant' || meta === undefined) return 'unknown'
  const stop = meta.stop_reason ?? null
  if (stop !== null && /^(interrupted|cancell?ed|aborted|user_correction)$/.test(stop)) return 'interrupted'
  if (stop === 'error') return 'failed'
  if (last.tool_calls !== undefined) return 'unknown'
  const isOwnEnd = stop === null ? reason !== null : /^(stop|end_turn|stop_sequence|completed)$/.test(stop)
  return isOwnEnd ? 'completed' : 'unknown'
}

const TIMES = ['started_at', 'session_start', 'ended_at', 'last_updated', 'timestamp', 'created_at', 'updated_at'] as const

/** The times a store gives for a session as a whole. */
export function timesOf(header: JsonObject): string[] {
  return TIMES.flatMap(key => isoTime(header[key]) ?? [])
}

/** Whether any time of the session is the clock of an unknown zone. */
export function hasLocalTimes(header: JsonObject, records: readonly JsonObject[]): boolean {
  return TIMES.some(key => isLocalTime(header[key])) || records.some(record => isLocalTime(record['timestamp']))
}

/** Columns that have a place of their own in the row. */
const TOLD = new Set<string>([
  ...TIMES,
  ...`id cwd git_branch model system_prompt system_prompt_hash tools messages segments input_tokens output_tokens cache_read_tokens
  cache_write_tokens reasoning_tokens conversations completed partial`.split(/\s+/),
])

/** What else the store says, in its own words; JSON kept as text is opened. */
export function remainingOf(header: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(header).flatMap(([key, value]) => (TOLD.has(key) || value === null || value === '' ? [] : [[key, opened(key, value)]])),
  )
}

function opened(key: string, value: Json): Json {
  const isJson = /_(json|config|metadata)$|^tool_names$/.test(key)
  return isJson && typeof value === 'string' ? (readJsonOr(value) ?? value) : value
}
