import { describe, expect, it } from 'vitest'
import { type Facts, factsOf } from './facts.ts'
import { selectorOf } from './select.ts'
import type { Selectors } from './selectors.ts'

const now = new Date(2026, 2, 12, 15, 30) // a Thursday
const at = (...[month, day, hour = 0]: [number, number, number?]) => new Date(2026, month - 1, day, hour).getTime()
const base: Facts = {
  ...factsOf({ trace_id: 'abc-1' }),
  source_kind: 'claude_code',
  project: '/srv/Garden/web',
  models: ['claude-sonnet-4-5', 'x/gpt-5.5'],
  root_session_id: 'root-9',
  started_at: at(3, 10, 10),
  ended_at: at(3, 10, 12),
  errors: 1,
}

const isIn = (selectors: Selectors, facts: Partial<Facts> = {}) => selectorOf(selectors, now)({ ...base, ...facts })

it.each<[Selectors, boolean]>([
  [{}, true],
  [{ agent: 'claude-code' }, true],
  [{ agent: 'codex,claude_code' }, true],
  [{ agent: ['codex'] }, false],
  [{ project: 'garden' }, true],
  [{ project: '/srv/Garden' }, true],
  [{ project: '/srv/Garden/' }, true],
  [{ project: '/srv/Gard' }, false],
  [{ project: '/' }, true],
  [{ model: 'sonnet' }, true],
  [{ model: 'claude-*-4-5' }, true],
  [{ model: 'sonnet*' }, false],
  [{ model: 'GPT-5?5' }, false],
  [{ model: '*gpt-5.5' }, true],
  [{ model: 'gpt-5.' }, true],
  [{ model: '(' }, false],
  [{ failed: true }, true],
  [{ failed: true, corrected: true }, false],
  [{ failed: false }, true],
  [{ session: 'abc' }, true],
  [{ session: 'root-9' }, true],
  [{ session: 'root' }, false],
  [{ session: 'x, abc-1' }, true],
])('%j selects it: %s', (selectors, expected) => {
  expect(isIn(selectors)).toBe(expected)
})

describe('times', () => {
  it.each<[Selectors, boolean]>([
    [{ since: '3d' }, true],
    [{ since: '2d' }, false],
    [{ since: '52h' }, true],
    [{ since: '1w' }, true],
    [{ since: '2026-03-10' }, true],
    [{ since: '2026-03-11' }, false],
    [{ since: 'monday' }, true],
    [{ since: 'tue' }, true],
    [{ since: 'Wednesday' }, false],
    [{ since: 'yesterday' }, false],
    [{ until: '2026-03-10' }, true],
    [{ until: '2026-03-09' }, false],
    [{ until: 'tuesday' }, true],
    [{ until: 'monday' }, false],
    [{ until: '1d' }, true],
    [{ until: new Date(2026, 2, 10, 9).toISOString() }, false],
    [{ since: new Date(2026, 2, 10, 11).toISOString(), until: 'today' }, true],
  ])('%j: %s', (selectors, expected) => {
    expect(isIn(selectors)).toBe(expected)
  })

  it('a session without a time is in none', () => {
    expect(isIn({ since: '9999d' }, { started_at: null, ended_at: null })).toBe(false)
    expect(isIn({ until: 'now' }, { started_at: null, ended_at: null })).toBe(false)
  })

  it('a session that ended on a day and began before it belongs to both', () => {
    const facts = { started_at: at(3, 9, 23), ended_at: at(3, 10, 1) }
    expect(isIn({ since: '2026-03-10' }, facts)).toBe(true)
    expect(isIn({ until: '2026-03-09' }, facts)).toBe(true)
  })
})

it.each<[Selectors, RegExp]>([
  [{ since: 'soon' }, /Cannot read --since: found 'soon', expected a time such as 7d/],
  [{ until: '2026-13-01' }, /Cannot read --until/],
  [{ since: '' }, /Cannot read --since/],
  [{ agent: 'claud_code' }, /Unknown rollout format 'claud_code'/],
  [{ session: '' }, /empty id/],
])('%j is refused', (selectors, message) => {
  expect(() => selectorOf(selectors, now)).toThrow(message)
})
