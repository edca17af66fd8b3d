/** ISO 8601 of a time as these logs write it: text, or milliseconds since 1970; null for anything else. */
export function isoTime(value: unknown): string | null {
  if (typeof value === 'string') return Number.isNaN(Date.parse(value)) ? null : value
  if (typeof value !== 'number' || !(Math.abs(value) <= 8.64e15)) return null
  return new Date(value).toISOString()
}
