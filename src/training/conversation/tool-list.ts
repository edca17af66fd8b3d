import { isObject, type Json, type JsonObject, parseJson } from '../../json/json.ts'
import type { ToolSchema } from '../../rollout/conversation/row.ts'
import type { Row } from '../../row.ts'
import { producerTools } from '../known-tools/producer-tools.ts'
import type { ToolList, ToolSources, TrainingMessage } from './example.ts'

/**
 * Tools of a row: those its log tells; else those its producer's version is known to have; for calls of others, schemas are made from how they
 * were called. Every tool that is called is listed with every argument, and the list says what each is known from.
 */
export function listTools(row: Row, messages: readonly TrainingMessage[], want: 'recorded' | 'inferred'): ToolList {
  const recorded = recordedIn(row['tools'] ?? null)
  const earlier = listedBefore(row['tools'] ?? null, [...recorded.values()])
  if (earlier !== null) return want === 'recorded' ? { status: 'none', schemas: [], sources: null } : earlier
  if (want === 'recorded') return { status: recorded.size > 0 ? 'recorded' : 'none', schemas: [...recorded.values()], sources: null }
  const producer = producerTools(row)
  const schemas = new Map(recorded)
  // Some logs record those tools alone that others brought along.
  const isPartial = ![...recorded.keys()].some(name => producer?.called(name, new Set()) != null)
  for (const schema of isPartial ? (producer?.offered ?? []) : []) schemas.set(schema.function.name, schema)
  const sources = { recorded: recorded.size, producer: 0, calls: 0 }
  let isCompleted = false
  for (const [name, samples] of callsByName(messages)) {
    const names = new Set(samples.flatMap(sample => Object.keys(sample)))
    const known = recorded.get(name) ?? producer?.called(name, names) ?? null
    const schema = known === null ? inferred(name, samples) : completed(known, samples)
    if (known === null) sources.calls++
    else if (schema !== known) isCompleted = true
    schemas.set(name, schema)
  }
  sources.producer = schemas.size - sources.recorded - sources.calls
  if (schemas.size === 0) return { status: 'none', schemas: [], sources: null }
  const isRecorded = sources.recorded === schemas.size && !isCompleted
  const found: ToolSources = {
    ...Object.fromEntries(Object.entries(sources).filter(([, count]) => count > 0)),
    ...(sources.producer > 0 ? { version: producer!.producer } : {}),
    ...(isCompleted ? { completed: true } : {}),
  }
  return { status: isRecorded ? 'recorded' : 'inferred', schemas: [...schemas.values()], sources: found }
}

/** The list with those tools alone that messages call or the log records: what is only known of the producer takes room. */
export function withoutUncalled(tools: ToolList, messages: readonly TrainingMessage[]): ToolList {
  if ((tools.sources?.producer ?? 0) === 0) return tools
  const called = new Set(messages.flatMap(message => message.calls.map(call => call.name)))
  const schemas = tools.schemas.filter(schema => called.has(schema.function.name))
  return { ...tools, status: schemas.length === 0 ? 'none' : tools.status, schemas }
}

/** Whether tools were left out of the list for want of room. */
export function isCut({ schemas, sources }: ToolList): boolean {
  return sources !== null && (sources.recorded ?? 0) + (sources.producer ?? 0) + (sources.calls ?? 0) > schemas.length
}

/** The list that a stage before this one made; null where the log tells it. */
function listedBefore(tools: Json, schemas: ToolSchema[]): ToolList | null {
  if (!isObject(tools) || tools['status'] !== 'inferred') return null
  const { sources = null } = tools
  return { status: 'inferred', schemas, sources: isObject(sources) ? (sources as ToolSources) : null }
}

function recordedIn(tools: Json): Map<string, ToolSchema> {
  const given = isObject(tools) ? tools['schemas'] : tools
  const known = new Map<string, ToolSchema>()
  for (const schema of Array.isArray(given) ? given : []) {
    const name = isObject(schema) && isObject(schema['function']) ? schema['function']['name'] : undefined
    if (typeof name === 'string' && !known.has(name)) known.set(name, schema as unknown as ToolSchema)
  }
  return known
}

function callsByName(messages: readonly TrainingMessage[]): Map<string, JsonObject[]> {
  const calls = messages.flatMap(message => message.calls)
  return new Map(
    [...Map.groupBy(calls, call => call.name)].map(([name, all]) => [name, all.map(call => parseJson(call.arguments) as JsonObject)]),
  )
}

/** The schema with the arguments that it lacks, as they were given; the schema itself where it lacks none. */
function completed(schema: ToolSchema, samples: readonly JsonObject[]): ToolSchema {
  const { parameters } = schema.function
  const given = isObject(parameters ?? null) ? (parameters as JsonObject) : {}
  const listed = isObject(given['properties'] ?? null) ? (given['properties'] as JsonObject) : {}
  const missing = propertiesOf(samples).filter(([key]) => !Object.hasOwn(listed, key))
  if (missing.length === 0) return schema
  const properties = Object.fromEntries([...Object.entries(listed), ...missing])
  return { ...schema, function: { ...schema.function, parameters: { type: 'object', ...given, properties } } }
}

function inferred(name: string, samples: readonly JsonObject[]): ToolSchema {
  const properties = propertiesOf(samples)
  const required = properties.map(([key]) => key).filter(key => samples.every(sample => Object.hasOwn(sample, key)))
  return {
    type: 'function',
    function: {
      name,
      description: 'Inferred from the calls of this conversation.',
      parameters: { type: 'object', properties: Object.fromEntries(properties), ...(required.length > 0 ? { required } : {}) },
    },
  }
}

function propertiesOf(samples: readonly JsonObject[]): [string, Json][] {
  const types = new Map<string, Set<string>>()
  for (const sample of samples)
    for (const [key, value] of Object.entries(sample)) types.set(key, (types.get(key) ?? new Set()).add(typeOf(value)))
  return [...types].map(([key, found]) => [key, { type: found.size === 1 ? [...found][0]! : [...found].sort() }])
}

function typeOf(value: Json): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value
}
