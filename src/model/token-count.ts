/** More than any model takes or gives in one call. */
const MOST = 1e9

/**
 * A count of tokens as a server says it; null where it is none that can be: a bill is added up from it, and a budget kept by it. Some
 * servers write their counts as text.
 */
export function tokenCount(value: unknown): number | null {
  const number = typeof value === 'string' && /^\d{1,10}(?:\.0+)?$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= MOST ? number : null
}

/** A count that is part of another: null where it is more than the whole. */
export function partOf(part: number | null, whole: number | null): number | null {
  return part !== null && whole !== null && part > whole ? null : part
}
