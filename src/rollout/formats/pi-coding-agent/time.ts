import { numberOrNull } from '../../../json/json.ts'

/** ISO 8601 of a time as these logs write it: text, or milliseconds since 1970; null for anything else. */
export function isoTime(value: unknown): string | null {
  if (typeof value === 'string') return Number.isNaN(Date.parse(value)) ? null : value
  const number = numberOrNull(value)
  return number === null || Math.abs(number) > 8.64e15 ? null : new Date(number).toISOString()
}
