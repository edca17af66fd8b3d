import { expect, it } from 'vitest'
import { literalOf } from './literal.ts'

it.each([
  ['ENOENT', 'ENOENT', 'ENOENT'],
  ['no such file: .*\\.ts', 'no such file: ', 'no such file: a.ts'],
  ['colou?r', 'colo', 'color'],
  ['lo+ng', 'lo', 'looong'],
  ['ab{2,3}cde', 'cde', 'abbcde'],
  ['a*bcd', 'bcd', 'bcd'],
  ['one|two', '', 'two'],
  ['(one|two) words', ' words', 'two words'],
  ['x(?:a)?yyy', 'yyy', 'xyyy'],
  ['[abc)]def', 'def', ')def'],
  ['[^\\]x]def', 'def', 'adef'],
  ['\\(a\\)', '(a)', '(a)'],
  ['\\u0041bcd', '', 'Abcd'],
  ['\\x41bcd', '', 'Abcd'],
  ['\\w+@example\\.org', '@example.org', 'me@example.org'],
  ['^start', 'start', 'start'],
  ['(unclosed', '', null],
  ['a\\', 'a', null],
])('what /%s/ matches holds %j', (source, literal, example) => {
  expect(literalOf(source)).toBe(literal)
  if (example === null) return
  expect(example).toMatch(new RegExp(source, 'u'))
  expect(example).toContain(literal)
})
