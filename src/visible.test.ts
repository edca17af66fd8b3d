import { expect, it } from 'vitest'
import { visible, visibleJson, visibleLine } from './visible.ts'

it.each([
  ['\u001b[2J\u001b]0;title\u0007', '\\x1b[2J\\x1b]0;title\\x07'],
  ['\u001b]8;;https://x.example\u001b\\text\u001b]52;c;AAAA\u0007', '\\x1b]8;;https://x.example\\x1b\\text\\x1b]52;c;AAAA\\x07'],
  ['\u009b31m \u009d52;c;A\u009c', '\\x9b31m \\x9d52;c;A\\x9c'],
  ['shown\rhidden', 'shown\\x0dhidden'],
  ['windows\r\nlines\r\n', 'windows\nlines\n'],
  ['a\u202eb\u2066c\u2069\u200e\u200f\u061c', 'a\\u202eb\\u2066c\\u2069\\u200e\\u200f\\u061c'],
  ['in\u200bvisible\ufeff\u2060\u00ad', 'in\\u200bvisible\\ufeff\\u2060\\xad'],
  ['tags \u{e0041}\u{e0042}', 'tags \\u{e0041}\\u{e0042}'],
  ['\u2028 and \u2029', '\\u2028 and \\u2029'],
  ['bits \ufe00\ufe01\ufe00', 'bits \\ufe00\\ufe01\\ufe00'],
  ['\u{1F469}\u200d\u{1F52C} ❤\ufe0f می\u200cخواهم 漢字\tאב', '\u{1F469}\u200d\u{1F52C} ❤\ufe0f می\u200cخواهم 漢字\tאב'],
])('shows what would act: %j', (text, shown) => {
  expect(visible(text)).toBe(shown)
  expect(visible(shown)).toBe(shown)
})

it('keeps a name on one line', () => {
  expect(visibleLine('a\n0 failures\tb\r\n')).toBe('a\\n0 failures\\tb\\n')
})

it('leaves JSON the same value', () => {
  const value = { a: '\u009b\u007f\u202e\u{e0041}\u200b', b: ['\u001b\r\n'] }
  const shown = visibleJson(JSON.stringify(value))
  expect(JSON.parse(shown)).toEqual(value)
  expect(visible(shown)).toBe(shown)
})
