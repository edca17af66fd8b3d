import type { Json } from './json.ts'
import { endOfValue } from './source-text.ts'

/** What had to be done to a value that JSON or JavaScript cannot take as it was written. */
export type JsonRemark = 'nested_too_deep' | 'number_kept_as_text' | 'not_a_number'

/** Deeper than this, a value cannot be carried through stores and other languages; Python gives up at about a thousand. */
export const MAX_DEPTH = 128

/** Digits that a double may not hold, and exponents that may leave it. */
const LARGE_NUMBER = /(?<![\d.])\d{16,}|[eE]\+?\d{3,}/

/**
 * Parse JSON as machines write it, into a value that is safe to carry on: what lies too deep becomes its own JSON text, a number
 * no double holds becomes its digits, Python's NaN and Infinity become null, each with a remark. Null where it is not JSON.
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

type Reviver = (key: string, value: Json, context: { source?: string }) => Json

function parse(text: string, remarks: JsonRemark[]): Json | undefined {
  try {
    if (!LARGE_NUMBER.test(text)) return JSON.parse(text) as Json
    let kept = false
    const keep: Reviver = (_key, value, { source }) => {
      if (typeof value !== 'number' || source === undefined || isExact(value, source)) return value
      kept = true
      return source
    }
    const value = (JSON.parse as (text: string, reviver: Reviver) => Json)(text, keep)
    if (kept) remarks.push('number_kept_as_text')
    return value
  } catch {
    return undefined
  }
}

/** Whether a number is what was written; fractions are rounded by everyone and count as exact. */
function isExact(value: number, source: string): boolean {
  return (
    Number.isFinite(value) &&
    (Number.isSafeInteger(value) || /[.eE]/.test(source) || String(value) === source || BigInt(source) === BigInt(value))
  )
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
