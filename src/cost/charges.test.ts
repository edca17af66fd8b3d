import { calcPrice } from '@pydantic/genai-prices'
import { expect, it } from 'vitest'
import { type Facts, factsOf, type Response } from '../dataset/facts.ts'
import { Prices } from '../model/prices.ts'
import { NO_USAGE } from '../rollout/conversation/usage.ts'
import { chargesOf } from './charges.ts'
import { openPriceTable, type PriceTable } from './price-table.ts'

const AT = Date.parse('2026-03-01T10:00:00Z')
const response = (more: Partial<Response>): Response => ({ ...NO_USAGE, message: 0, at: AT, model: 'm', ...more })
const session = (responses: Response[], more: Partial<Facts> = {}): Facts => ({ ...factsOf({ trace_id: 'a' }), responses, ...more })
const table = (prices: ConstructorParameters<typeof Prices>[0] = { m: { input: 1, cached_input: 0.1, cache_write: 2, output: 10 } }) =>
  openPriceTable(new Prices(prices))
const usd = (facts: Facts, prices: PriceTable, isComputed = false) => chargesOf(facts, prices, isComputed).map(charge => charge.usd)

it('each kind of tokens has its own price, cached ones are not input', async () => {
  const used = response({ input_tokens: 1_000_000, cached_input_tokens: 500_000, cache_write_tokens: 300_000, output_tokens: 100_000 })
  expect(chargesOf(session([used]), await table(), false)[0]!.parts).toEqual({
    input: 0.2,
    cached_input: 0.05,
    cache_write: 0.6,
    output: 1,
  })
})

it('what a log says goes first, unless it is 0 for something, or prices are asked for', async () => {
  const used = { input_tokens: 1_000_000, output_tokens: 0 }
  const facts = session([response({ ...used, cost_usd: 7 }), response({ ...used, cost_usd: 0 }), response(used)])
  expect(usd(facts, await table())).toEqual([7, 1, 1])
  expect(usd(facts, await table(), true)).toEqual([1, 1, 1])
})

it.each<[string, Partial<Response>]>([
  ['a model nobody knows', { model: 'never-heard-of-it' }],
  ['no model', { model: null }],
  ['a model by a name that objects have by birth', { model: '__proto__' }],
  ['a name that is none', { model: 'claude-sonnet-4-5'.padEnd(500, 'x') }],
  ['tokens that were not counted', { output_tokens: null }],
])('%s has no price, rather than none to pay', async (_name, more) => {
  expect(usd(session([response({ input_tokens: 5, output_tokens: 5, ...more })]), await table())).toEqual([null])
})

it('a response without a model is of the only one of its session', async () => {
  const facts = session([response({ input_tokens: 1_000_000, output_tokens: 0, model: null })], { models: ['m'] })
  expect(usd(facts, await table())).toEqual([1])
})

it('a figure for the whole session is shared by its responses, and adds up to what the log says', async () => {
  const rest = { ...NO_USAGE, cost_usd: 6 }
  const both = [response({ input_tokens: 1_000_000, output_tokens: 0 }), response({ input_tokens: 2_000_000, output_tokens: 0 })]
  expect(usd(session(both, { rest }), await table())).toEqual([2, 4])
  const unknown = both.map(one => ({ ...one, model: 'never-heard-of-it' }))
  expect(usd(session(unknown, { rest }), await table())).toEqual([2, 4])
  expect(usd(session([], { rest }), await table())).toEqual([6])
  const partly = [response({ input_tokens: 5, output_tokens: 5, cost_usd: 1 }), both[0]!]
  expect(usd(session(partly, { rest }), await table())).toEqual([1, 6])
})

it('tokens that are counted for the session alone have no price: they are not one long prompt', async () => {
  const rest = { ...NO_USAGE, input_tokens: 1_000_000, output_tokens: 10 }
  expect(chargesOf(session([], { rest, models: ['m'] }), await table(), false)).toMatchObject([
    { usd: null, model: 'm', input_tokens: 1_000_000 },
  ])
})

it.each([
  ['claude-sonnet-4-5', 1_000, 0, 0, 500],
  ['claude-sonnet-4-5', 200_000, 150_000, 10_000, 500], // the last prompt that is short
  ['claude-sonnet-4-5', 200_001, 150_000, 10_000, 500],
  ['gpt-5.5', 300_000, 250_000, 0, 900],
  ['gemini-2.5-pro', 250_000, 1_000, 0, 900],
  ['deepseek-chat', 40_000, 10_000, 0, 900],
])('%s with %i tokens of prompt costs what the table says', async (model, input, cached, written, output) => {
  const said = calcPrice({ input_tokens: input, cache_read_tokens: cached, cache_write_tokens: written, output_tokens: output }, model, {
    timestamp: new Date(AT),
  })!
  const used = { input_tokens: input, cached_input_tokens: cached, cache_write_tokens: written, output_tokens: output }
  const prices = await openPriceTable(null)
  expect(usd(session([response({ ...used, model })]), prices)[0]).toBeCloseTo(said.total_price, 10)
  expect(usd(session([response({ ...used, model: `somebody/${model}` })]), prices)[0]).toBeCloseTo(said.total_price, 10)
})

it('a price is that of the day of the response', async () => {
  const prices = await openPriceTable(null)
  const used = { input_tokens: 1_000_000, output_tokens: 0, model: 'o3' }
  const on = (day: string) => usd(session([response({ ...used, at: Date.parse(day) })]), prices)[0]
  expect(on('2025-05-01')).toBeGreaterThan(on('2025-08-01')!)
})

it('says whose prices they are', async () => {
  expect((await openPriceTable(null)).source).toMatch(/^genai-prices \d+\.\d+\.\d+$/)
  expect((await openPriceTable(new Prices({}), 'mine.json')).source).toMatch(/^mine\.json, then genai-prices/)
})
