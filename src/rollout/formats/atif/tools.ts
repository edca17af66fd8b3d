import { isObject, type JsonObject, stringOrNull } from '../../../json/json.ts'
import type { FinishedConversation } from '../../conversation/conversation.ts'
import type { Diagnostic, ToolSchema } from '../../conversation/row.ts'

/** Tools the document says the model was offered; null where it does not say. */
export function readTools(head: JsonObject, said: FinishedConversation): { schemas: ToolSchema[]; diagnostics: Diagnostic[] } | null {
  const agent = isObject(head['agent']) ? head['agent'] : {}
  const definitions = Array.isArray(agent['tool_definitions']) ? agent['tool_definitions'] : requestedTools(said)
  if (definitions === null) return null
  const schemas: ToolSchema[] = []
  const diagnostics: Diagnostic[] = []
  for (const definition of definitions) {
    const schema = isObject(definition) ? toSchema(definition) : null
    if (schema !== null) schemas.push(schema)
    else diagnostics.push({ code: 'unknown_tool_definition', at: null, detail: definition })
  }
  return { schemas, diagnostics }
}

/** Tools of the last model request that NeMo Relay wrote into a step. */
function requestedTools(said: FinishedConversation) {
  for (const { extra } of said.message_meta.toReversed()) {
    const step = isObject(extra?.['extra']) ? extra['extra'] : {}
    const request = isObject(step['llm_request']) ? step['llm_request'] : {}
    if (Array.isArray(request['tools'])) return request['tools']
  }
  return null
}

/** Chat, Responses and Messages forms of a definition, all as the first. */
function toSchema(definition: JsonObject): ToolSchema | null {
  const inner = isObject(definition['function']) ? definition['function'] : definition
  const name = stringOrNull(inner['name'])
  if (name === null) return null
  const description = stringOrNull(inner['description'])
  const parameters = inner['parameters'] ?? inner['input_schema'] ?? inner['inputSchema']
  return {
    type: 'function',
    function: { name, ...(description === null ? {} : { description }), ...(parameters === undefined ? {} : { parameters }) },
  }
}
