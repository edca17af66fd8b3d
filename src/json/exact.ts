import type { Json } from './json.ts'
import { parseLossless } from './lossless.ts'
import { isDigit, readMarked } from './marked.ts'
import { Float, numberOf, rawJson } from './number.ts'
import { endOfString } from './source-text.ts'

/**
 * Read JSON with its numbers as they were written: integers of any size, and `1.0` apart from `1`. Texts without such numbers, which
 * are nearly all, cost a look more than `JSON.parse`. Throws SyntaxError where it is not JSON or is nested too deep.
 */
export function readJson(text: string): Json {
  if (text.length > MAX_DEPTH && isTooDeep(text)) throw new SyntaxError(`it is nested more than ${MAX_DEPTH} levels deep`)
  if (MAY_BE_MISREAD.test(text)) return readOurselves(text) ?? (JSON.parse(text) as Json)
  return NEEDS_CARE.test(text) ? readWithSources(text) : (JSON.parse(text) as Json)
}

/** The same of a text of which it is known that it needs care, which takes twice as long. `instead` may take a number's place. */
export function readWithSources(text: string, instead: (source: string) => Json = () => null): Json {
  const marked = readMarked(text, source => instead(source) ?? (numberOf(source) as Json))
  if (marked !== undefined) return marked
  return (JSON.parse as (text: string, reviver: Reviver) => Json)(text, (_key, value, context) => {
    if (typeof value !== 'number') return value
    const source = context.source ?? String(value)
    return instead(source) ?? (numberOf(source) as Json)
  })
}

/**
 * Whether a number in this JSON was written as a float although it is whole. A native search for `.0`, and a look around each: it costs a
 * fraction of what parsing does, and may say yes of what stands in a string.
 */
export function mayHoldWholeFloat(text: string): boolean {
  for (let at = text.indexOf('.0'); at >= 0; at = text.indexOf('.0', at + 2)) {
    if (!isDigit(text.charCodeAt(at - 1))) continue
    let end = at + 2
    while (text.charCodeAt(end) === ZERO) end++
    if (isNumberAfter(text, end) && isNumberBefore(text, at - 1)) return true
  }
  return false
}

const ZERO = 0x30

/** Whether what stands here may follow a number: the end, an exponent, or what ends a value. It does not follow a time, as in `10:00:02.000Z`. */
function isNumberAfter(text: string, at: number): boolean {
  return at === text.length || ',}] \t\n\reE'.includes(text[at]!)
}

/** Whether the digits that end here begin a value: behind a colon, comma or bracket, or white space. */
function isNumberBefore(text: string, at: number): boolean {
  let start = at
  while (isDigit(text.charCodeAt(start - 1))) start--
  if (text[start - 1] === '-') start--
  return start === 0 || ':,[ \t\n\r'.includes(text[start - 1]!)
}

/** As `readJson`; undefined, which no JSON text can mean, where it is not JSON. */
export function readJsonOr(text: string): Json | undefined {
  try {
    return readJson(text)
  } catch {
    return undefined
  }
}

/** Write a value as JSON; numbers as they were read. */
export function writeJson(value: unknown, indent?: number): string {
  try {
    return JSON.stringify(value, null, indent)
  } catch (error) {
    // Integers beyond 2^53 are rare, and `JSON.stringify` refuses them.
    if (!(error instanceof TypeError)) throw error
    return JSON.stringify(value, (_key, item) => (typeof item === 'bigint' ? rawJson(String(item)) : item), indent)
  }
}

/** A value with doubles for all its numbers, for those who know no others; the same object where it has no others. */
export function asDoubles(value: Json): Json {
  return hasOthers(value) ? (JSON.parse(writeJson(value)) as Json) : value
}

function hasOthers(value: unknown): boolean {
  if (typeof value === 'bigint' || value instanceof Float) return true
  return typeof value === 'object' && value !== null && Object.values(value).some(hasOthers)
}

/** Deeper than this nothing is read: what walks over values calls itself. */
const MAX_DEPTH = 1000

/** A number that a double may not hold, or that was written as a float. In a text of a string it costs no more than time. */
const NEEDS_CARE = /(?:^|[\s:,[])-?(?:\d{16}|\d+\.0+(?!\d)|\d+(?:\.\d+)?[eE])|(?:^|[\s:,[])-0/

/** What a text says, read by a reader of our own: an engine may misread keys. Null where that reader gives up. Throws where it is not JSON. */
export function readOurselves(text: string): Json {
  JSON.parse(text)
  try {
    return parseLossless(text) as Json
  } catch {
    return null // nested too deep for it, or a number of more digits than it takes
  }
}

/** A key of a single escape, which the engine of Node 24 may read as the backslash that it begins with. In a text of a string it costs no more than time. */
const MAY_BE_MISREAD = /[{,]\s*"\\(?:["\\/bfnrt]|u[\da-fA-F]{4})"\s*:/

type Reviver = (key: string, value: Json, context: { source?: string }) => Json

function isTooDeep(text: string): boolean {
  const token = /["{}[\]]/g
  let depth = 0
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    const c = found[0]
    if (c === '"') {
      const end = endOfString(text, found.index)
      if (end < 0) return false
      token.lastIndex = end
    } else if (c === '{' || c === '[') {
      if (++depth > MAX_DEPTH) return true
    } else depth--
  }
  return false
}
