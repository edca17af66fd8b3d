import { isSpace } from './white-space.ts'

/** Python's `float(text)`, or null where it raises ValueError. */
export function pythonFloat(text: string): number | null {
  const plain = numberText(text)
  if (FLOAT.test(plain)) return Number(plain.replaceAll('_', ''))
  const word = WORD.exec(plain)
  if (word === null) return null
  if (word[2] === undefined) return Number.NaN
  return word[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
}

const FLOAT = /^[-+]?(?:\d+(?:_\d+)*(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:[eE][-+]?\d+(?:_\d+)*)?$/
const WORD = /^([-+]?)(?:(inf|infinity)|nan)$/i

/**
 * What `int` and `float` look at: digits of all scripts as those of ASCII, without the white space around. The separators U+001C to
 * U+001F are white space for `strip`, but not here.
 */
export function numberText(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isAround(text[start]!)) start++
  while (end > start && isAround(text[end - 1]!)) end--
  return text.slice(start, end).replace(/(?![0-9])\p{Nd}/gu, digit => String(digitOf(digit.codePointAt(0)!)))
}

function isAround(character: string): boolean {
  return isSpace(character) && !(character >= '\x1c' && character <= '\x1f')
}

/** The ten digits of a script follow each other, and what stands before its zero is no digit, or the nine of another script. */
function digitOf(code: number): number {
  let first = code
  while (/\p{Nd}/u.test(String.fromCodePoint(first - 1))) first--
  return (code - first) % 10
}
