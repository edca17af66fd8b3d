import { expect, it } from 'vitest'
import { partOf, tokenCount } from './token-count.ts'

it('tokenCount() takes what can be a count, and nothing else', () => {
  for (const [given, count] of [
    [7, 7],
    [0, 0],
    ['12', 12],
    ['12.0', 12],
    [1.0, 1],
  ] as const)
    expect(tokenCount(given)).toBe(count)
  for (const given of [-1, -1e6, 1e300, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '-3', '1e9', '', 'many', null, undefined, true, {}, [3]])
    expect(tokenCount(given)).toBe(null)
})

it('partOf() knows that a part is not more than its whole', () => {
  expect([partOf(3, 5), partOf(6, 5), partOf(3, null), partOf(null, 5)]).toEqual([3, null, 3, null])
})
