import { entriesInOrder } from '../../json/key-order.ts'
import { Failure } from '../error.ts'
import { Dict, isPlainObject, numeric, stringOf, Tuple, typeName, Undefined } from './values.ts'

/** Whether a value is a dictionary: one of the row's objects or one the template made. */
export function isDict(value: unknown): value is Dict | Record<string, unknown> {
  return value instanceof Dict || isPlainObject(value)
}

/** The value under a key, or undefined. Of a plain object only own keys count. */
export function dictGet(dict: Dict | Record<string, unknown>, key: unknown): unknown {
  if (dict instanceof Dict) return dict.entries.get(hashKey(key))?.[1]
  if (typeof key === 'string') return Object.hasOwn(dict, key) ? dict[key] : undefined
  hashKey(key)
  const text = stringOf(key)
  return text !== null && Object.hasOwn(dict, text) ? dict[text] : undefined
}

/** Put a value under a key; a key named `__proto__` is a key like any other. */
export function dictSet(dict: Dict | Record<string, unknown>, key: unknown, value: unknown): void {
  if (dict instanceof Dict) dict.entries.set(hashKey(key), [dict.entries.get(hashKey(key))?.[0] ?? key, value])
  else Object.defineProperty(dict, String(key), { value, enumerable: true, writable: true, configurable: true })
}

/** Take a key out; one that is not there stays away. */
export function dictDelete(dict: Dict | Record<string, unknown>, key: unknown): void {
  if (dict instanceof Dict) dict.entries.delete(hashKey(key))
  else delete dict[String(key)]
}

/** Keys and values in order. */
export function dictEntries(dict: Dict | Record<string, unknown>): [key: unknown, value: unknown][] {
  return dict instanceof Dict ? [...dict.entries.values()] : entriesInOrder(dict)
}

/** Number of keys. */
export function dictSize(dict: Dict | Record<string, unknown>): number {
  return dict instanceof Dict ? dict.entries.size : Object.keys(dict).length
}

/** Whether a dictionary has no keys; unlike its size, that is known at once. */
export function isEmptyDict(dict: Dict | Record<string, unknown>): boolean {
  if (dict instanceof Dict) return dict.entries.size === 0
  for (const key in dict) if (Object.hasOwn(dict, key)) return false
  return true
}

/** A new dictionary of keys and values. */
export function dictOf(entries: Iterable<readonly [unknown, unknown]>): Dict {
  const dict = new Dict()
  for (const [key, value] of entries) dictSet(dict, key, value)
  return dict
}

/** What a JavaScript map finds a Python key by: 1, 1.0 and True are one key, equal tuples too. Throws for values that cannot be keys. */
export function hashKey(key: unknown): unknown {
  if (typeof key === 'string') return key
  const number = numeric(key)
  if (number !== null) return number
  if (key === null) return null
  if (key instanceof Tuple) return `\u0000${tupleKey(key, { left: MAX_TUPLE_KEY })}`
  const text = stringOf(key)
  if (text !== null) return text
  if (Array.isArray(key) || isDict(key)) throw new Failure('type', `unhashable type: '${typeName(key)}'`)
  return key instanceof Undefined ? Undefined : key
}

/** A tuple that is a key may not be longer than this, written out: it can hold one tuple in another many times over. */
const MAX_TUPLE_KEY = 16_384

/** Each part with its type and length before it, so that no two tuples that differ are written alike. */
function tupleKey(tuple: Tuple, room: { left: number }): string {
  const parts = tuple.items.map(item => {
    const part = item instanceof Tuple ? tupleKey(item, room) : hashKey(item)
    const text = typeof part === 'string' ? part : String(part)
    room.left -= item instanceof Tuple ? 1 : text.length + 1
    if (room.left < 0) throw new Failure('limit', `A tuple of more than ${MAX_TUPLE_KEY} characters cannot be a key`)
    return `${item instanceof Tuple ? 'tuple' : typeof part}${text.length}:${text}`
  })
  return `(${parts.join('')})`
}
