import { isNumpyArray } from '../../python/odd-value.ts'
import { compareCodePoints } from '../../python/text.ts'
import { Failure } from '../error.ts'
import type { Run } from '../run.ts'
import { dictEntries, dictGet, dictSize, isDict, isEmptyDict } from './dict.ts'
import { firstIndexOf } from './text-search.ts'
import { Foreign, numeric, Range, Special, Stream, stringOf, Tuple, typeName, Undefined, View } from './values.ts'
import { weightOf } from './weight.ts'

/** Whether Python counts a value as true. */
export function truth(value: unknown): boolean {
  if (typeof value === 'boolean') return value
  if (value === null || value === undefined || value instanceof Undefined) return false
  const text = stringOf(value)
  if (text !== null) return text !== ''
  const number = numeric(value)
  if (number !== null) return typeof number === 'bigint' ? number !== 0n : number !== 0
  if (isNumpyArray(value)) {
    if (value.length !== 1) throw new Failure('type', 'The truth value of an array with other than one element is ambiguous')
    return truth(value[0])
  }
  if (Array.isArray(value)) return value.length > 0
  if (value instanceof Tuple || value instanceof View) return value.items.length > 0
  if (value instanceof Range) return value.length > 0
  if (value instanceof Foreign) return value.isTrue
  return isDict(value) ? !isEmptyDict(value) : true
}

/** Python's `==`. */
export function equals(run: Run, a: unknown, b: unknown): boolean {
  // Texts of one length are compared to their first difference.
  if (typeof a === 'string' && typeof b === 'string' && a.length === b.length) run.spend(a.length / 64)
  if (a === b) return typeof a !== 'number' || !Number.isNaN(a)
  const [x, y] = [numeric(a), numeric(b)]
  // Not ===, for which 1 and 1n differ.
  if (x !== null || y !== null) return x !== null && y !== null && x <= y && x >= y
  if (typeof a === 'string' && typeof b === 'string') return false
  if (a instanceof Undefined || a === undefined) return b instanceof Undefined || b === undefined
  const text = stringOf(a)
  if (text !== null) {
    run.spend(text.length / 64)
    return text === stringOf(b)
  }
  return containersEqual(run, a, b)
}

function containersEqual(run: Run, a: unknown, b: unknown): boolean {
  run.spend(1)
  if (Array.isArray(a)) return Array.isArray(b) && itemsEqual(run, a, b)
  if (a instanceof Tuple) return b instanceof Tuple && itemsEqual(run, a.items, b.items)
  if (a instanceof View) return b instanceof View && a.kind === b.kind && itemsEqual(run, a.items, b.items)
  if (a instanceof Range) {
    return b instanceof Range && a.length === b.length && (a.length === 0 || (a.start === b.start && (a.length === 1 || a.step === b.step)))
  }
  if (!isDict(a) || !isDict(b)) return false
  run.spend(weightOf(a) + weightOf(b))
  if (dictSize(a) !== dictSize(b)) return false
  return dictEntries(a).every(([key, value]) => {
    const other = dictGet(b, key)
    return other !== undefined && equals(run, value, other)
  })
}

function itemsEqual(run: Run, a: readonly unknown[], b: readonly unknown[]): boolean {
  return (
    a.length === b.length &&
    a.every((item, index) => {
      run.spend(1 / 4)
      return equals(run, item, b[index])
    })
  )
}

/** Order as Python sorts: below, at or above 0. Throws for values Python does not order. */
export function compare(run: Run, a: unknown, b: unknown, operator = '<'): number {
  const [x, y] = [numeric(a), numeric(b)]
  if (x !== null && y !== null) return x < y ? -1 : x > y ? 1 : x <= y ? 0 : Number.NaN
  const [s, t] = [stringOf(a), stringOf(b)]
  if (s !== null && t !== null) {
    run.spend(Math.min(s.length, t.length) / 64)
    return compareCodePoints(s, t)
  }
  if (Array.isArray(a) && Array.isArray(b)) return compareItems(run, a, b, operator)
  if (a instanceof Tuple && b instanceof Tuple) return compareItems(run, a.items, b.items, operator)
  for (const value of [a, b]) if (value instanceof Undefined) throw undefinedFailure(value)
  throw new Failure('type', `'${operator}' not supported between instances of '${typeName(a)}' and '${typeName(b)}'`)
}

function compareItems(run: Run, a: readonly unknown[], b: readonly unknown[], operator: string): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    run.spend(1)
    if (!equals(run, a[i], b[i])) return compare(run, a[i], b[i], operator)
  }
  return a.length - b.length
}

/** Python's `in`. */
export function contains(run: Run, container: unknown, item: unknown): boolean {
  const text = stringOf(container)
  if (text !== null) {
    const part = stringOf(item)
    if (part === null) throw new Failure('type', `'in <string>' requires string as left operand, not ${typeName(item)}`)
    run.spend((text.length + part.length) / 32)
    return firstIndexOf(text, part) >= 0
  }
  if (isDict(container)) return dictGet(container, item) !== undefined
  if (container instanceof Range) {
    const number = numeric(item)
    if (number === null) return false
    const index = (Number(number) - container.start) / container.step
    return Number.isInteger(index) && index >= 0 && index < container.length
  }
  if (container instanceof Undefined || container === undefined) return false
  const items = Array.isArray(container)
    ? container
    : container instanceof Tuple || container instanceof View
      ? container.items
      : container instanceof Stream
        ? container.rest()
        : null
  if (items === null || container instanceof Special) throw new Failure('type', `argument of type '${typeName(container)}' is not iterable`)
  run.spend(items.length)
  return items.some(candidate => candidate === item || equals(run, candidate, item))
}

/** What using an undefined value fails with. */
export function undefinedFailure(value: Undefined): Failure {
  return new Failure(value.isUnsafe ? 'security' : 'undefined', value.message)
}
