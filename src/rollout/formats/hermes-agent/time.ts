import { isNumber, type Json } from '../../../json/json.ts'

/** A time as stored (epoch seconds or milliseconds, ISO text) as ISO text: UTC where the zone is known, as written where it is not. */
export function isoTime(value: Json | undefined): string | null {
  if (isNumber(value)) return fromEpoch(Number(value))
  if (typeof value !== 'string' || value === '') return null
  if (/^\d+(\.\d+)?$/.test(value)) return fromEpoch(Number(value))
  if (Number.isNaN(Date.parse(value))) return null
  return isLocalTime(value) || value.endsWith('Z') ? value : new Date(value).toISOString()
}

/** Seconds since 1970 stay below this for three thousand years; milliseconds passed it in 1973. */
const FIRST_MILLISECONDS = 1e11

/** Whether a time is ISO text that names no zone: the clock of a machine nobody knows. */
export function isLocalTime(value: Json | undefined): boolean {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\d[T ][\d:.]+$/.test(value)
}

/** A time in milliseconds for comparing, or null. */
export function instantOf(value: Json | undefined): number | null {
  const iso = isoTime(value)
  return iso === null ? null : Date.parse(iso)
}

function fromEpoch(value: number): string | null {
  const date = new Date(Math.abs(value) < FIRST_MILLISECONDS ? value * 1000 : value)
  return Number.isNaN(date.getTime()) ? null : date.toISOString()
}
