import { isObject, type Json, type JsonObject } from '../json/json.ts'
import { Float } from '../json/number.ts'
import { setOwn } from '../json/own.ts'

/** A value of Python that JSON has no word for, in the place of a value of a row: rows that Data Designer would have hold them until they are finished. */
export class OddValue {
  /** Its type in Python. */
  readonly typeName: string
  /** What locked-down templates are given; undefined: they fail. */
  readonly seen: Json | undefined
  /** What Python prints. */
  readonly shown: string
  /** What Python prints inside a container. */
  readonly repr: string
  /** What stands for it in finished rows. */
  readonly kept: Json

  constructor(typeName: string, { seen, shown, repr, kept }: Forms) {
    this.typeName = typeName
    this.seen = seen
    this.shown = shown
    this.repr = repr ?? shown
    this.kept = kept
  }

  /** Whether Python counts it as true: zero and no bytes are not. */
  get isTrue(): boolean {
    return this.seen instanceof Float ? this.seen.value !== 0 : this.seen !== '' && this.seen !== 0
  }

  /** One in the place of a row's value. */
  static in(typeName: string, forms: Forms): Json {
    return new OddValue(typeName, forms) as unknown as Json
  }

  toString(): string {
    return this.shown
  }

  toJSON(): Json {
    return this.kept
  }
}

/** The forms of a value of Python that JSON has no word for. */
type Forms = {
  /** What its locked-down templates are given; absent: they fail over a row that holds it. */
  seen?: Json
  /** What Python prints. */
  shown: string
  /** What Python prints inside a container. Default: the same. */
  repr?: string
  /** What stands for it in finished rows. */
  kept: Json
}

const ARRAYS = new WeakSet<object>()
const TUPLES = new WeakSet<object>()

/** Say of a list that to Python it is an array of NumPy: what text it holds is never read as JSON, and JSON cannot be made of it. */
export function asNumpyArray(items: Json[]): Json[] {
  ARRAYS.add(items)
  return items
}

/** Whether a list is an array of NumPy. */
export function isNumpyArray(value: unknown): value is Json[] {
  return typeof value === 'object' && value !== null && ARRAYS.has(value)
}

/** Say of a list that to Python it is a tuple. */
export function asTuple(items: Json[]): Json[] {
  TUPLES.add(items)
  return items
}

/** Whether a list is a tuple. */
export function isTuple(value: unknown): value is Json[] {
  return typeof value === 'object' && value !== null && TUPLES.has(value)
}

/**
 * A value as a finished row holds it: null is what `nan` is, at any depth; an infinity is the number (JSON, which has no word for it, will say
 * null, as pandas does), decimals are their digits, and bytes are base64. The same value where nothing in it is odd.
 */
export function keptValue(value: Json): Json {
  if (value instanceof OddValue) return value.kept
  if (Number.isNaN(value)) return null
  if (value instanceof Float) return Number.isFinite(value.value) || /^-?\d/.test(value.source) ? value : keptFloat(value.value)
  if (Array.isArray(value)) return sameOrNew(value, keptValue)
  return isObject(value) ? keptObject(value) : value
}

/** The same of an object, such as a row. */
export function keptObject(value: JsonObject): JsonObject {
  return sameOrNewObject(value, keptValue)
}

/** Whether Python's JSON has words for a value: for odd ones, arrays of NumPy, and numbers that are not finite it has none. */
export function isSayable(value: Json): boolean {
  if (value instanceof OddValue || isNumpyArray(value)) return false
  if (value instanceof Float) return Number.isFinite(value.value)
  if (typeof value === 'number') return Number.isFinite(value)
  if (Array.isArray(value)) return value.every(isSayable)
  return !isObject(value) || Object.values(value).every(isSayable)
}

/** An infinity under compat, where rows of previews are looked at as JSON: it counts as the number, and says its word where it is shown. */
export class Infinite {
  /** Its word. */
  readonly $float: 'inf' | '-inf'

  constructor(value: number) {
    this.$float = value > 0 ? 'inf' : '-inf'
  }

  valueOf(): number {
    return this.$float === 'inf' ? Infinity : -Infinity
  }

  toString(): string {
    return this.$float
  }

  toJSON(): null {
    return null
  }
}

/** A row of a preview under compat: each infinity is an `Infinite`, at any depth. The same row where it has none. */
export function withWords(row: JsonObject): JsonObject {
  return worded(row) as JsonObject
}

function worded(value: Json): Json {
  if (value === Infinity || value === -Infinity) return new Infinite(value) as unknown as Json
  if (Array.isArray(value)) return sameOrNew(value, worded)
  return isObject(value) ? sameOrNewObject(value, worded) : value
}

/** A list of what becomes of each item; the list itself where nothing changes. */
function sameOrNew(list: Json[], becomes: (value: Json) => Json): Json[] {
  const items = list.map(becomes)
  return items.every((item, i) => Object.is(item, list[i])) ? list : items
}

function sameOrNewObject(given: JsonObject, becomes: (value: Json) => Json): JsonObject {
  const object: JsonObject = {}
  let isSame = true
  for (const [key, item] of Object.entries(given)) {
    const value = becomes(item)
    isSame &&= Object.is(value, item)
    setOwn(object, key, value)
  }
  return isSame ? given : object
}

function keptFloat(value: number): Json {
  return Number.isNaN(value) ? null : value
}
