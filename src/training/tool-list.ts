import { isObject, type Json, type JsonObject, parseJson } from '../json/json.ts'
import type { ToolSchema } from '../rollout/conversation/row.ts'
import type { ToolList, TrainingMessage } from './example.ts'

/** Tools of a row: those its log tells; for calls of others, schemas are inferred from how they were called, and the list says so. */
export function listTools(recorded: Json, messages: readonly TrainingMessage[], want: 'recorded' | 'inferred'): ToolList {
  const given = isObject(recorded) ? recorded['schemas'] : recorded
  const known = new Map<string, ToolSchema>()
  for (const schema of Array.isArray(given) ? given : []) {
    const name = isObject(schema) && isObject(schema['function']) ? schema['function']['name'] : undefined
    if (typeof name === 'string' && !known.has(name)) known.set(name, schema as unknown as ToolSchema)
  }
  const calls = messages.flatMap(message => message.calls).filter(call => !known.has(call.name))
  if (calls.length === 0 || want === 'recorded') return { status: known.size > 0 ? 'recorded' : 'none', schemas: [...known.values()] }
  const seen = new Map<string, JsonObject[]>()
  for (const call of calls) {
    const samples = seen.get(call.name)
    const sample = parseJson(call.arguments) as JsonObject
    if (samples === undefined) seen.set(call.name, [sample])
    else samples.push(sample)
  }
  return { status: 'inferred', schemas: [...known.values(), ...[...seen].map(([name, samples]) => inferred(name, samples))] }
}

function inferred(name: string, samples: readonly JsonObject[]): ToolSchema {
  const types = new Map<string, Set<string>>()
  const counts = new Map<string, number>()
  for (const sample of samples) {
    for (const [key, value] of Object.entries(sample)) {
      types.set(key, (types.get(key) ?? new Set()).add(typeOf(value)))
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
  }
  const properties: [string, Json][] = [...types].map(([key, found]) => [
    key,
    { type: found.size === 1 ? [...found][0]! : [...found].sort() },
  ])
  const required = [...counts].filter(([, count]) => count === samples.length).map(([key]) => key)
  return {
    type: 'function',
    function: {
      name,
      description: 'Inferred from the calls of this conversation.',
      parameters: { type: 'object', properties: Object.fromEntries(properties), ...(required.length > 0 ? { required } : {}) },
    },
  }
}

function typeOf(value: Json): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value
}
