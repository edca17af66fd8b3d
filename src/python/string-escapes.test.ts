import { expect, it } from 'vitest'
import { unescapeString } from './string-escapes.ts'

it.each([
  [String.raw`a\nb\tc\\d`, 'a\nb\tc\\d'],
  [String.raw`\x41\u00e4\U0001f600\101\0`, 'Aä😀A\0'],
  [String.raw`\d\q\'`, String.raw`\d\q'`],
  ['a\\\nb', 'ab'],
])('unescapeString(%j) is what Python reads', (written, read) => {
  expect(unescapeString(written)).toBe(read)
})

it.each([String.raw`\x4`, String.raw`\u12`, String.raw`\N{DASH}`, String.raw`\U00110000`])(
  'unescapeString(%j) throws, as Python does',
  written => {
    expect(() => unescapeString(written)).toThrow(SyntaxError)
  },
)
