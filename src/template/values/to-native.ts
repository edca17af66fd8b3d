import { Float } from '../../json/lossless.ts'
import type { Run } from '../run.ts'
import { dictEntries, isDict } from './dict.ts'
import { iterate } from './iterate.ts'
import { textOf } from './text.ts'
import { Dict, Markup, Range, Special, Stream, Tuple, Undefined, View } from './values.ts'

/**
 * A template's value as plain JavaScript: tuples, ranges and views as arrays, dictionaries as objects, undefined as undefined. What
 * came from the row is given back as it is, the same object.
 */
export function toNative(run: Run, value: unknown, seen = new Map<object, unknown>()): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Undefined) return undefined
  if (value instanceof Float) return Number.isFinite(value.value) ? value.value : value
  if (value instanceof Markup) return value.text
  if (value instanceof Special) return textOf(run, value)
  if (seen.has(value)) return seen.get(value)
  const isMade =
    value instanceof Tuple || value instanceof View || value instanceof Stream || value instanceof Range || value instanceof Dict
  if (!isMade && !run.owned.has(value)) return value
  run.spend(1)
  if (isDict(value)) {
    const object: Record<string, unknown> = {}
    seen.set(value, object)
    for (const [key, item] of dictEntries(value)) {
      const native = toNative(run, item, seen) ?? null
      Object.defineProperty(object, textOf(run, key), { value: native, enumerable: true, writable: true, configurable: true })
    }
    return object
  }
  const list: unknown[] = []
  seen.set(value, list)
  for (const item of iterate(run, value)) list.push(toNative(run, item, seen) ?? null)
  return list
}
