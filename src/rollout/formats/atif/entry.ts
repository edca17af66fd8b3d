import { isObject, type Json, type JsonObject, numberOrNull } from '../../../json/json.ts'
import type { Origin } from '../../conversation/row.ts'

/** Who speaks in a step, and what was written there when it is none of the three sources. */
export type StepRole = { name: 'system' | 'user' | 'agent'; origin: Origin | null; oddity: Json }

/** Other words for the sources, seen in the wild. */
const ALIASES: Record<string, { name: StepRole['name']; origin: Origin | null }> = {
  assistant: { name: 'agent', origin: null },
  model: { name: 'agent', origin: null },
  human: { name: 'user', origin: null },
  developer: { name: 'system', origin: null },
  tool: { name: 'user', origin: 'tool' },
  environment: { name: 'user', origin: 'tool' },
}

/** The role of a step. Where the source is unreadable, a step with a model's fields is the agent's, and any other the harness's. */
export function roleOf(step: JsonObject): StepRole {
  const source = step['source'] ?? null
  if (source === 'system' || source === 'user' || source === 'agent') return { name: source, origin: null, oddity: null }
  const oddity: Json = { found: source }
  const alias = typeof source === 'string' && Object.hasOwn(ALIASES, source) ? ALIASES[source]! : null
  if (alias !== null) return { ...alias, oddity }
  const isModel = ['tool_calls', 'reasoning_content', 'model_name', 'metrics'].some(key => Boolean(step[key]))
  return isModel ? { name: 'agent', origin: null, oddity } : { name: 'user', origin: 'harness', oddity }
}

/** Whether the context was compacted at this step. */
export function isCompaction(step: JsonObject): boolean {
  return contextManagement(step)?.['type'] === 'compaction'
}

/** Whether what follows this step stands in for what came before it. */
export function replacesHistory(step: JsonObject): boolean {
  return isCompaction(step) && contextManagement(step)?.['boundary'] === 'replace'
}

/** A step's timestamp as ISO 8601; epoch seconds and milliseconds are understood. Null where it is no time. */
export function timeOf(timestamp: Json | undefined): string | null {
  if (typeof timestamp === 'string') return Number.isNaN(Date.parse(timestamp)) ? null : timestamp
  const number = numberOrNull(timestamp)
  if (number === null) return null
  const date = new Date(number > 1e11 ? number : number * 1000)
  return Number.isNaN(date.getTime()) ? null : date.toISOString()
}

function contextManagement(step: JsonObject): JsonObject | null {
  const extra = step['extra']
  return isObject(extra) && isObject(extra['context_management']) ? extra['context_management'] : null
}
