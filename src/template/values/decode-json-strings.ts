import { isObject, type Json } from '../../json/json.ts'
import { withOrderOf } from '../../json/key-order.ts'
import { Float, type Lossless, parseLossless } from '../../json/lossless.ts'

/**
 * A value with every text in it that is JSON replaced by what the JSON says, once: "42" becomes 42, '{"a": "1"}' an object that still
 * holds the text "1". What Data Designer does to a row before it renders templates; only for `compat`.
 */
export function decodeJsonStrings(value: Json | Lossless): Lossless {
  if (typeof value === 'string') return decoded(value)
  if (Array.isArray(value)) return value.map(decodeJsonStrings)
  if (!isObject(value) || value instanceof Float) return value
  const object: { [key: string]: Lossless } = {}
  for (const [key, item] of Object.entries(value)) {
    Object.defineProperty(object, key, { value: decodeJsonStrings(item as Json), enumerable: true, writable: true, configurable: true })
  }
  return withOrderOf(object, value)
}

function decoded(text: string): Lossless {
  // Most texts of a row are no JSON, and an exception costs more than a look at the first character.
  if (!/^[\s]*(?:["{[\d-]|true|false|null|NaN|Infinity)/.test(text)) return text
  try {
    return parseLossless(text)
  } catch {
    return text
  }
}
