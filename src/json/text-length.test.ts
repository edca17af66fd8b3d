import { expect, test } from 'vitest'
import { writeJson } from './exact.ts'
import type { Json } from './json.ts'
import { isDeeper } from './shallow.ts'
import { aboutLength, lengthWithin } from './text-length.ts'

const VALUES: Json[] = [
  null,
  true,
  '',
  'text',
  12,
  [],
  {},
  ['a', ['b', { c: null }]],
  { key: 'value', list: [1, 2, 3] },
  12345678901234567890n,
]

test.each(VALUES.map(value => [writeJson(value), value]))('%s is about as long, and never said to be shorter', (text, value) => {
  const about = aboutLength(value)
  expect(about).toBeGreaterThanOrEqual(text.length - 2)
  expect(about).toBeLessThanOrEqual(text.length + 24 * (1 + (text.match(/[\d,nt]/g)?.length ?? 0)))
})

test('a value as deep as a million lists does not run out of stack', () => {
  let deep: Json = []
  for (let i = 0; i < 1e6; i++) deep = [deep]
  expect(aboutLength(deep)).toBe(0)
})

test.each(VALUES.map(value => [writeJson(value), value]))(
  'one walk tells the length of %s, and that it is no deeper than it is',
  (_, value) => {
    expect(lengthWithin(value, 3)).toBe(aboutLength(value))
    for (const levels of [0, 1, 2, 3]) expect(lengthWithin(value, levels) === Number.POSITIVE_INFINITY).toBe(isDeeper(value, levels))
  },
)
