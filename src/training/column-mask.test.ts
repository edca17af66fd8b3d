import { expect, it } from 'vitest'
import type { Json } from '../json/json.ts'
import { masksNamed } from './apply-masks.ts'
import { columnMask } from './column-mask.ts'
import type { Conversation } from './conversation.ts'

const masked = (text: string, column: Json) =>
  [...columnMask(text).find({ row: { q: column }, metas: [{}, {}, {}] } as unknown as Conversation)].map(([i]) => i)

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

it('has to name a column that there is', () => {
  expect(masksNamed(['q.score>=4'], new Set(['q'])).map(({ name }) => name)).toEqual(['q.score>=4'])
  expect(() => masksNamed(['r.score>=4'], new Set(['q']))).toThrow(/Cannot mask by 'r.score>=4': there is no such mask or column/)
})
