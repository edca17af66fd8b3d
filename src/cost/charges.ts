import type { Facts, Response } from '../dataset/facts.ts'
import type { PriceTable, Rates } from './price-table.ts'

/** What one response took and cost. */
export type Charge = Omit<Response, 'message' | 'cost_usd'> & {
  usd: number | null // null: nobody knows
  recorded: boolean // the log says what it cost
  parts: { [part in keyof Rates]: number } | null // of a cost that was computed, what each kind of tokens cost
}

/**
 * What the responses of a session cost, each by its own model, time and length of prompt: a bill for a whole session would take its
 * prompts for one long one. A log's own figure goes first. Where it has one for the session alone, responses share it by what they would
 * have cost, or by their tokens.
 */
export function chargesOf(facts: Facts, prices: PriceTable, isComputed: boolean): Charge[] {
  const charges = facts.responses.map(response => chargeOf(response, facts, prices, isComputed))
  const { rest } = facts
  if (rest === null) return charges
  const shared = isComputed ? null : rest.cost_usd
  const { cost_usd: _, ...tokens } = rest
  const model = facts.models.length === 1 ? facts.models[0]! : null
  const beyond: Charge = { ...tokens, at: facts.started_at, model, usd: null, recorded: false, parts: null }
  const all = tokensOf(beyond) > 0 || charges.length === 0 ? [...charges, beyond] : charges
  if (shared === null) return all
  const open = all.filter(({ recorded }) => !recorded)
  const sharing = open.length === 0 ? [beyond] : open
  const shares = sharesOf(sharing)
  const said = sharing.map((charge, i): Charge => ({ ...charge, usd: shared * shares[i]!, recorded: true, parts: null }))
  return [...all.filter(({ recorded }) => recorded), ...said]
}

/** Tokens of a charge, each counted once. */
export function tokensOf({ input_tokens, output_tokens }: Pick<Charge, 'input_tokens' | 'output_tokens'>): number {
  return (input_tokens ?? 0) + (output_tokens ?? 0)
}

function chargeOf(response: Response, facts: Facts, prices: PriceTable, isComputed: boolean): Charge {
  const { message: _, cost_usd, ...used } = response
  const at = used.at ?? facts.started_at
  const model = used.model ?? (facts.models.length === 1 ? facts.models[0]! : null)
  const open = { ...used, at, model }
  // Agents write 0 where they know no price.
  if (cost_usd !== null && (cost_usd > 0 || tokensOf(used) === 0) && !isComputed)
    return { ...open, usd: cost_usd, recorded: true, parts: null }
  const { input_tokens, output_tokens, cached_input_tokens, cache_write_tokens } = used
  const rates = model === null || input_tokens === null || output_tokens === null ? null : prices.of(model, at)
  if (rates === null) return { ...open, usd: null, recorded: false, parts: null }
  const { input, cached_input, cache_write, output } = rates(input_tokens!)
  const [cached, written] = [cached_input_tokens ?? 0, cache_write_tokens ?? 0]
  const parts = {
    input: (Math.max(0, input_tokens! - cached - written) * input) / 1e6,
    cached_input: (cached * cached_input) / 1e6,
    cache_write: (written * cache_write) / 1e6,
    output: (output_tokens! * output) / 1e6,
  }
  return { ...open, usd: parts.input + parts.cached_input + parts.cache_write + parts.output, recorded: false, parts }
}

function sharesOf(charges: readonly Charge[]): number[] {
  for (const weights of [charges.map(({ usd }) => usd ?? Number.NaN), charges.map(tokensOf)]) {
    const sum = weights.reduce((sum, weight) => sum + weight, 0)
    if (sum > 0) return weights.map(weight => weight / sum)
  }
  return charges.map(() => 1 / charges.length)
}
