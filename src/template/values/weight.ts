import { dictSize, isDict } from './dict.ts'
import { Range, stringOf, Tuple, View } from './values.ts'

/** Steps that it takes to go through a value once: what an operation costs that looks at all of it. */
export function weightOf(value: unknown): number {
  const text = stringOf(value)
  if (text !== null) return text.length / CHARACTERS_A_STEP
  if (typeof value === 'bigint') return integerWeight(value)
  if (typeof value !== 'object' || value === null) return 0
  if (Array.isArray(value)) return value.length / ITEMS_A_STEP
  if (value instanceof Tuple || value instanceof View) return value.items.length / ITEMS_A_STEP
  if (value instanceof Range) return value.length / ITEMS_A_STEP
  return isDict(value) ? dictSize(value) / ITEMS_A_STEP : 0
}

/** Steps of an operation on large integers, whose time grows with the product of their lengths. */
export function productWeight(a: number | bigint, b: number | bigint): number {
  return (wordsOf(a) * wordsOf(b)) / WORD_PAIRS_A_STEP
}

/** Steps that it takes to write a large integer as text, or read it: its digits by themselves. */
export function integerWeight(value: number | bigint): number {
  return productWeight(value, value)
}

const CHARACTERS_A_STEP = 32
const ITEMS_A_STEP = 16
const WORD_PAIRS_A_STEP = 64

const WORD = 1n << 64n

/** Words of 64 bits that an integer takes, one for all that are small. */
function wordsOf(value: number | bigint): number {
  if (typeof value === 'number' || (value < WORD && value > -WORD)) return 1
  return value.toString(16).length / 16
}
