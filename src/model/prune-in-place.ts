import { isObject, type Json, type JsonObject } from '../json/json.ts'
import { setOwn } from '../json/own.ts'
import { partOf, resolveRef, validatorOf } from './json-schema.ts'

/**
 * A value without keys that its schema does not know, as Data Designer 0.5.7 takes them out: objects are closed whatever
 * `additionalProperties` says, and what one alternative took away the next ones miss.
 */
export async function prunedInPlace(value: Json, schema: JsonObject): Promise<Json> {
  return pruned(value, schema, schema)
}

async function pruned(value: Json, schemaOrRef: Json | undefined, root: JsonObject): Promise<Json> {
  const schema = resolveRef(schemaOrRef, root)
  let left = await withoutUnknown(value, schema, root)
  for (const part of listOf(schema['allOf'])) left = await pruned(left, part, root)
  for (const key of ['anyOf', 'oneOf']) {
    const chosen = key === 'oneOf' ? discriminated(left, schema) : null
    if (chosen !== null) {
      left = await pruned(left, chosen, root)
      continue
    }
    for (const option of listOf(schema[key])) {
      left = await pruned(left, option, root)
      if ((await validatorOf(partOf(option, root)))(left).length === 0) break
    }
  }
  return left
}

async function withoutUnknown(value: Json, schema: JsonObject, root: JsonObject): Promise<Json> {
  if (Array.isArray(value)) {
    const first = listOf(schema['prefixItems'])
    return Promise.all(value.map((item, index) => pruned(item, first[index] ?? schema['items'], root)))
  }
  if (!isObject(value)) return value
  const properties = isObject(schema['properties']) ? schema['properties'] : {}
  const kept: JsonObject = {}
  for (const [key, item] of Object.entries(value)) {
    if (Object.hasOwn(properties, key)) setOwn(kept, key, await pruned(item, properties[key], root))
    else if (!isClosed(schema)) setOwn(kept, key, item)
  }
  return kept
}

/** Every schema of an object but one that says no more than its type, and its title. */
function isClosed(schema: JsonObject): boolean {
  const isBare = schema['type'] === 'object' && Object.keys(schema).length === ('title' in schema ? 2 : 1)
  return (schema['type'] === 'object' || 'properties' in schema) && !isBare
}

/** The alternative that a value names, where the schema says by which key and what the names are. */
function discriminated(value: Json, schema: JsonObject): JsonObject | null {
  const { discriminator } = schema
  if (!isObject(discriminator) || !isObject(discriminator['mapping']) || !isObject(value)) return null
  const named = value[String(discriminator['propertyName'])]
  const target = named === undefined ? undefined : discriminator['mapping'][String(named)]
  return typeof target === 'string' ? { $ref: target } : null
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : []
}
