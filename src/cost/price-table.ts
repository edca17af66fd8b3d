import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ModelPrice } from '@pydantic/genai-prices'
import type { Prices } from '../model/prices.ts'
import { packageRoot } from '../package-version.ts'

/** US dollars per million tokens of one response. */
export type Rates = { input: number; cached_input: number; cache_write: number; output: number }

/** What a model charges at some time; rates may depend on how long the prompt is. Null: nobody here knows. */
export type PriceTable = { of(model: string, at: number | null): ((inputTokens: number) => Rates) | null; source: string }

/** Names of models come from logs: a longer one is none. */
const MAX_NAME = 200

/** Prices change on days, and for some models at times of the day; all of these begin with a half hour. */
const STEP = 1_800_000

/** Prices of the user first, then those of the table that comes along, which knows what they were when. */
export async function openPriceTable(user: Prices | null, file: string | null = null): Promise<PriceTable> {
  const { calcPrice } = await import('@pydantic/genai-prices')
  const known = new Map<string, ReturnType<PriceTable['of']>>()
  const own = (model: string) => {
    const price = user?.of('', model) ?? user?.of('', bare(model)) ?? null
    if (price === null) return null
    const { input, cached_input = input, cache_write = input, output } = price
    return () => ({ input, cached_input, cache_write, output })
  }
  const kept = (model: string, at: number | null) => {
    const timestamp = new Date(at ?? Date.now())
    // Names carry the provider they were asked of: openai/gpt-5.5.
    const found = calcPrice({}, model, { timestamp }) ?? calcPrice({}, bare(model), { timestamp })
    return found === null ? null : ratesOf(found.model_price)
  }
  return {
    source: `${file === null ? '' : `${file}, then `}genai-prices ${versionOf('@pydantic/genai-prices')}`,
    of(model, at) {
      if (model === '' || model.length > MAX_NAME) return null
      const key = `${at === null ? '' : Math.floor(at / STEP)} ${model}`
      if (!known.has(key)) known.set(key, own(model) ?? kept(model, at))
      return known.get(key)!
    },
  }
}

/** Where a model has no price of its own for cached tokens, they are input. Null for what is not priced by such tokens. */
function ratesOf({ input_mtok, cache_read_mtok, cache_write_mtok, output_mtok }: ModelPrice): ((inputTokens: number) => Rates) | null {
  if (input_mtok === undefined || output_mtok === undefined) return null
  return tokens => {
    const rate = (price: ModelPrice[string]) => {
      if (typeof price !== 'object') return price ?? 0
      return price.tiers.reduce((found, { start, price }) => (tokens > start ? price : found), price.base)
    }
    return {
      input: rate(input_mtok),
      cached_input: rate(cache_read_mtok ?? input_mtok),
      cache_write: rate(cache_write_mtok ?? input_mtok),
      output: rate(output_mtok),
    }
  }
}

function bare(model: string): string {
  return model.slice(model.lastIndexOf('/') + 1)
}

/** The version of a dependency: they are exact. */
function versionOf(name: string): string {
  const { dependencies } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as {
    dependencies: { [name: string]: string }
  }
  return dependencies[name]!
}
