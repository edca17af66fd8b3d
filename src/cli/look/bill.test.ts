import stringWidth from 'string-width'
import { describe, expect, it } from 'vitest'
import type { CostLine, CostReport } from '../../cost/cost-table.ts'
import { barsOf, tableOf } from './bill.ts'

const line = (key: string | null): CostLine =>
  ({
    key,
    sessions: 59,
    responses: 90,
    input_tokens: 141_941_106,
    cached_input_tokens: 138_004_885,
    cache_write_tokens: 3_875_129,
    output_tokens: 367_101,
    usd: 102.52,
    recorded_usd: 102.52,
    subagents_usd: 1.1,
    unpriced_tokens: 11_142_011,
  }) as unknown as CostLine
const report = {
  by: 'model',
  lines: [line('a-provider/a-model-of-a-very-long-name-20250929'), line('gpt')],
  total: line(null),
} as unknown as CostReport
const widest = (table: string) => Math.max(...table.split('\n').map(text => text.length))

describe('the bill in a terminal', () => {
  it('is whole where there is room, or no terminal', () => {
    for (const table of [tableOf(report), tableOf(report, 200)]) {
      expect(table).toContain('138,004,885')
      expect(table).toContain('unpriced tokens')
    }
  })

  it.each([120, 100, 80])('never wraps at %i columns: money stays exact, tokens are rounded, names cut', width => {
    const table = tableOf(report, width)
    expect(widest(table)).toBeLessThanOrEqual(width)
    expect(table).toContain('138,005 k')
    expect(table).toContain('102.52')
    expect(table.split('\n')).toHaveLength(6)
    expect(table).toMatch(/^a-provi\S*… /m)
    expect(table).toContain('in a wider terminal, or --json')
  })

  it('cuts names that are shorter than the longest it would show, where it has to', () => {
    const short = { ...report, lines: [line('claude-sonnet-4-20250514'), line('gpt-5-codex')] }
    const needed = widest(tableOf(short, 110))
    for (let width = needed - 1; width > needed - 12; width--) expect(widest(tableOf(short, width))).toBeLessThanOrEqual(width)
  })

  it('keeps bars in line where names are of wide characters', () => {
    const bars = barsOf({ ...report, lines: [line('庭の手入れ'), line('garden')] }, 80).split('\n')
    expect(new Set(bars.slice(0, 2).map(text => stringWidth(text.split('█')[0]!))).size).toBe(1)
  })
})
