import { TracewrightError } from '../../errors.ts'
import { isObject, type Json, type JsonObject } from '../../json/json.ts'
import { withOrderOf } from '../../json/key-order.ts'
import { Float, type Lossless, parseLossless } from '../../json/lossless.ts'
import { setOwn } from '../../json/own.ts'
import { isNumpyArray, isTuple, OddValue } from '../../python/odd-value.ts'
import { Foreign, Tuple } from './values.ts'

/**
 * A value with every text in it that is JSON replaced by what the JSON says, once: "42" becomes 42, '{"a": "1"}' an object that still
 * holds the text "1". What Data Designer does to a row before it renders templates; only for `compat`.
 */
export function decodeJsonStrings(value: Json | Lossless, engine: 'strict' | 'native' = 'strict'): Lossless {
  if (typeof value === 'string') return decoded(value)
  if (isNumpyArray(value) || isTuple(value) || value instanceof OddValue) return engine === 'native' ? unread(value) : sanitized(value)
  if (Array.isArray(value)) return value.map(item => decodeJsonStrings(item, engine))
  if (!isObject(value) || value instanceof Float) return value
  const object: { [key: string]: Lossless } = {}
  for (const [key, item] of Object.entries(value)) {
    Object.defineProperty(object, key, {
      value: decodeJsonStrings(item as Json, engine),
      enumerable: true,
      writable: true,
      configurable: true,
    })
  }
  return withOrderOf(object, value)
}

/** What JSON has of values that are none of JSON's: what text they hold stays text. Throws where it has nothing. */
function sanitized(value: Json | Lossless): Lossless {
  if (value instanceof OddValue) {
    if (value.seen !== undefined) return value.seen
    throw new TracewrightError('column', `Cannot show a row to a template: found a ${value.typeName}, expected what JSON can say`)
  }
  if (Array.isArray(value)) return value.map(sanitized)
  if (!isObject(value) || value instanceof Float) return value
  const object: { [key: string]: Lossless } = {}
  for (const [key, item] of Object.entries(value)) setOwn(object as JsonObject, key, sanitized(item as Json) as Json)
  return object
}

/** The same to templates that are given the values themselves. */
function unread(value: Json | Lossless): Lossless {
  if (value instanceof OddValue) return new Foreign(value) as unknown as Lossless
  if (isTuple(value)) return new Tuple(value.map(unread)) as unknown as Lossless
  return value
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
