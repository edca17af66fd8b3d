import type { Json } from '../../json.ts'

/** How deep a record may be nested. Parsers go deeper; what writes JSON, recursively, does not. */
const MAX_DEPTH = 500

/** Whether a value is nested so deep that it could be read and never be written again. */
export function isNestedTooDeep(value: Json): boolean {
  let level = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return true
    const next: Json[] = []
    for (const item of level) {
      if (typeof item !== 'object' || item === null) continue
      for (const inner of Array.isArray(item) ? item : Object.values(item))
        if (typeof inner === 'object' && inner !== null) next.push(inner)
    }
    level = next
  }
  return false
}
