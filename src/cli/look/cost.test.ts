import { describe, expect, it } from 'vitest'
import type { CostLine, CostReport } from '../../cost/cost-table.ts'
import { tableOf } from './cost.ts'

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
  it('is whole where there is room, or no terminal', async () => {
    for (const table of [await tableOf(report), await tableOf(report, 200)]) {
      expect(table).toContain('138,004,885')
      expect(table).toContain('unpriced tokens')
    }
  })

  it.each([120, 100, 80])('never wraps at %i columns: money stays exact, tokens are rounded, names cut', async width => {
    const table = await tableOf(report, width)
    expect(widest(table)).toBeLessThanOrEqual(width)
    expect(table).toContain('138,005 k')
    expect(table).toContain('102.52')
    expect(table.split('\n')).toHaveLength(6)
    expect(table).toMatch(/^a-provi\S*… /m)
    expect(table).toContain('in a wider terminal, or --json')
  })
})
