import type { JsonObject } from '../../json/json.ts'
import type { Usage } from './row.ts'

/** What is known where nothing is said. */
export const NO_USAGE: Readonly<Usage> = {
  input_tokens: null,
  output_tokens: null,
  cached_input_tokens: null,
  cache_write_tokens: null,
  reasoning_tokens: null,
  cost_usd: null,
}

/** Add up usages; null where no summand says. */
export function sumUsage(usages: readonly Usage[]): Usage | null {
  if (usages.length === 0) return null
  const sum = (key: keyof Usage) => {
    let total: number | null = null
    for (const usage of usages) {
      const summand = usage[key]
      if (summand !== null && summand !== undefined) total = (total ?? 0) + summand
    }
    return total
  }
  return {
    input_tokens: sum('input_tokens'),
    output_tokens: sum('output_tokens'),
    cached_input_tokens: sum('cached_input_tokens'),
    cache_write_tokens: sum('cache_write_tokens'),
    reasoning_tokens: sum('reasoning_tokens'),
    cost_usd: usages.length === 1 ? usages[0]!.cost_usd : dollars(sum('cost_usd')),
  }
}

/** What a response took beyond what an earlier part of it told: of one prompt, the answer's tokens that came since; null where none did. */
export function usageBeyond(told: Usage | null, now: Usage): Usage | null {
  const isOfOnePrompt = told !== null && OF_PROMPTS.every(key => told[key] === now[key])
  if (!isOfOnePrompt) return now
  const output = (now.output_tokens ?? 0) - (told.output_tokens ?? 0)
  return output > 0 ? { ...NO_USAGE, output_tokens: output } : null
}

const OF_PROMPTS = ['input_tokens', 'cached_input_tokens', 'cache_write_tokens'] as const

/**
 * What of a recorded usage can be true; `impossible` is the rest, as it was recorded. Whoever counts fewer than no tokens, parts of them, or
 * more than all models ever gave, does not know: the count is unknown, and no sum is made of it.
 */
export function possibleUsage(usage: Usage): { usage: Usage; impossible: JsonObject | null } {
  const impossible: { [key: string]: number } = {}
  for (const key in usage) {
    const value = usage[key as keyof Usage]
    if (value === null || value === undefined) continue
    const isPossible = key === 'cost_usd' ? value >= 0 && value <= MAX_COST : Number.isInteger(value) && value >= 0 && value <= MAX_TOKENS
    if (!isPossible) impossible[key] = value
  }
  const keys = Object.keys(impossible)
  if (keys.length === 0) return { usage, impossible: null }
  const unknown = Object.fromEntries(keys.map(key => [key, null]))
  return { usage: { ...usage, ...unknown }, impossible }
}

/** Sums of these stay whole. */
const MAX_TOKENS = 2 ** 40
const MAX_COST = 1e9

/** What was reckoned of costs, without the digits that doubles add: prices of tokens have no more than these. */
export function dollars<Cost extends number | null>(cost: Cost): Cost {
  return (cost === null ? null : Number(cost.toFixed(COST_DIGITS))) as Cost
}

const COST_DIGITS = 12
