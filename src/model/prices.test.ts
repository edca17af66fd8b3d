import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { ModelReply } from './model.ts'
import { ModelError } from './model-error.ts'
import { Prices } from './prices.ts'
import { emptyUsage, UsageTally } from './usage.ts'

const USED = { ...emptyUsage(), input_tokens: 2_000_000, cached_input_tokens: 500_000, output_tokens: 100_000 }

function file(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'tracewright-prices-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'prices.json'), text)
  return join(folder, 'prices.json')
}

describe('Prices', () => {
  it('knows no price by itself', () => {
    expect(new Prices().cost('openai', 'gpt-4.1', USED)).toBeNull()
  })

  it('counts input, cached input and output by the table of the user, the provider’s entry first', () => {
    const prices = Prices.read(file('{"m": {"input": 1, "output": 10}, "p/m": {"input": 2, "cached_input": 0.5, "output": 10}}'))
    expect(prices.cost('q', 'm', USED)).toBeCloseTo(3)
    expect(prices.cost('p', 'm', USED)).toBeCloseTo(3 + 0.25 + 1)
  })

  it('does not know what a call cost whose tokens nobody counted', () => {
    expect(new Prices({ m: { input: 1, output: 1 } }).cost('p', 'm', { ...USED, unreported: 1 })).toBeNull()
  })

  it('refuses a table it cannot read, and says which model', () => {
    expect(() => Prices.read(file('[]'))).toThrow('found no JSON object')
    expect(() => Prices.read(file('{"m": {"input": "1"}}'))).toThrow("Cannot read the price of 'm'")
    expect(() => Prices.read('/nowhere/prices.json')).toThrow('Cannot read prices')
  })
})

describe('UsageTally', () => {
  it('counts by column and alias, and sums up by alias', () => {
    const tally = new UsageTally()
    const reply = (input: number | null, more = {}): ModelReply => ({
      ...{ text: '', reasoning: null, tool_calls: [], finish_reason: 'stop', model: 'm', id: null, attempts: 1 },
      usage: { input, cached_input: null, output: 2, reasoning: null },
      ...more,
    })
    tally.replied({ column: 'x', alias: 'a', row: '0' }, reply(5))
    tally.replied({ column: 'y', alias: 'a', row: '0' }, reply(null, { attempts: 3 }))
    tally.replied({ column: 'y', alias: 'b', row: '0' }, reply(7, { cached: true }))
    tally.failed({ column: 'y', alias: 'a', row: '1' }, Object.assign(new ModelError('no', { failure: 'timeout' }), { attempts: 2 }))
    expect(tally.entries().map(({ column, alias }) => [column, alias])).toEqual([
      ['x', 'a'],
      ['y', 'a'],
      ['y', 'b'],
    ])
    expect(tally.toJSON()).toMatchObject({
      a: { succeeded: 2, failed: 1, retried: 3, unreported: 1, input_tokens: 5, output_tokens: 4, cached: 0 },
      b: { succeeded: 0, cached: 1, input_tokens: 0 },
    })
  })
})
