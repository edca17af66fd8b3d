import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Prices } from './prices.ts'
import { UsageTally } from './record.ts'

const USED = { ...new UsageTally().of('a'), input_tokens: 2_000_000, cached_input_tokens: 500_000, output_tokens: 100_000 }

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
  it('merge() adds what an earlier run used', () => {
    const tally = new UsageTally()
    tally.merge({ a: { ...USED, estimated: true } })
    tally.merge({ a: USED })
    expect(tally.toJSON()['a']).toMatchObject({ input_tokens: 4_000_000, output_tokens: 200_000, estimated: true })
  })
})
