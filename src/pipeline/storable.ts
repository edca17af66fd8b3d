import { isObject, type Json } from '../json/json.ts'
import { Float } from '../json/number.ts'
import { setOwn } from '../json/own.ts'
import type { Row } from '../row.ts'

/** A row as JSON can say it: `nan` and infinities, which Data Designer's way with values brings, are null. The same row where it has none. */
export function storableRow(row: Row): Row {
  return withoutOdd(row) as Row
}

function withoutOdd(value: Json): Json {
  if (isOdd(value)) return null
  if (!hasOdd(value)) return value
  if (Array.isArray(value)) return value.map(withoutOdd)
  const object: { [key: string]: Json } = {}
  for (const [key, item] of Object.entries(value as { [key: string]: Json })) setOwn(object, key, withoutOdd(item))
  return object
}

function hasOdd(value: unknown): boolean {
  if (isOdd(value)) return true
  if (Array.isArray(value)) return value.some(hasOdd)
  return !(value instanceof Float) && isObject(value) && Object.values(value).some(hasOdd)
}

function isOdd(value: unknown): boolean {
  return value instanceof Float && !Number.isFinite(value.value) && !/^-?\d/.test(value.source)
}
