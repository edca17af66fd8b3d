import { expect, it } from 'vitest'
import { asFloat } from '../json/number.ts'
import { numpyText } from './numpy-text.ts'

const floats = (...numbers: number[]) => numbers.map(asFloat)

/** What NumPy 2.4 printed. */
const PRINTED: [items: unknown[], text: string][] = [
  [[], '[]'],
  [[1, -5, 300], '[  1  -5 300]'],
  [floats(1, 2.5), '[1.  2.5]'],
  [floats(1.5, 1e16), '[1.5e+00 1.0e+16]'],
  [floats(1, Number.NaN, -Number.POSITIVE_INFINITY), '[  1.  nan -inf]'],
  [floats(0.1 + 0.2, 1 / 3), '[0.3        0.33333333]'],
  [[true, false], '[ True False]'],
  [['a', 'kite'], "['a' 'kite']"],
  [
    Array.from({ length: 40 }, (_, i) => i),
    '[ 0  1  2  3  4  5  6  7  8  9 10 11 12 13 14 15 16 17 18 19 20 21 22 23\n 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39]',
  ],
  [Array.from({ length: 1001 }, (_, i) => i), '[   0    1    2 ...  998  999 1000]'],
]

it.each(PRINTED)('%j', (items, text) => {
  expect(numpyText(items, item => `'${item}'`)).toBe(text)
})

it('inside another value items have commas between them', () => {
  expect(numpyText([1, -2], String, 'array(')).toBe('[ 1, -2]')
})
