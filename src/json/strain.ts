import type { Json } from './json.ts'

/**
 * What hinders a value that `JSON.parse` gave from being carried on as it is: a number that no double holds, its depth, or a key that may
 * have been misread.
 */
export type Strain = 'none' | 'number' | 'depth' | 'key'

/** The engine of Node 24 may read a key of a single escape, such as `"\\n"`, as the backslash that it begins with. */
const MAY_BE_MISREAD = '\\'

/** What hinders a value, found in one walk that goes no deeper than that many levels; depth counts first. */
export function strainOf(value: Json, levels: number): Strain {
  if (typeof value !== 'object' || value === null) return isRounded(value) ? 'number' : 'none'
  if (levels === 0) return 'depth'
  let strain: Strain = 'none'
  if (Array.isArray(value)) {
    for (const item of value) {
      if (typeof item === 'string') continue
      const found = strainOf(item, levels - 1)
      if (found === 'depth') return found
      if (found !== 'none' && strain !== 'key') strain = found
    }
    return strain
  }
  for (const key in value) {
    if (key === MAY_BE_MISREAD) strain = 'key'
    const item = value[key]!
    if (typeof item === 'string') continue
    const found = strainOf(item, levels - 1)
    if (found === 'depth') return found
    if (found !== 'none' && strain !== 'key') strain = found
  }
  return strain
}

/** Whether a number may not be the one that was written: an integer beyond 2^53, or beyond what a double reaches. */
function isRounded(value: Json): boolean {
  return typeof value === 'number' && !Number.isSafeInteger(value) && (Number.isInteger(value) || !Number.isFinite(value))
}
