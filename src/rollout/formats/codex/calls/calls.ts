import { writeJson } from '../../../../json/exact.ts'
import { isObject, parseJson, stringOrNull } from '../../../../json/json.ts'
import { wrapInput } from '../../../conversation/blocks.ts'
import type { Entry } from '../entry.ts'
import { qualifiedName } from '../tools.ts'

/** A tool call as an item records it. */
export type Call = {
  id: string | null
  name: string
  args: string // JSON text of an object
  isCustom: boolean // the tool takes free text, which was wrapped
  namespace: string | null
  isReported: boolean // made of a report of what was done, not as the model wrote it
}

const NAMES: ReadonlyMap<string, string> = new Map([
  ['local_shell_call', 'local_shell'],
  ['web_search_call', 'web_search'],
  ['tool_search_call', 'tool_search'],
  ['image_generation_call', 'image_generation'],
])

/** The call an item makes; null where it makes none. */
export function callOf(entry: Entry): Call | null {
  const { type, payload } = entry
  if (type === 'function_call' || type === 'custom_tool_call') {
    const isCustom = type === 'custom_tool_call'
    const input = entry.source ?? payload[isCustom ? 'input' : 'arguments']
    const namespace = stringOrNull(payload['namespace'])
    return {
      id: stringOrNull(payload['call_id']) ?? (isCustom ? null : stringOrNull(payload['id'])),
      name: qualifiedName(namespace, stringOrNull(payload['name']) ?? 'unknown'),
      args: isCustom && entry.source === null ? wrapInput(input ?? null) : objectText(input),
      isCustom,
      namespace,
      isReported: payload['reported'] === true,
    }
  }
  const name = NAMES.get(type)
  if (name === undefined) return null
  const args =
    type === 'image_generation_call'
      ? writeJson({ revised_prompt: payload['revised_prompt'] ?? null })
      : objectText(entry.source ?? (payload['reported'] === true ? payload['action'] : null))
  // The provider's own tools have no call ids; their place names them.
  const id = stringOrNull(payload['call_id']) ?? stringOrNull(payload['id']) ?? `${name}_${entry.place.line}`
  return { id, name, args, isCustom: false, namespace: null, isReported: payload['reported'] === true }
}

/** Arguments as the model wrote them, if they are an object's JSON text; wrapped if they are not; `{}` where there are none. */
function objectText(value: unknown): string {
  if (value === undefined || value === null || value === '') return '{}'
  const text = typeof value === 'string' ? value : writeJson(value)
  return isObject(parseJson(text)) ? text : wrapInput(text)
}
