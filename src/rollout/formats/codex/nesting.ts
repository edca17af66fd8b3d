import type { Json } from '../../../json/json.ts'

/** Whether a value is nested so deep that it could be read and never be written again. `length`: of its text. */
export function isNestedTooDeep(value: Json, length: number): boolean {
  // Every level takes two brackets.
  return length > 2 * MAX_DEPTH && isDeeper(value, MAX_DEPTH + 1)
}

/** How deep a record may be nested. Parsers go deeper; what writes JSON, recursively, does not. */
const MAX_DEPTH = 500

function isDeeper(value: Json, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  if (Array.isArray(value)) return value.some(item => isDeeper(item, levels - 1))
  for (const key in value) if (isDeeper(value[key]!, levels - 1)) return true
  return false
}
