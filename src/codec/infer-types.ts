import { isObject, type Json } from '../json/json.ts'
import { Float } from '../json/number.ts'
import { ownValue } from '../json/own.ts'
import type { Row } from '../row.ts'
import type { StoreType, StoreTypes } from '../store-type.ts'
import { isStoredFloat, isStoredInteger } from './store-value.ts'

/** Learns the narrowest types that hold all rows it was shown. */
export class TypeInference {
  private readonly known: Map<string, Known>
  private readonly fixed: ReadonlyMap<string, StoreType>

  /** `before`: what earlier rows have shown; `fixed`: types of columns that are not to be learnt, wherever such a column occurs. */
  constructor(before: StoreTypes = {}, fixed: StoreTypes = {}) {
    this.fixed = new Map(Object.entries(fixed))
    this.known = new Map(Object.entries(before).map(([column, type]) => [column, this.fixed.get(column) ?? type]))
  }

  /** Show a row. */
  observe(row: Row): void {
    for (const column in row) this.known.set(column, this.fixed.get(column) ?? widen(this.known.get(column) ?? null, row[column]!))
  }

  /** Hear what other rows have shown: all their columns in order, and the types of those that were not always null. */
  learn(columns: readonly string[], types: StoreTypes): void {
    for (const column of columns) this.known.set(column, unify(this.known.get(column) ?? null, ownValue(types, column) ?? null))
  }

  /** Types of the columns that were not always null. */
  shown(): StoreTypes {
    return Object.fromEntries([...this.known].flatMap(([column, type]) => (type === null ? [] : [[column, settled(type)]])))
  }

  /** Types of all columns so far; what was always null is text. */
  types(): StoreTypes {
    return Object.fromEntries([...this.known].map(([column, type]) => [column, settled(type)]))
  }
}

/** Objects with more keys than this are dictionaries, not records: their keys are data. */
const MAX_KEYS = 64

type Known = StoreType | 'wide' | null // wide: integers that no double holds; null: nothing but nulls so far

function widen(known: Known, value: Json): Known {
  return value === null ? known : unify(known, typeOfValue(value))
}

function typeOfValue(value: Exclude<Json, null>): Known {
  if (typeof value === 'string') return 'text'
  if (typeof value === 'boolean') return 'boolean'
  if (value instanceof Float) return isStoredFloat(value) ? 'number' : 'json'
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'integer' : 'number'
  if (typeof value === 'bigint') return isStoredInteger(value) ? 'wide' : 'json'
  if (Array.isArray(value)) return { list: value.reduce<Known>((known, item) => widen(known, item), null) as StoreType }
  if (!isObject(value) || Object.keys(value).length > MAX_KEYS || Object.keys(value).length === 0) return 'json'
  return { struct: Object.fromEntries(Object.entries(value).map(([key, item]) => [key, widen(null, item) as StoreType])) }
}

function unify(a: Known, b: Known): Known {
  if (a === null || b === null) return a ?? b
  if (typeof a === 'string' || typeof b === 'string') {
    if (a === b) return a
    if ([a, b].includes('wide') && [a, b].includes('integer')) return 'wide'
    const numeric = (type: Known) => type === 'integer' || type === 'number'
    return numeric(a) && numeric(b) ? 'number' : 'json'
  }
  if ('list' in a && 'list' in b) return { list: unify(a.list, b.list) as StoreType }
  if (!('struct' in a) || !('struct' in b)) return 'json'
  const keys = new Set([...Object.keys(a.struct), ...Object.keys(b.struct)])
  if (keys.size > MAX_KEYS || (a.rest ?? b.rest) !== (b.rest ?? a.rest)) return 'json'
  const struct = Object.fromEntries(
    [...keys].map(key => [key, unify(ownValue(a.struct, key) ?? null, ownValue(b.struct, key) ?? null) as StoreType]),
  )
  return likewise(
    { struct },
    a.rest ?? b.rest,
    a.always?.filter(key => b.always?.includes(key)),
  )
}

function settled(type: Known): StoreType {
  if (type === null) return 'text'
  if (type === 'wide') return 'integer'
  if (typeof type === 'string') return type
  if ('list' in type) return { list: settled(type.list) }
  const struct = Object.fromEntries(Object.entries(type.struct).map(([key, item]) => [key, settled(item)]))
  return likewise({ struct }, type.rest, type.always)
}

/** A struct with what is said of it besides its keys, where anything is. */
function likewise({ struct }: Struct, rest: string | undefined, always: readonly string[] | undefined): Struct {
  return { struct, ...(rest === undefined ? {} : { rest }), ...(always === undefined || always.length === 0 ? {} : { always }) }
}

type Struct = Extract<StoreType, { struct: unknown }>
