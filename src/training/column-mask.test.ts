import { expect, it } from 'vitest'
import type { Json } from '../json/json.ts'
import { maskNamed } from './apply-masks.ts'
import { columnMask } from './column-mask.ts'
import type { Conversation } from './conversation/conversation.ts'
import { signalsOf } from './outcome/signals.ts'
import { conversation, type Said } from './testing/said.ts'

const NOTHING = signalsOf(conversation([['user', 'Hi']]))
const masked = (text: string, column: Json) =>
  [...columnMask(text).find({ row: { q: column }, metas: [{}, {}, {}] } as unknown as Conversation, NOTHING)].map(([i]) => i)

it.each<[text: string, column: Json, masked: number[]]>([
  ['q', false, [0, 1, 2]],
  ['q', true, []],
  ['q', 0.4, [0, 1, 2]],
  ['q', 0.5, []],
  ['q', null, []],
  ['q', [true, false, 0.1], [1, 2]],
  ['q', [0.2], [0]],
  ['q>=4', 3, [0, 1, 2]],
  ['q >= 4', 4, []],
  ['q>=-1', -2, [0, 1, 2]],
  ['q.helpful.score>=4', { helpful: { score: 3, reasoning: 'x' } }, [0, 1, 2]],
  ['q.helpful.score>=4', { helpful: { score: '5' } }, []],
  ['q.helpful.score>=4', [{ helpful: { score: '2' } }, { helpful: null }, { other: 1 }], [0]],
  ['q.constructor', { helpful: 1 }, []],
  ['q', 'no score', []],
])('%s of %j masks %j', (text, column, expected) => {
  expect(masked(text, column)).toEqual(expected)
})

it('has to name a column or an outcome', () => {
  const scope = { columns: new Set(['q']), hasGit: false }
  for (const name of ['q.score>=4', 'tests_passed', 'exit_code=0', 'errors']) expect(maskNamed(name, scope).name).toBe(name)
  expect(() => maskNamed('r.score>=4', scope)).toThrow(/Cannot mask by 'r.score>=4': there is no such mask or column/)
  expect(() => maskNamed('constructor', scope)).toThrow(/Cannot mask by 'constructor'/)
  expect(() => maskNamed('survival', scope)).toThrow(/without a repository/)
})

it('may be an outcome: all of the session is masked where it says no, nothing where it says nothing', () => {
  const session = (result: string): Said[] => [
    ['user', 'Do it'],
    ['assistant', '', { call: '{"command":"make test"}' }],
    ['tool', result],
  ]
  const off = (result: string, name: string) => {
    const read = conversation(session(result))
    return [...columnMask(name).find(read, signalsOf(read))].length > 0
  }
  expect(off('==== 1 failed in 0.1s ====', 'tests_passed')).toBe(true)
  expect(off('==== 4 passed in 0.1s ====', 'tests_passed')).toBe(false)
  expect(off('nothing of the kind', 'tests_passed')).toBe(false)
  expect(off('Exit code: 2', 'exit_code<=1')).toBe(true)
})
