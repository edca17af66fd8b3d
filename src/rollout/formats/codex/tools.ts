import { isObject, type Json, stringOrNull } from '../../../json/json.ts'
import type { ToolSchema } from '../../conversation/row.ts'

/** A tool's full name: Codex keeps the namespace apart, models see both in one. */
export function qualifiedName(namespace: string | null, name: string): string {
  if (namespace === null) return name
  return namespace.endsWith('_') || name.startsWith('_') ? namespace + name : `${namespace}__${name}`
}

/** Schemas in `dynamic_tools` or in what a tool search found; groups of tools are flattened. */
export function toSchemas(value: Json | undefined, namespace: string | null = null, depth = 0): ToolSchema[] {
  if (depth > 4) return []
  if (Array.isArray(value)) return value.flatMap(tool => toSchemas(tool, namespace, depth + 1))
  if (!isObject(value)) return []
  const inner = isObject(value['function']) ? value['function'] : value
  const name = stringOrNull(inner['name'])
  if (Array.isArray(value['tools'])) {
    const isNamespace = value['type'] === 'namespace' && name !== null
    return toSchemas(value['tools'], isNamespace ? qualifiedName(namespace, name) : namespace, depth + 1)
  }
  if (name === null) return []
  const description = stringOrNull(inner['description'])
  const parameters = inner['parameters'] ?? inner['inputSchema'] ?? inner['input_schema']
  return [
    {
      type: 'function',
      function: {
        name: qualifiedName(stringOrNull(value['namespace']) ?? namespace, name),
        ...(description === null ? {} : { description }),
        ...(parameters === undefined || parameters === null ? {} : { parameters }),
      },
    },
  ]
}

/** The first schema under each name. */
export function uniqueSchemas(schemas: readonly ToolSchema[]): ToolSchema[] {
  const byName = new Map<string, ToolSchema>()
  for (const schema of schemas) if (!byName.has(schema.function.name)) byName.set(schema.function.name, schema)
  return [...byName.values()]
}
