/** Where the keys of an object are kept in source order when JavaScript would order them otherwise. */
const SOURCE_KEYS = Symbol('keys in source order')

type Ordered = { [SOURCE_KEYS]?: readonly (string | number)[] }

/** Entries in the order of the source text. JavaScript alone moves keys that look like integers to the front. */
export function entriesInOrder(object: object): [string, unknown][] {
  return keyedEntries(object).map(([key, value]) => [String(key), value])
}

/** The same; a key that the source has as a number, which YAML can, is one. */
export function keyedEntries(object: object): [string | number, unknown][] {
  const keys = (object as Ordered)[SOURCE_KEYS]
  return keys === undefined ? Object.entries(object) : keys.map(key => [key, (object as { [key: string]: unknown })[key]])
}

/** The object, which remembers its keys in this order from now on. */
export function inOrderOf<T extends object>(object: T, keys: readonly (string | number)[]): T {
  return Object.defineProperty(object, SOURCE_KEYS, { value: keys })
}

/** `target` with the order of the keys `source` was read with. */
export function withOrderOf<T extends object>(target: T, source: object): T {
  const keys = (source as Ordered)[SOURCE_KEYS]
  return keys === undefined ? target : inOrderOf(target, keys)
}
