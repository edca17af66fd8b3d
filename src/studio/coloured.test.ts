import { expect, it } from 'vitest'
import { coloured } from './coloured.ts'

it.each<[string, string, string, [number, string][] | undefined]>([
  ['plain', 'no colour', 'no colour', undefined],
  [
    'one word',
    'a \x1b[31mred\x1b[0m word',
    'a red word',
    [
      [2, 'sgr-red'],
      [5, ''],
    ],
  ],
  [
    'bold and bright',
    '\x1b[1;92mok\x1b[22m ok\x1b[39m',
    'ok ok',
    [
      [0, 'sgr-green sgr-bold'],
      [2, 'sgr-green'],
      [5, ''],
    ],
  ],
  ['one of many colours', '\x1b[38;5;31mx\x1b[m', 'x', undefined],
  ['changes without words between', '\x1b[31m\x1b[32mgreen', 'green', [[0, 'sgr-green']]],
  ['what else a terminal may be told', '\x1b[2J\x1b]8;;http://x\x07x \x1b[31', '\\x1b[2J\\x1b]8;;http://x\\x07x \\x1b[31', undefined],
  ['words that look like it', '\\x1b[31mred', '\\x1b[31mred', undefined],
  [
    'marks of direction within colours',
    '\x1b[31m\u202e\x1b[0mx',
    '\\u202ex',
    [
      [0, 'sgr-red'],
      [6, ''],
    ],
  ],
])('%s', (_name, text, shown, colours) => {
  expect(coloured(text)).toEqual(colours === undefined ? { text: shown } : { text: shown, colours })
})

it('takes a time by the length of the text', () => {
  const long = '\x1b[31mx\x1b[0my'.repeat(50_000)
  const { text, colours } = coloured(long)
  expect([text.length, colours!.length]).toEqual([100_000, 2000])
})
