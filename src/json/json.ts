import { Float } from './number.ts'

/** Any JSON value. A number that JavaScript does not keep as it was written is a bigint, or a `Float` in a number's place (docs/decisions/numbers.md). */
export type Json = null | boolean | number | bigint | string | Json[] | { [key: string]: Json }

/** A JSON object. */
export type JsonObject = { [key: string]: Json }

/** Whether a value is an object of keys and values: not null, not an array, not a number. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Float)
}

/** Parse JSON text; `undefined`, which no JSON text can mean, where it is not JSON. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

/** The value when it is a non-empty string, else null. Logs write "" where they mean "not known". */
export function stringOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

/** The first of these keys that holds a non-empty string; null where none does. */
export function stringIn(record: JsonObject, ...keys: readonly string[]): string | null {
  for (const key of keys) if (typeof record[key] === 'string' && record[key] !== '') return record[key]
  return null
}

/** The value when it is a finite number, as a double to compute with; else null. */
export function numberOrNull(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'bigint' && !(value instanceof Float)) return null
  const number = Number(value)
  return Number.isFinite(number) ? number : null
}

/** Whether a value is a JSON number, however it is held. */
export function isNumber(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint' || value instanceof Float
}
