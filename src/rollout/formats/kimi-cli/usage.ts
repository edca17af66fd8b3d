import { isObject, type Json, numberOrNull } from '../../../json/json.ts'
import type { Usage } from '../../conversation/row.ts'

/** Tokens of a response, as both generations count them under names of their own. */
export function usageOf(counted: Json | undefined): Usage | null {
  if (!isObject(counted)) return null
  const count = (...names: string[]) => names.map(name => numberOrNull(counted[name])).find(found => found !== null) ?? null
  const [other, output] = [count('inputOther', 'input_other'), count('output')]
  const [read, write] = [count('inputCacheRead', 'input_cache_read'), count('inputCacheCreation', 'input_cache_creation')]
  if (other === null && output === null) return null
  return {
    input_tokens: (other ?? 0) + (read ?? 0) + (write ?? 0),
    output_tokens: output,
    cached_input_tokens: read,
    cache_write_tokens: write,
    reasoning_tokens: null,
    cost_usd: null,
  }
}
