import { readJsonOr, writeJson } from '../json/exact.ts'
import { isObject, type Json, type JsonObject } from '../json/json.ts'
import { Float } from '../json/number.ts'
import { addOwn, ownValue, setOwn } from '../json/own.ts'
import type { Row } from '../row.ts'
import type { StoreType, StoreTypes } from '../store-type.ts'

/** What had to be changed for values to be storable. */
export type StoreChanges = {
  /** Texts in which half a surrogate pair became U+FFFD. */
  replacedSurrogates: number
  /** Values of another type than theirs is said to be: text holds them as JSON text, other types as null. */
  mistyped: number
}

/** A row in the shape its types say; columns without a type are left out. What does not fit is counted. */
export function encodeRow(row: Row, types: StoreTypes, changes: StoreChanges, jsonText?: JsonTextOf): Row {
  const encoded: Row = {}
  for (const column in types) setOwn(encoded, column, encodeValue(ownValue(row, column) ?? null, types[column]!, changes, jsonText))
  return encoded
}

/** The row that was encoded. */
export function decodeRow(row: Row, types: StoreTypes): Row {
  const decoded: Row = {}
  for (const column in row) {
    const type = ownValue(types, column)
    setOwn(decoded, column, type === undefined ? row[column]! : decode(row[column]!, type))
  }
  return decoded
}

/** Decodes rows of these types, each in its place: for whoever has made the rows. All columns must be there. */
export function decoderOf(types: StoreTypes): (row: Row) => Row {
  const columns = Object.entries(types).filter(([, type]) => needsDecoding(type))
  return row => {
    for (const [column, type] of columns) row[column] = decode(row[column]!, type)
    return row
  }
}

function needsDecoding(type: StoreType): boolean {
  if (typeof type === 'string') return type === 'json'
  return 'list' in type ? needsDecoding(type.list) : true // of a struct, keys that are absent are null
}

/** Makes what stands for a value without a fixed shape; by default its JSON text. */
type JsonTextOf = (value: Json, isRest?: boolean) => Json

/** A value in the shape its type says. */
export function encodeValue(value: Json, type: StoreType, changes: StoreChanges, jsonText?: JsonTextOf): Json {
  if (value === null) return null
  const asText = (value: Json, isRest?: boolean) => jsonText?.(value, isRest) ?? wellFormed(writeJson(value), changes)
  if (type === 'json') return asText(value)
  if (fits(value, type)) {
    if (typeof value === 'string') return wellFormed(value, changes)
    if (typeof type === 'string') return value
    if ('list' in type) return (value as Json[]).map(item => encodeValue(item, type.list, changes, jsonText))
    return encodeStruct(value as JsonObject, type, changes, asText, jsonText)
  }
  changes.mistyped++
  if (type === 'number' && typeof value === 'bigint') return Number(value)
  return type === 'text' ? asText(value) : null
}

function encodeStruct(
  value: JsonObject,
  type: { struct: { [key: string]: StoreType }; rest?: string; always?: readonly string[] },
  changes: StoreChanges,
  asText: JsonTextOf,
  jsonText: JsonTextOf | undefined,
): JsonObject {
  const encoded: JsonObject = {}
  let rest: JsonObject | null = null
  for (const key in value) {
    const item = value[key]!
    const itemType = Object.hasOwn(type.struct, key) && key !== type.rest ? type.struct[key]! : null
    const isAlways = type.always?.includes(key) ?? false
    if (itemType !== null && item !== null && (type.rest === undefined || isAlways || itemType === 'json' || holdsAll(item, itemType)))
      setOwn(encoded, key, encodeValue(item, itemType, changes, jsonText))
    else if (isAlways) setOwn(encoded, key, null)
    else if (type.rest !== undefined) setOwn((rest ??= {}), key, item)
  }
  if (rest !== null) encoded[type.rest!] = asText(rest, true)
  return encoded
}

/** Whether nothing of a value is lost under a type: what is, goes to the `rest` of the struct around it. */
export function holdsAll(value: Json, type: StoreType): boolean {
  if (!fits(value, type)) return false
  return (
    typeof type === 'string' ||
    'list' in type ||
    type.rest !== undefined ||
    Object.keys(value as JsonObject).every(key => Object.hasOwn(type.struct, key))
  )
}

function fits(value: Json, type: StoreType): boolean {
  switch (type) {
    case 'json':
      return true
    case 'text':
      return typeof value === 'string'
    case 'integer':
      return isStoredInteger(value)
    case 'number':
      return typeof value === 'number' || isStoredFloat(value)
    case 'boolean':
      return typeof value === 'boolean'
    default:
      return 'list' in type ? Array.isArray(value) : isObject(value)
  }
}

/** Whether a value is an integer of 64 bits. */
export function isStoredInteger(value: unknown): value is number | bigint {
  return Number.isSafeInteger(value) || (typeof value === 'bigint' && BigInt.asIntN(64, value) === value)
}

/** Whether a value is a float that a double holds. */
export function isStoredFloat(value: unknown): value is Float {
  return value instanceof Float && Number.isFinite(value.value)
}

function wellFormed(text: string, changes: StoreChanges): string {
  if (text.isWellFormed()) return text
  changes.replacedSurrogates++
  return text.toWellFormed()
}

function decode(value: Json, type: StoreType): Json {
  if (value === null) return null
  if (type === 'json') return typeof value === 'string' ? (readJsonOr(value) ?? value) : value
  if (typeof type === 'string') return value
  if ('list' in type) return Array.isArray(value) ? value.map(item => decode(item, type.list)) : value
  if (!isObject(value)) return value
  const decoded: JsonObject = {}
  for (const key in value) {
    const item = value[key]!
    if (item === null) {
      if (type.always?.includes(key)) setOwn(decoded, key, null)
      continue
    }
    if (key === type.rest) {
      const rest = typeof item === 'string' ? readJsonOr(item) : item
      if (isObject(rest)) addOwn(decoded, rest)
      continue
    }
    const itemType = ownValue(type.struct, key)
    setOwn(decoded, key, itemType === undefined ? item : decode(item, itemType))
  }
  return decoded
}
