import { isObject, type Json, stringOrNull } from '../../json/json.ts'
import type { ToolSchema } from './row.ts'

/** Tool definitions as chat APIs take them, whichever API they were written for; what has no name is none. */
export function toolSchemas(listed: Json | undefined): ToolSchema[] {
  if (!Array.isArray(listed)) return []
  return listed.filter(isObject).flatMap(tool => {
    const made = isObject(tool['function']) ? tool['function'] : tool
    const name = stringOrNull(made['name']) ?? stringOrNull(made['title'])
    if (name === null) return []
    const description = stringOrNull(made['description'])
    const parameters = made['parameters'] ?? made['input_schema'] ?? made['inputSchema'] ?? made['schema'] ?? null
    return [
      {
        type: 'function' as const,
        function: { name, ...(description === null ? {} : { description }), ...(parameters === null ? {} : { parameters }) },
      },
    ]
  })
}
