import { numberOrNull } from '../../json/json.ts'

/** A time as ISO 8601: text as it was written, a number of milliseconds, or of seconds where it can be none; null where it is no time. */
export function isoTime(value: unknown): string | null {
  if (typeof value === 'string') return Number.isNaN(Date.parse(value)) ? null : value
  const number = numberOrNull(value)
  if (number === null || number <= 0) return null
  const date = new Date(number < FIRST_MILLISECONDS ? number * 1000 : number)
  return Number.isNaN(date.getTime()) ? null : date.toISOString()
}

/** As milliseconds this is a day of 1973, when no agent left a log; as seconds it lies beyond the year 5000. */
const FIRST_MILLISECONDS = 1e11
