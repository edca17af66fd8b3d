import { expect, it } from 'vitest'
import { parseInteger } from './number-parse.ts'

// What CPython 3.12 makes of each: int(text, base), null where it raises ValueError.
it.each([
  ['_1', 10, null],
  [' _619 ', 10, null],
  ['-_1', 10, null],
  ['1_', 10, null],
  ['1__0', 10, null],
  ['1_0', 10, 10],
  ['+1_000', 10, 1000],
  ['0_51', 10, 51],
  ['0_51', 0, null],
  ['051', 0, null],
  ['00', 0, 0],
  ['0_0', 0, 0],
  ['0x_1f', 0, 31],
  ['0x_1f', 16, 31],
  ['0x__1f', 16, null],
  ['_0x1f', 16, null],
  ['0x', 16, null],
  ['0b1', 16, 177],
  ['0b_1', 12, 133],
  ['0b1', 10, null],
  ['0o17', 8, 15],
  ['0O_17', 0, 15],
  ['١٢', 10, 12],
  ['٠١', 0, null],
  ['zz', 36, 1295],
  ['', 10, null],
  ['-', 10, null],
] as [string, number, number | null][])('int(%j, %i) is %j', (text, base, value) => {
  expect(parseInteger(text, base)).toBe(value)
})
