import { isObject, type Json, type JsonObject } from '../../json/json.ts'
import type { Grammar, Llama } from './library.ts'

/** The grammar for replies of a schema; the grammar of any JSON where the schema is beyond what grammars say. */
export async function grammarFor(llama: Llama, schema: JsonObject): Promise<Grammar> {
  const simple = grammarSchema(schema)
  if (simple === null) return llama.getGrammarFor(schema['type'] === 'array' ? 'json_arr' : 'json')
  return llama.createGrammarForJsonSchema(simple)
}

const SCALARS: readonly unknown[] = ['string', 'number', 'integer', 'boolean', 'null']
const BOUNDS = ['minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties'] as const
const LARGEST_BOUND = 1000 // llama.cpp refuses grammars that repeat more often than about twice this
const FORMATS: readonly unknown[] = ['date-time', 'time', 'date']

/**
 * The schema in the words of node-llama-cpp's grammars, which take a word they do not know for `null`; null where it cannot be said.
 * Patterns and ranges are left out, so a reply may still miss the schema.
 */
export function grammarSchema(schema: JsonObject): JsonObject | null {
  try {
    return new Translation(schema).of(schema, [])
  } catch (error) {
    if (error instanceof Beyond) return null
    throw error
  }
}

class Beyond extends Error {}

class Translation {
  private readonly root: JsonObject

  constructor(root: JsonObject) {
    this.root = root
  }

  of(schema: Json | undefined, references: readonly string[]): JsonObject {
    if (!isObject(schema)) throw new Beyond()
    if (typeof schema['$ref'] === 'string') return this.referred(schema['$ref'], references)
    if (Array.isArray(schema['allOf']) && schema['allOf'].length === 1) return this.of(schema['allOf'][0], references)
    if ('allOf' in schema) throw new Beyond()
    const choices = schema['anyOf'] ?? schema['oneOf']
    if (Array.isArray(choices)) return { oneOf: choices.map(choice => this.of(choice, references)) }
    if ('const' in schema) return { enum: scalars([schema['const']!]) }
    if (Array.isArray(schema['enum'])) return { enum: scalars(schema['enum']) }
    const type = schema['type'] ?? ('properties' in schema ? 'object' : undefined)
    if (Array.isArray(type)) return { oneOf: type.map(each => this.of({ ...schema, type: each }, references)) }
    if (type === 'object') return this.object(schema, references)
    if (type === 'array') return this.array(schema, references)
    if (!SCALARS.includes(type)) throw new Beyond()
    if (type === 'string' && FORMATS.includes(schema['format'])) return { type, format: schema['format']! }
    return { type: type!, ...(type === 'string' ? bounds(schema) : {}) }
  }

  /** References are written out; those that come back to themselves have no end here. */
  private referred(reference: string, references: readonly string[]): JsonObject {
    if (references.includes(reference) || !reference.startsWith('#/')) throw new Beyond()
    let found: Json | undefined = this.root
    for (const step of reference.slice(2).split('/')) found = isObject(found) ? found[step] : undefined
    return this.of(found, [...references, reference])
  }

  /** Every property that is known is written, required or not. */
  private object(schema: JsonObject, references: readonly string[]): JsonObject {
    const properties = isObject(schema['properties']) ? schema['properties'] : {}
    const entries = Object.entries(properties)
    const known = Object.fromEntries(entries.map(([key, each]) => [key, this.of(each, references)]))
    if (entries.length > 0) return { type: 'object', properties: known, required: Object.keys(known) }
    const others = schema['additionalProperties'] ?? true
    return { type: 'object', additionalProperties: typeof others === 'boolean' ? others : this.of(others, references), ...bounds(schema) }
  }

  private array(schema: JsonObject, references: readonly string[]): JsonObject {
    const first = schema['prefixItems']
    const items = schema['items']
    return {
      type: 'array',
      ...(Array.isArray(first) ? { prefixItems: first.map(item => this.of(item, references)) } : {}),
      ...(isObject(items) && Object.keys(items).length > 0 ? { items: this.of(items, references) } : {}),
      ...bounds(schema),
    }
  }
}

function bounds(schema: JsonObject): JsonObject {
  const present = BOUNDS.filter(key => typeof schema[key] === 'number' && (schema[key] as number) <= LARGEST_BOUND)
  return Object.fromEntries(present.map(key => [key, schema[key]!]))
}

function scalars(values: Json[]): Json[] {
  if (values.some(value => typeof value === 'object' && value !== null)) throw new Beyond()
  return values
}
