import { writeJson } from '../../json/exact.ts'
import { isObject, type Json, parseJson } from '../../json/json.ts'
import { withoutLayout } from '../../json/source-text.ts'
import { wrapInput } from './blocks.ts'

/**
 * A call's arguments as the JSON text of an object, as the model wrote it: some logs hold that text, others what it says. `written`
 * is the source of the value, where the text of its record is at hand.
 */
export function argumentsText(value: Json | undefined, written: string | null = null): string {
  if (value === undefined || value === null || value === '') return '{}'
  if (typeof value === 'string') return isObject(parseJson(value)) ? value : wrapInput(value)
  if (!isObject(value)) return wrapInput(value)
  return written !== null && isObject(parseJson(written)) ? withoutLayout(written) : writeJson(value)
}
