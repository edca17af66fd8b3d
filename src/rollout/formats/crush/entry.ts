import { readJsonOr } from '../../../json/exact.ts'
import { isObject, type Json, type JsonObject, numberOrNull, stringIn, stringOrNull } from '../../../json/json.ts'
import { restOf } from '../../conversation/chat-dialogue.ts'
import { isoTime } from '../../conversation/iso-time.ts'
import type { Diagnostic, Usage } from '../../conversation/row.ts'
import type { Entry } from '../../log/entries.ts'

/** A message, wherever it is kept: what its row says, and under `parts` of the entry's record what it holds. */
export type Message = { row: JsonObject; entry: Entry }

/** A session, wherever it is kept. */
export type Session = {
  id: string
  file: string // root-relative
  parent: string | null
  spawnCall: string | null
  summary: string | null // the message that stands for all before it
  times: string[]
  usage: Usage | null
  meta: JsonObject
  messages: Message[]
  diagnostics: Diagnostic[]
}

/**
 * What is known of a session: columns of its row, or what was printed of them. `spent` is what the agents it spawned have cost, which
 * Crush adds to the session's own cost.
 */
export function factsOf(id: string, record: JsonObject, spent = 0): Omit<Session, 'file' | 'messages' | 'diagnostics'> {
  const todos = typeof record['todos'] === 'string' ? (readJsonOr(record['todos']) ?? record['todos']) : record['todos']
  const cost = numberOrNull(record['cost'])
  return {
    id,
    parent: stringOrNull(record['parent_session_id']),
    // The id of a spawned agent's session is made of the message and the call that spawned it.
    spawnCall: /^.+?\$\$(.+)$/s.exec(id)?.[1] ?? null,
    summary: stringOrNull(record['summary_message_id']),
    times: [record['created_at'], record['updated_at'], record['created'], record['modified']].flatMap(time => isoTime(time) ?? []),
    usage: cost === null || cost <= 0 ? null : { ...NO_TOKENS, cost_usd: Math.max(0, round(cost - spent)) },
    meta: { ...restOf({ ...record, ...(todos === undefined ? {} : { todos }) }, TOLD), ...lastTokens(record) },
  }
}

/** What a part of a message says: stores have it under `data`, prints beside its type. */
export function partOf(part: Json): { type: string; data: JsonObject } | null {
  if (!isObject(part) || typeof part['type'] !== 'string') return null
  return { type: part['type'], data: isObject(part['data']) ? part['data'] : part }
}

/** Why a response ended, in Crush's words; null where the log does not say. */
export function finishOf({ entry }: Message): { reason: string; message: string | null; details: string | null } | null {
  for (const part of partsIn(entry.record)) {
    const told = partOf(part)
    if (told?.type !== 'finish') continue
    return { reason: stringIn(told.data, 'reason') ?? '', message: stringIn(told.data, 'message'), details: stringIn(told.data, 'details') }
  }
  return null
}

/** The parts of a message. */
export function partsIn(record: JsonObject): Json[] {
  return Array.isArray(record['parts']) ? record['parts'] : []
}

const NO_TOKENS = {
  input_tokens: null,
  output_tokens: null,
  cached_input_tokens: null,
  cache_write_tokens: null,
  reasoning_tokens: null,
}

const TOLD = new Set(
  `id uuid parent_session_id summary_message_id message_count prompt_tokens completion_tokens total_tokens cost created_at updated_at created
  modified skills _too_long`.split(/\s+/),
)

/** The tokens of the last response, which the session's are: no sum of them is kept. */
function lastTokens(record: JsonObject): JsonObject {
  const [prompt, completion] = [numberOrNull(record['prompt_tokens']), numberOrNull(record['completion_tokens'])]
  return prompt || completion ? { last_response_tokens: { prompt, completion } } : {}
}

/** Sums of prices are off by some billionths. */
function round(cost: number): number {
  return Math.round(cost * 1e9) / 1e9
}
