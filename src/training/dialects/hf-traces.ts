import { isObject, type Json, type JsonObject } from '../../json/json.ts'
import type { Example, TrainingMessage } from '../conversation/example.ts'
import type { Written } from '../conversation/json-line.ts'
import { defineDialect } from '../dialect.ts'

/** So many letters of the first request name a session. */
const TITLE = 80

export const hfTraces = defineDialect({
  name: 'hf-traces',
  description:
    'Traces as the Hugging Face hub shows them (Session Trace Simple Format): a file for each session, its head, then a message a line',
  takes: ['trajectories'],
  masks: 'message',
  codecs: ['jsonl'],
  columns: () => ({}),
  hasFilePerRow: true,
  rows(example) {
    const { messages } = example
    const lines = [headOf(example), ...messages.map(message => ({ type: 'message', message: messageOf(message, example) }))]
    return [{ row: { lines }, messages, trained: messages.map(message => message.train) }]
  },
})

function headOf({ traceId, messages, tools, facts }: Example): Written {
  const asked = messages
    .find(({ role, text }) => role === 'user' && text.trim() !== '')
    ?.text.trim()
    .replace(/\s+/g, ' ')
  return {
    type: 'session',
    harness: typeof facts['source_kind'] === 'string' ? facts['source_kind'] : 'unknown',
    id: traceId,
    ...(asked === undefined ? {} : { name: [...asked].slice(0, TITLE).join('') }),
    ...(isObject(facts['outcome'] ?? null) ? { outcome: facts['outcome']! } : {}),
    ...(tools.schemas.length === 0 ? {} : { tools: tools.schemas as unknown as Written }),
  }
}

function messageOf(message: TrainingMessage, { facts }: Example): Written {
  const { role, text, reasoning, calls, callId, source } = message
  const { timestamp, model } = metaOf(facts, source)
  const time = typeof timestamp === 'string' ? Date.parse(timestamp) : Number.NaN
  const isTold = typeof model === 'string' && Array.isArray(facts['models']) && facts['models'].includes(model)
  return {
    role,
    content: text,
    ...(reasoning === null ? {} : { reasoningContent: reasoning }),
    ...(calls.length === 0
      ? {}
      : { toolCalls: calls.map(({ id, name, arguments: given }) => ({ id, function: { name, arguments: given } })) }),
    ...(callId === null ? {} : { toolCallId: callId }),
    ...(Number.isNaN(time) ? {} : { timestamp: time }),
    // Names of models are redacted in their column: one that is not in it is not told.
    ...(role === 'assistant' && isTold ? { model } : {}),
  }
}

function metaOf(facts: JsonObject, source: number | null): JsonObject {
  const metas: Json = facts['metas'] ?? null
  const meta = source !== null && Array.isArray(metas) ? (metas[source] ?? null) : null
  return isObject(meta) ? meta : {}
}
