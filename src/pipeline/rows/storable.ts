import { isObject, type Json, type JsonObject } from '../../json/json.ts'
import { Float } from '../../json/number.ts'
import { setOwn } from '../../json/own.ts'
import type { Row } from '../../row.ts'

/** A row as JSON can say it: `nan` and infinities, which Data Designer's way with values brings, are null. The same row where it has none. */
export function storableRow(row: Row): Row {
  return withoutOdd(row) as Row
}

/** Made anew only where something in it is odd. */
function withoutOdd(value: Json): Json {
  if (isOdd(value)) return null
  if (Array.isArray(value)) {
    const items = value.map(withoutOdd)
    return items.every((item, i) => Object.is(item, value[i])) ? value : items
  }
  if (!isObject(value)) return value
  const object: JsonObject = {}
  let isSame = true
  for (const [key, item] of Object.entries(value)) {
    const kept = withoutOdd(item)
    isSame &&= Object.is(kept, item)
    setOwn(object, key, kept)
  }
  return isSame ? value : object
}

function isOdd(value: unknown): boolean {
  return value instanceof Float && !Number.isFinite(value.value) && !/^-?\d/.test(value.source)
}
