import { isObject, type Json, parseJson } from '../../../json/json.ts'
import { sourceAt, withoutLayout } from '../../../json/source-text.ts'
import { wrapInput } from '../../conversation/blocks.ts'

/** The arguments of a step's call as they were written, as the JSON text of an object. `text` is the step's own. */
export function argumentsOf(text: string, call: number, value: Json | undefined): string {
  if (value === undefined || value === null) return '{}'
  // Some producers hand on the JSON text that the model's API gave them.
  if (typeof value === 'string' && isObject(parseJson(value))) return value
  const written = sourceAt(text, ['tool_calls', call, 'arguments'])
  if (!isObject(value) || written === null || !isObject(parseJson(written))) return wrapInput(value)
  return withoutLayout(written)
}
