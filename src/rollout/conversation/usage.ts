import type { Usage } from './row.ts'

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
    cost_usd: sum('cost_usd'),
  }
}
