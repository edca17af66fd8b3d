/*
 * Objects whose keys are words of somebody else: a log, a config, a server. `__proto__` and `constructor` are keys like any other; what
 * every object has by birth is neither found nor changed.
 */

/** The value that an object itself has under a key. */
export function ownValue<T>(object: { readonly [key: string]: T }, key: string): T | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

/** Give an object a value under a key. An assignment would reach its prototype, or fail where that may not change. */
export function setOwn<T>(object: { [key: string]: T }, key: string, value: T): void {
  if (BY_BIRTH.has(key)) Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true })
  else object[key] = value
}

/** Give an object all keys of another. */
export function addOwn<T>(object: { [key: string]: T }, from: { readonly [key: string]: T }): void {
  for (const key of Object.keys(from)) setOwn(object, key, from[key]!)
}

/** Count one more, or several, under a key. */
export function countOwn(counts: { [key: string]: number }, key: string, more = 1): void {
  setOwn(counts, key, (ownValue(counts, key) ?? 0) + more)
}

const BY_BIRTH: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype))
