import { expect, it } from 'vitest'
import { agreementOf } from './agreement.ts'
import type { LabelEvent } from './label.ts'

const said = (by: string, name: string, values: string): LabelEvent[] =>
  [...values].flatMap((value, i) =>
    value === ' '
      ? []
      : [
          {
            at: `2026-11-29T00:00:00.00${i % 10}Z`,
            by,
            trace_id: `t${i >> 1}`,
            message: i % 2 === 0 ? null : i,
            message_hash: null,
            name,
            value,
          },
        ],
  )

it('Cohen’s kappa of each two people on what both rated, name by name', () => {
  // The example everybody computes by hand: 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no gives 0.4.
  const [a, b] = [`${'y'.repeat(25)}${'n'.repeat(25)}`, `${'y'.repeat(20)}${'n'.repeat(5)}${'y'.repeat(10)}${'n'.repeat(15)}`]
  expect(agreementOf([...said('ada', 'ok', a), ...said('bob', 'ok', b)])).toEqual([
    { name: 'ok', raters: ['ada', 'bob'], items: 50, agreed: 35, kappa: expect.closeTo(0.4, 10) },
  ])
})

it.each([
  ['all alike, of several values', 'abcab', 'abcab', 5, 5, 1],
  ['all alike, of one value: chance would say so too', 'aaaa', 'aaaa', 4, 4, null],
  ['as often as by chance', 'aabb', 'abab', 4, 2, 0],
  ['never', 'abab', 'baba', 4, 0, -1],
  ['of what only one rated nothing counts', 'ab  ab', 'ab ab ', 3, 2, expect.closeTo(0.4, 10)],
])('%s', (_, a, b, items, agreed, kappa) => {
  expect(agreementOf([...said('x', 'q', a), ...said('y', 'q', b)])).toEqual([{ name: 'q', raters: ['x', 'y'], items, agreed, kappa }])
})

it('tags and notes are no ratings; three people are three pairs; names stay apart', () => {
  const labels = [
    ...said('a', 'q', 'xy'),
    ...said('b', 'q', 'xx'),
    ...said('c', 'q', 'xy'),
    ...said('a', 'tag', 'xy'),
    ...said('b', 'tag', 'xy'),
    ...said('c', 'r', 'xx'),
  ]
  expect(agreementOf(labels).map(({ name, raters, agreed }) => [name, ...raters, agreed])).toEqual([
    ['q', 'a', 'b', 1],
    ['q', 'a', 'c', 2],
    ['q', 'b', 'c', 1],
  ])
})
