import { afterAll, describe, expect, it } from 'vitest'
import { folderWith, readLogs, removeFolders } from '../testing/read-logs.ts'
import { NO_USAGE, possibleUsage, sumUsage } from './usage.ts'

afterAll(removeFolders)

describe('a recorded usage', () => {
  it.each<[string, object, object | null]>([
    ['whole counts and parts of dollars', { input_tokens: 0, output_tokens: 9_000_000, cost_usd: 0.00012 }, null],
    ['fewer than no tokens', { input_tokens: -5, output_tokens: 3 }, { input_tokens: -5 }],
    ['parts of tokens', { reasoning_tokens: 1.5 }, { reasoning_tokens: 1.5 }],
    ['more than doubles can count', { cached_input_tokens: 2 ** 53 }, { cached_input_tokens: 2 ** 53 }],
    ['more than can be', { input_tokens: 1e308, cost_usd: 1e300 }, { input_tokens: 1e308, cost_usd: 1e300 }],
    [
      'what is no number',
      { cost_usd: Number.NaN, output_tokens: Number.POSITIVE_INFINITY },
      { cost_usd: Number.NaN, output_tokens: Number.POSITIVE_INFINITY },
    ],
    ['a refund', { cost_usd: -0.1 }, { cost_usd: -0.1 }],
  ])('of %s is unknown where it cannot be true', (_, recorded, impossible) => {
    const unknown = Object.fromEntries(Object.keys(impossible ?? {}).map(key => [key, null]))
    expect(possibleUsage({ ...NO_USAGE, ...recorded })).toEqual({ usage: { ...NO_USAGE, ...recorded, ...unknown }, impossible })
  })

  it('of costs is summed without the digits that doubles add', () => {
    expect(sumUsage([0.1, 0.2, 0.00845].map(cost_usd => ({ ...NO_USAGE, cost_usd })))!.cost_usd).toBe(0.30845)
    expect(sumUsage([{ ...NO_USAGE, cost_usd: 0.012345678901234567 }])!.cost_usd).toBe(0.012345678901234567)
  })
})

describe('a log that counts what cannot be', () => {
  it.each(['1e308', '1e400', '-7', '2.5', '1234567890123456789012345', '"12"', '[1]', 'true'])(
    'with %s says nothing false',
    async count => {
      const step = (n: number, tokens: string) =>
        `{"step_id":${n},"source":"agent","message":"Sum ${n}.","metrics":{"prompt_tokens":10,"completion_tokens":${tokens}}}`
      const trajectory = `{"schema_version":"ATIF-v1.7","session_id":"sum","agent":{"name":"a","version":"1"},"steps":[{"step_id":1,"source":"user","message":"Add."},${step(2, count)},${step(3, '4')}]}`
      const { rows } = await readLogs(folderWith({ 'sum.json': trajectory }))
      expect(rows[0]!.usage).toMatchObject({ input_tokens: 20, output_tokens: 4 })
      expect(rows[0]!.message_meta[1]!.usage).toMatchObject({ input_tokens: 10, output_tokens: null })
    },
  )

  it('has what it recorded told', async () => {
    const step = '{"step_id":1,"source":"agent","message":"Sum.","metrics":{"prompt_tokens":-3,"completion_tokens":4}}'
    const trajectory = `{"schema_version":"ATIF-v1.7","session_id":"sum","agent":{"name":"a","version":"1"},"steps":[${step}]}`
    const { rows } = await readLogs(folderWith({ 'sum.json': trajectory }))
    expect(rows[0]!.diagnostics).toContainEqual({ code: 'impossible_usage', at: 'sum.json:1', detail: { input_tokens: -3 } })
  })
})
