import { Failure } from '../error.ts'
import type { Run } from '../run.ts'
import { dictEntries, dictSize, isDict } from './dict.ts'
import { Range, Stream, stringOf, Tuple, typeName, Undefined, View } from './values.ts'

/** Whether a text has characters of two UTF-16 units, so that places in it are not those Python counts. */
export function hasPairs(text: string): boolean {
  return SURROGATE.test(text)
}

const SURROGATE = /[\ud800-\udfff]/

/** The characters of a text as Python counts them: code points, not UTF-16 units. */
export function characters(text: string): string[] {
  return SURROGATE.test(text) ? [...text] : text.split('')
}

/** How many characters a text has as Python counts them. */
export function textLength(text: string): number {
  return SURROGATE.test(text) ? [...text].length : text.length
}

/** Part of a text by Python's positions. */
export function textSlice(text: string, start: number, end?: number): string {
  return SURROGATE.test(text) ? [...text].slice(start, end).join('') : text.slice(start, end)
}

/** The items of a value; what can be read only once is read. Throws for what Python cannot go through. */
export function iterate(run: Run, value: unknown): readonly unknown[] {
  const items = itemsOf(value)
  if (items === null) throw new Failure('type', `'${typeName(value)}' object is not iterable`)
  run.spend(items.length)
  return items
}

/** Whether a value has items to go through. */
export function isIterable(value: unknown): boolean {
  return (
    Array.isArray(value) ||
    value instanceof Tuple ||
    value instanceof View ||
    value instanceof Stream ||
    value instanceof Range ||
    value instanceof Undefined ||
    value === undefined ||
    stringOf(value) !== null ||
    isDict(value)
  )
}

function itemsOf(value: unknown): readonly unknown[] | null {
  if (Array.isArray(value)) return value
  if (value instanceof Tuple || value instanceof View) return value.items
  if (value instanceof Stream) return value.rest()
  if (value instanceof Range) return Array.from({ length: value.length }, (_, index) => value.at(index))
  if (value instanceof Undefined || value === undefined) return []
  const text = stringOf(value)
  if (text !== null) return characters(text)
  return isDict(value) ? dictEntries(value).map(([key]) => key) : null
}

/** Python's `len`, or null for what has none. */
export function lengthOf(value: unknown): number | null {
  const text = stringOf(value)
  if (text !== null) return textLength(text)
  if (Array.isArray(value)) return value.length
  if (value instanceof Tuple || value instanceof View) return value.items.length
  if (value instanceof Range) return value.length
  if (value instanceof Undefined || value === undefined) return 0
  return isDict(value) ? dictSize(value) : null
}
