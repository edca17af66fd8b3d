import { isObject, type Json, type JsonObject } from '../json/json.ts'
import { Float } from '../json/number.ts'
import { resolveRef } from './json-schema.ts'

/**
 * The value with each choice spelt as its schema declares it, where it differs only in case, in space, or in being a number as text.
 * A choice that fits none of the declared ones, or several, is left as it is.
 */
export function alignChoices(value: Json, schemaOrRef: Json | undefined, root: JsonObject): Json {
  const schema = resolveRef(schemaOrRef, root)
  if (Array.isArray(schema['enum'])) return choiceLike(value, schema['enum'])
  if (Array.isArray(value)) return value.map(item => alignChoices(item, schema['items'], root))
  if (!isObject(value) || !isObject(schema['properties'])) return value
  const { properties } = schema
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, Object.hasOwn(properties, key) ? alignChoices(item, properties[key], root) : item]),
  )
}

function choiceLike(value: Json, choices: readonly Json[]): Json {
  if (choices.includes(value)) return value
  const spelling = spellingOf(value)
  const alike = spelling === null ? [] : choices.filter(choice => spellingOf(choice) === spelling)
  return alike.length === 1 ? alike[0]! : value
}

/** What is left of a choice when case, space and the way numbers are written are taken away; null for what is no text or number. */
function spellingOf(value: Json): string | null {
  if (typeof value === 'number' || value instanceof Float) return String(Number(value))
  if (typeof value !== 'string') return null
  const text = value.trim().replace(/\s+/g, ' ').toLowerCase()
  return /^[+-]?\d+(?:\.\d+)?$/.test(text) ? String(Number(text)) : text
}
