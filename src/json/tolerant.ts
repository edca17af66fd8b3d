import { mayHoldWholeFloat, readOurselves, readWithSources } from './exact.ts'
import type { Json } from './json.ts'
import { endOfValue } from './source-text.ts'
import { strainOf } from './strain.ts'

/** What had to be done to a value that JSON or JavaScript cannot take as it was written. */
export type JsonRemark = 'nested_too_deep' | 'number_kept_as_text' | 'not_a_number'

/** Deeper than this, a value cannot be carried through stores and other languages; Python gives up at about a thousand. */
export const MAX_DEPTH = 128

/** Digits of the longest integer that is one; Python reads no longer ones either. */
const MAX_DIGITS = 4300

/**
 * Parse JSON as machines write it, into a value that is safe to carry on: numbers are what was written, what lies too deep becomes its own
 * JSON text, an integer of more digits than anybody reads becomes these, Python's NaN and Infinity become null, each of these with a
 * remark. Null where it is not JSON.
 */
export function parseTolerant(text: string, depth = Infinity): { value: Json; remarks: JsonRemark[] } | null {
  const remarks: JsonRemark[] = []
  const shallow = depth > MAX_DEPTH ? fold(text, MAX_DEPTH) : text
  if (shallow !== text) remarks.push('nested_too_deep')
  const parsed = parse(shallow, remarks)
  if (parsed !== undefined) return { value: parsed, remarks }
  const repaired = withoutNonNumbers(shallow)
  if (repaired === shallow) return null
  const value = parse(repaired, remarks)
  return value === undefined ? null : { value, remarks: [...remarks, 'not_a_number'] }
}

function parse(text: string, remarks: JsonRemark[]): Json | undefined {
  try {
    const value = JSON.parse(text) as Json
    const strain = strainOf(value, Number.POSITIVE_INFINITY)
    if (strain === 'none' && !mayHoldWholeFloat(text)) return value
    return (strain === 'key' ? readOurselves(text) : null) ?? parseExact(text, remarks)
  } catch {
    return undefined
  }
}

/** Parse JSON that holds numbers which doubles do not; an integer of very many digits becomes these, and a remark. Throws where it is not JSON. */
export function parseExact(text: string, remarks: JsonRemark[]): Json {
  let isKept = false
  const exact = readWithSources(text, digits => {
    if (digits.length <= MAX_DIGITS || !/^-?\d+$/.test(digits)) return null
    isKept = true
    return digits
  })
  if (isKept) remarks.push('number_kept_as_text')
  return exact
}

/** JSON text in which containers below `limit` levels are strings that hold their text. */
function fold(text: string, limit: number): string {
  let out = ''
  let copied = 0
  let depth = 0
  const token = /["{}[\]]/g
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    if (found[0] === '}' || found[0] === ']') depth--
    else if (found[0] === '"' || depth === limit) {
      const end = endOfValue(text, found.index)
      if (end < 0) return text
      if (found[0] !== '"') {
        out += text.slice(copied, found.index) + JSON.stringify(text.slice(found.index, end))
        copied = end
      }
      token.lastIndex = end
    } else depth++
  }
  return out + text.slice(copied)
}

/** JSON text with null in place of NaN and the infinities, strings untouched. */
function withoutNonNumbers(text: string): string {
  let out = ''
  for (let at = 0; at < text.length; ) {
    const quote = text.indexOf('"', at)
    const plain = text.slice(at, quote < 0 ? text.length : quote)
    out += plain.replace(/-?\b(?:NaN|Infinity)\b/g, 'null')
    if (quote < 0) break
    const end = endOfValue(text, quote)
    if (end < 0) return text
    out += text.slice(quote, end)
    at = end
  }
  return out
}
