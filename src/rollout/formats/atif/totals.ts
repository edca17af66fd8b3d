import { isObject, type Json, type JsonObject, numberOrNull } from '../../../json/json.ts'
import type { Diagnostic, MessageMeta, Usage } from '../../conversation/row.ts'
import { sumUsage } from '../../conversation/usage.ts'
import { totalUsage } from './metrics.ts'

/** What is counted of a trajectory. */
export type Counted = {
  usage: Usage | null // of its own steps
  message_meta: readonly MessageMeta[]
  children: readonly (Usage | null)[] // of subagents embedded in it
  isContinued: boolean // it goes on from another one, whose tokens may be part of its totals
}

/** What can be compared: totals say these three. */
const COUNTED = ['input_tokens', 'output_tokens', 'cost_usd'] as const

/** Sums of money differ in their last digits by the order in which they were added. */
const TOLERANCE = 1e-6

/**
 * Compare what steps add up to with the totals a producer wrote. Producers count copied steps and embedded subagents in, or do not:
 * totals that agree with any of these sums are right. The row keeps the sum over its own steps.
 */
export function compareTotals(file: string, counted: Counted, totals: { final_metrics: Json; trial: JsonObject | null }): Diagnostic[] {
  const { usage, message_meta, children } = counted
  if (usage === null) return []
  const copied = message_meta.flatMap(({ usage, replay }) => (usage !== undefined && replay === true ? [usage] : []))
  const embedded = children.filter(child => child !== null)
  const sums = [[usage], [usage, ...copied], [usage, ...embedded], [usage, ...copied, ...embedded]].map(sumUsage)
  const recorded = [
    ['final_metrics', totalUsage(totals.final_metrics)],
    ['trial', trialUsage(totals.trial)],
  ] as const
  return recorded.flatMap(([source, total]) => {
    if (total === null || sums.some(sum => agree(sum!, total)) || (counted.isContinued && holds(total, usage))) return []
    return [{ code: 'usage_differs', at: file, detail: { source, recorded: shown(total), counted: shown(usage) } }]
  })
}

function agree(sum: Usage, total: Usage): boolean {
  return COUNTED.every(key => {
    const [a, b] = [sum[key], total[key]]
    return a === null || b === null || Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(b))
  })
}

function holds(total: Usage, part: Usage): boolean {
  return COUNTED.every(key => total[key] === null || part[key] === null || total[key] >= part[key])
}

function shown(usage: Usage): JsonObject {
  return Object.fromEntries(COUNTED.map(key => [key, usage[key]]))
}

function trialUsage(totals: JsonObject | null): Usage | null {
  if (!isObject(totals)) return null
  const usage: Usage = {
    input_tokens: numberOrNull(totals['n_input_tokens']),
    output_tokens: numberOrNull(totals['n_output_tokens']),
    cached_input_tokens: numberOrNull(totals['n_cache_tokens']),
    cache_write_tokens: null,
    reasoning_tokens: null,
    cost_usd: numberOrNull(totals['cost_usd']),
  }
  return COUNTED.every(key => usage[key] === null) ? null : usage
}
