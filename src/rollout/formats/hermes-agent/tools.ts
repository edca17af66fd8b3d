import { isObject, type Json, stringOrNull } from '../../../json/json.ts'
import type { ToolSchema, Tools } from '../../conversation/row.ts'

/** Tool declarations in whatever provider's shape as schemas; `absent` where the log has no list. */
export function toolsOf(stored: Json): Tools {
  if (!Array.isArray(stored)) return { status: 'absent', schemas: [] }
  return { status: 'recorded', schemas: stored.flatMap(schemaOf) }
}

function schemaOf(tool: Json): ToolSchema[] {
  if (!isObject(tool)) return []
  const inner = isObject(tool['function']) ? tool['function'] : tool
  const name = stringOrNull(inner['name'])
  if (name === null) return []
  const description = stringOrNull(inner['description']) ?? stringOrNull(tool['description'])
  const parameters = inner['parameters'] ?? tool['parameters'] ?? tool['input_schema'] ?? null
  return [
    {
      type: 'function',
      function: { name, ...(description === null ? {} : { description }), ...(parameters === null ? {} : { parameters }) },
    },
  ]
}
