import { describe, expect, it } from 'vitest'
import type { Row } from '../../row.ts'
import type { GitHistory } from '../outcome/git-history.ts'
import { signalsOf } from '../outcome/signals.ts'
import { conversation, type Said } from '../testing/said.ts'
import { againstAny, filterNamed } from './apply-filters.ts'
import * as filters from './filters.ts'

const RUN: Said = ['assistant', '', { call: '{"command":"make"}' }]
const WORKS: Said = ['tool', 'ok']
const FAILS: Said = ['tool', 'no', { meta: { is_error: true } }]
const ASK: Said = ['user', 'Do it']
const DONE: Said = ['assistant', 'Done.']

const COMMITS: Said = ['assistant', '', { call: '{"command":"git commit -m x"}' }]
const MADE: Said = ['tool', '[main 1a2b3c4] Mend it']
const LOST: Said = ['tool', '[main 5d6e7f8] Break it']

const SCOPE = { columns: new Set(['judge']), hasGit: true }

/** A repository in which the first commit stands and the second was taken back. */
const git = {
  head: 'f00',
  fate: (hash: string) => ({ commit: hash, isMerged: true, isReverted: hash === '5d6e7f8', added: 10, left: hash === '5d6e7f8' ? 0 : 9 }),
} as unknown as GitHistory

const CASES: { [filter: string]: readonly (readonly [text: string, kept: readonly Said[], out: readonly Said[], more?: [Row, Row]])[] } = {
  answers: [
    ['answers', [ASK, DONE], [ASK]],
    ['answers:2-3', [ASK, RUN, WORKS, DONE], [ASK, DONE]],
    ['answers:1-', [ASK, DONE], [ASK]],
  ],
  endsOnAnswer: [
    ['ends-on-answer', [ASK, DONE], [ASK, RUN, WORKS]],
    ['ends-on-answer', [ASK, RUN, WORKS, DONE], [ASK, DONE, ASK]],
  ],
  errorRate: [
    ['error-rate', [ASK, RUN, WORKS, RUN, FAILS, DONE], [ASK, RUN, FAILS, DONE]],
    ['error-rate:0.2', [ASK, RUN, WORKS, DONE], [ASK, RUN, WORKS, RUN, FAILS, DONE]],
  ],
  finished: [['finished', [ASK, DONE], [ASK, DONE], [{ outcome: { status: 'completed' } }, { outcome: { status: 'unknown' } }]]],
  length: [
    ['length', [ASK, DONE], [ASK]],
    ['length:10-30', [ASK, RUN, WORKS, DONE], [ASK, DONE]],
    ['length:5-', [ASK, DONE], [ASK, ['assistant', 'Yes.']]],
  ],
  merged: [['merged', [ASK, COMMITS, MADE], [ASK, COMMITS, LOST]]],
  noLoop: [
    ['no-loop', [ASK, RUN, WORKS, RUN, WORKS, DONE], [ASK, RUN, WORKS, RUN, WORKS, RUN, WORKS]],
    ['no-loop:2', [ASK, RUN, WORKS, DONE], [ASK, RUN, WORKS, RUN, WORKS]],
  ],
  recovered: [['recovered', [ASK, RUN, FAILS, RUN, WORKS], [ASK, RUN, WORKS, RUN, FAILS]]],
  survival: [
    ['survival', [ASK, COMMITS, MADE], [ASK, COMMITS, LOST]],
    ['survival:0.8', [ASK, COMMITS, MADE], [ASK, DONE]],
  ],
  testsPassed: [
    [
      'tests-passed',
      [ASK, RUN, ['tool', '== 1 failed, 2 passed in 0.4s =='], RUN, ['tool', '===== 3 passed in 0.41s =====']],
      [ASK, RUN, ['tool', '=== 1 failed, 2 passed in 0.4s ===']],
    ],
    ['tests-passed', [ASK, DONE], [ASK, RUN, ['tool', '3 passed in 0.4s']], [{ outcome: { reward: 1 } }, { outcome: { reward: 0 } }]],
  ],
}

describe.each(Object.entries(filters))('%s', (name, filter) => {
  it.each(CASES[name]!.map(([text, kept, out, more = [{}, {}]]) => ({ text, kept, out, more })))(
    'keeps and leaves out: $text',
    ({ text, kept, out, more }) => {
      expect(text.split(':')[0]).toBe(filter.name)
      const [good, bad] = [conversation(kept, more[0]), conversation(out, more[1])]
      const apply = againstAny([filterNamed(text, SCOPE)])
      expect(apply(good, signalsOf(good, git))).toBeNull()
      expect(apply(bad, signalsOf(bad, git))).toBe(`filter ${text}`)
    },
  )

  it('refuses what it does not understand', () => {
    for (const argument of ['', 'x', '-1', '7.5.1'])
      expect(() => filterNamed(`${filter.name}:${argument}`, SCOPE)).toThrow(/Cannot filter by/)
  })
})

it('has a case for every filter, and no other', () => {
  expect(Object.keys(CASES).sort()).toEqual(Object.keys(filters).sort())
  expect(() => filterNamed('survival', { ...SCOPE, hasGit: false })).toThrow(/without a repository/)
  expect(() => filterNamed('ends-on-anser', SCOPE)).toThrow(
    expect.objectContaining({
      message: "Cannot filter by 'ends-on-anser': there is no such filter or column",
      hint: "Did you mean 'ends-on-answer'?",
    }),
  )
})

const TESTED: readonly Said[] = [ASK, RUN, ['tool', '===== 3 passed in 0.41s ====='], DONE]
const BROKEN: readonly Said[] = [ASK, RUN, ['tool', '== 1 failed, 2 passed in 0.4s =='], DONE]

describe('columns and outcomes', () => {
  it.each<[text: string, kept: readonly Said[], out: readonly Said[], more?: [Row, Row]]>([
    ['tests_passed', TESTED, BROKEN],
    ['tests_passed', TESTED, [ASK, DONE]],
    ['tests_passed=false', BROKEN, TESTED],
    ['survival>=0.8', [ASK, COMMITS, MADE], [ASK, COMMITS, LOST]],
    ['reverted = true', [ASK, COMMITS, LOST], [ASK, COMMITS, MADE]],
    ['commits', [ASK, COMMITS, MADE], [ASK, DONE]],
    ['exit_code!=0', [ASK, RUN, ['tool', 'Exit code: 3']], [ASK, RUN, ['tool', 'Exit code: 0']]],
    ['exit_code', [ASK, RUN, ['tool', 'Exit code: 0']], [ASK, RUN, ['tool', 'Exit code: 3']]],
    ["status='failed'", [ASK, DONE], [ASK, DONE], [{ outcome: { status: 'failed' } }, { outcome: { status: 'completed' } }]],
    ['reward>0.9', [ASK, DONE], [ASK, DONE], [{ outcome: { reward: 1 } }, { outcome: { reward: 0.9 } }]],
    ['judge.score>=4', [ASK, DONE], [ASK, DONE], [{ judge: { score: 4 } }, { judge: { score: 3 } }]],
    ['judge', [ASK, DONE], [ASK, DONE], [{ judge: true }, { judge: null }]],
    ['reward', [ASK, DONE], [ASK, DONE], [{ reward: 0.7 }, { reward: 0.2, outcome: { reward: 1 } }]],
  ])('%s keeps what they say yes to, and nothing else', (text, kept, out, more = [{}, {}]) => {
    const [good, bad] = [conversation(kept, more[0]), conversation(out, more[1])]
    const apply = againstAny([filterNamed(text, SCOPE)])
    expect(apply(good, signalsOf(good, git))).toBeNull()
    expect(apply(bad, signalsOf(bad, git))).toBe(`filter ${text}`)
  })

  it.each(['survival>=0.8', 'merged=true', 'reverted'])('%s needs the repository', text => {
    expect(() => filterNamed(text, { ...SCOPE, hasGit: false })).toThrow(`Cannot filter by '${text}' without a repository`)
  })
})
