import type { Json, JsonObject } from '../../json/json.ts'
import { withoutLayout } from '../../json/source-text.ts'
import { JsonText, type Written } from '../../json/written.ts'
import type { Message, MessageMeta, RolloutRow, Usage } from '../conversation/row.ts'
import { type Asset, type AssetKeeping, type AtifContent, atifContent } from './content.ts'

/** One step, ready to be written. */
export type AtifStep = { [key: string]: Written | undefined }

/** The steps of a row, and what they need beside them. */
export type AtifSteps = { steps: AtifStep[]; assets: Asset[]; hasAudio: boolean }

/** Messages as steps: a response with its calls and what was observed is one. A system or user message is one of its own. */
export function stepsOf({ messages, message_meta }: Pick<RolloutRow, 'messages' | 'message_meta'>, keeping: AssetKeeping): AtifSteps {
  const told: AtifSteps = { steps: [], assets: [], hasAudio: false }
  const contentOf = ({ content }: Message) => {
    const made = atifContent(content, keeping)
    told.assets.push(...made.assets)
    told.hasAudio ||= made.hasAudio
    return made
  }
  for (const [i, message] of messages.entries()) {
    const meta = message_meta[i]!
    if (message.role !== 'tool') {
      told.steps.push(stepOf(told.steps.length + 1, message, meta, contentOf(message)))
      continue
    }
    const step = told.steps.at(-1)!
    const { results } = (step['observation'] ??= { results: [] }) as { results: Written[] }
    results.push(resultOf(message, meta, contentOf(message)))
  }
  return told
}

function stepOf(id: number, message: Message, meta: MessageMeta, { content, kept }: AtifContent): AtifStep {
  const isCompacted = meta.boundary === 'compaction'
  const isModel = message.role === 'assistant'
  return {
    step_id: id,
    timestamp: timeOf(meta.timestamp),
    source: isModel ? 'agent' : (message.role as 'system' | 'user'),
    message: content,
    ...(isModel ? saidByModel(message, meta) : {}),
    is_copied_context: meta.replay === true ? true : undefined,
    extra: filled({
      stop_reason: meta.stop_reason,
      context_management: isCompacted ? { type: 'compaction', boundary: 'replace' } : undefined,
      tracewright: marksOf(message, meta, kept, timeAsWritten(meta.timestamp)),
    }),
  }
}

function saidByModel(message: Message, meta: MessageMeta): AtifStep {
  // What called no model must not say that it thought, or what that cost.
  const isDispatch = meta.origin !== 'model' && message.reasoning_content === undefined && meta.usage === undefined
  return {
    model_name: meta.model,
    reasoning_content: message.reasoning_content,
    tool_calls: message.tool_calls?.map(({ id, function: { name, arguments: written } }) => ({
      tool_call_id: id,
      function_name: name,
      arguments: new JsonText(withoutLayout(written)),
    })),
    metrics: metricsOf(meta),
    llm_call_count: isDispatch ? 0 : undefined,
  }
}

function metricsOf({ usage, prompt_token_ids, completion_token_ids, logprobs }: MessageMeta): JsonObject | undefined {
  return filled({ ...(usage === undefined ? {} : countsOf(usage)), prompt_token_ids, completion_token_ids, logprobs })
}

/** Tokens and money under ATIF's names; what it has no name for is extra. */
export function countsOf(usage: Usage, prefix = ''): { [key: string]: Json | undefined } {
  return {
    [`${prefix}prompt_tokens`]: count(usage.input_tokens),
    [`${prefix}completion_tokens`]: count(usage.output_tokens),
    [`${prefix}cached_tokens`]: count(usage.cached_input_tokens),
    [`${prefix}cost_usd`]: usage.cost_usd ?? undefined,
    extra: filled({ cache_write_tokens: count(usage.cache_write_tokens), reasoning_tokens: count(usage.reasoning_tokens) }),
  }
}

/** A count as logs should write it; what is no whole number the validator refuses. */
function count(tokens: number | null): number | undefined {
  return Number.isSafeInteger(tokens) ? tokens! : undefined
}

/** A time in the form that every reader of ISO 8601 takes; logs write some that only JavaScript does. */
function timeOf(timestamp: string | null): string | undefined {
  if (timestamp === null || Number.isNaN(Date.parse(timestamp))) return undefined
  return ISO_TIME.test(timestamp) ? timestamp : new Date(timestamp).toISOString()
}

/** A time that ATIF has in another form. */
function timeAsWritten(timestamp: string | null): string | undefined {
  return timestamp === null || timestamp === timeOf(timestamp) ? undefined : timestamp
}

const ISO_TIME = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?$/

function resultOf(message: Message, meta: MessageMeta, { content, kept }: AtifContent): AtifStep {
  return {
    source_call_id: message.tool_call_id,
    content,
    extra: filled({
      is_error: meta.is_error,
      stop_reason: meta.stop_reason,
      tracewright: marksOf(message, meta, kept, meta.timestamp),
    }),
  }
}

/** Whose words they were, whether to train on them, where the context was cut: what ATIF has no field for. */
function marksOf({ role }: Message, meta: MessageMeta, kept: AtifContent['kept'], timestamp?: string | null): JsonObject {
  const { origin, train, boundary, id, extra, record, records, file, replay } = meta
  const marks = filled({
    origin,
    train: train === (role === 'assistant' && origin === 'model' && replay !== true) ? undefined : train,
    boundary: boundary === 'compaction' ? undefined : boundary,
    timestamp,
    id,
    at: record === null ? undefined : filled({ file, record, records }),
    kept: kept.length === 0 ? undefined : (kept as unknown as Json),
    extra,
  })
  return marks ?? {}
}

/** An object without what is undefined; undefined where nothing is left. */
export function filled(given: { [key: string]: Written | undefined }): JsonObject | undefined {
  const entries = Object.entries(given).filter(([, value]) => value !== undefined)
  return entries.length === 0 ? undefined : (Object.fromEntries(entries) as JsonObject)
}
