import { expect, it } from 'vitest'
import type { RunProgress } from '../../pipeline/creation/run-events.ts'
import { duration } from '../terminal/progress.ts'
import { commonest, estimateText } from './create-summary.ts'
import { renderPanel } from './create-view.ts'

const LINE = {
  calls: 0,
  input_tokens: 0,
  cached_input_tokens: 0,
  output_tokens: 0,
  reasoning_tokens: 0,
  cost_usd: null,
  estimated: false,
  unreported: 0,
}
const FIRST: RunProgress = {
  target: 1000,
  done: 100,
  drawn: 100,
  rows: 100,
  failed: 0,
  declined: 0,
  columns: { summary: { done: 0, failed: 0 } },
  models: [],
  troubles: [],
  bill: LINE,
  seconds: 0,
}
const LATER: RunProgress = {
  ...FIRST,
  done: 400,
  drawn: 420,
  rows: 398,
  failed: 2,
  columns: { summary: { done: 300, failed: 2 } },
  models: [
    {
      alias: 'writer',
      in_flight: 8,
      waiting: 12,
      limit: 16,
      paused_for: 0,
      calls: 280,
      retried: 3,
      cached: 20,
      input_tokens: 28_000,
      output_tokens: 5600,
    },
  ],
  bill: { ...LINE, calls: 380, input_tokens: 38_000, cached_input_tokens: 8000, output_tokens: 7600, cost_usd: 0.1234 },
  seconds: 20,
}

it('renderPanel() shows rows, time left, columns, models and money', () => {
  expect(renderPanel('set', LATER, FIRST, false)).toBe(`set  ████████░░░░░░░░░░░░ 40 %  400 of 1,000 · 398 rows · 2 failed · 40 s left

Column   Cells  Failed  per s
summary    300       2   15.0

Model   Calls  per s  In flight  Waiting  Retries  Kept  Tokens out per s
writer    280   14.0  8 of 16         12        3    20               280

380 calls · 38,000 tokens in (8,000 cached), 7,600 out · 0.1234 USD`)
})

it('estimateText() says what is not known', () => {
  const estimate = {
    rows: 200,
    sample_rows: 5,
    failed: 1,
    accepted: 4,
    bill: { ...LINE, calls: 400, input_tokens: 4000, output_tokens: 2000 },
    unpriced: ['m'],
    unknown_columns: ['judge'],
  }
  expect(estimateText(estimate)).toBe(
    '200 rows will take about 400 calls, 4,000 tokens in, 2,000 out, cost unknown: judged by 5 rows, which are kept; 1 of them failed; ' +
      'the price of m is not known (--prices FILE); not known for judge',
  )
})

it('commonest() counts causes, the commonest first', () => {
  const failures = [
    { column: 'a', reason: 'x' },
    { column: 'b', reason: 'y' },
    { column: 'b', reason: 'y' },
    { column: null, reason: 'z' },
  ]
  expect(commonest(failures)).toEqual(["  2 × column 'b': y", "  1 × column 'a': x", '  1 × z'])
})

it('renderPanel() tells how an endpoint is that does not answer, and rates of now', () => {
  const down = {
    endpoint: 'http://h/v1',
    failing_for: 71,
    is_down: true,
    next_try_in: 12.2,
    gives_up_in: 540,
    reason: 'nothing listening there',
  }
  const still = { ...LATER, seconds: 30, troubles: [down], models: [{ ...LATER.models[0]!, paused_for: 4 }] }
  const panel = renderPanel('set', still, LATER, false)
  expect(panel).toContain('http://h/v1 is down for 1 min 11 s: nothing listening there · next try in 13 s · gives up in 9 min 0 s')
  expect(panel).toContain('writer: the server asked for a pause, 4 s left')
  expect(panel).not.toContain('15.0')
  expect(panel.split('\n')[0]).not.toContain('left')
})

it('times have no 60 s and no 60 min', () => {
  for (const [seconds, text] of [
    [0, '0 s'],
    [59.2, '1 min 0 s'],
    [599.7, '10 min 0 s'],
    [599, '9 min 59 s'],
    [3599.5, '1 h 0 min'],
    [3661, '1 h 1 min'],
  ] as const)
    expect(duration(seconds)).toBe(text)
})
