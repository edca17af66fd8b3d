import type { Json } from './json.ts'
import { endOfString } from './source-text.ts'

/**
 * Read JSON, and have `numberOf` make of their sources those numbers that a double may not hold or that were written as floats. The engine
 * tells sources to a reviver alone, which takes four times as long as it reads: here these few numbers are wrapped in the text, and
 * unwrapped in the value. Undefined where this way is not open, or the text is not JSON.
 */
export function readMarked(text: string, numberOf: (source: string) => Json): Json | undefined {
  if (text.includes(MARK_WRITTEN)) return undefined
  const marked = withMarks(text)
  if (marked === null) return undefined
  try {
    return unmarked(JSON.parse(marked) as Json, numberOf)
  } catch {
    return undefined
  }
}

/** A control character: in JSON it is nowhere but escaped, and so in no key of a text that was searched for its escape. */
const MARK = '\u0001'
const MARK_WRITTEN = '\\u0001'

/** A number that a double may not hold, or that was written as a float, whole. */
const NUMBER = /(^|[\s:,[])(-?(?:\d{16,}(?:\.\d+)?(?:[eE][+-]?\d+)?|\d+(?:\.\d+)?[eE][+-]?\d+|\d+\.0+(?!\d))|-0(?![\d.]))/g

/** The text with such numbers wrapped; null where a string in it has no end. */
function withMarks(text: string): string | null {
  let marked = ''
  let copied = 0
  for (let at = 0; at < text.length; ) {
    const quote = text.indexOf('"', at)
    const end = quote < 0 ? text.length : quote
    if (mayHoldSuch(text, at, end)) {
      const between = text.slice(at, end)
      const wrapped = between.replace(NUMBER, `$1{"${MARK_WRITTEN}":"$2"}`)
      if (wrapped !== between) {
        marked += text.slice(copied, at) + wrapped
        copied = end
      }
    }
    if (quote < 0) break
    at = endOfString(text, quote)
    if (at < 0) return null
  }
  return marked + text.slice(copied)
}

/** Whether such a number may stand between two strings: most of what stands there are commas, colons and short integers. */
function mayHoldSuch(text: string, start: number, end: number): boolean {
  if (end - start > MIN_DIGITS) return true
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i)
    if (code === POINT || code === MINUS || ((code === LOWER_E || code === UPPER_E) && isDigit(text.charCodeAt(i - 1)))) return true
  }
  return false
}

const MIN_DIGITS = 16
const [POINT, MINUS, LOWER_E, UPPER_E] = [0x2e, 0x2d, 0x65, 0x45]

/** Whether a character is a digit, by its code. */
export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

function unmarked(value: Json, numberOf: (source: string) => Json): Json {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const item = value[i]!
      if (typeof item === 'object' && item !== null) value[i] = unmarked(item, numberOf)
    }
    return value
  }
  const source = value[MARK]
  if (source !== undefined) return numberOf(source as string)
  for (const key in value) {
    const item = value[key]!
    if (typeof item === 'object' && item !== null) value[key] = unmarked(item, numberOf)
  }
  return value
}
