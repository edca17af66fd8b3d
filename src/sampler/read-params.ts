import { numberAt, refuse, writtenNumber } from '../fields.ts'
import { writeJson } from '../json/exact.ts'
import type { JsonObject } from '../json/json.ts'

/** A number that must be there, between two ends. */
export function requiredNumberAt(params: JsonObject, key: string, where: string, low = -Infinity, high = Infinity): number {
  const value = numberAt(params, key, where)
  if (value === null) {
    if (params[key] === undefined || params[key] === null) refuse(`${key}: found nothing, expected a number`, where)
    return 0
  }
  if (value < low || value > high) refuse(`${key}: found ${value}, expected a number ${rangeText(low, high)}`, where)
  return value
}

/** A whole number; null where it is absent. */
export function wholeAt(params: JsonObject, key: string, where: string): number | null {
  const value = numberAt(params, key, where)
  if (value !== null && !Number.isInteger(value)) refuse(`${key}: found ${value}, expected a whole number`, where)
  return value
}

/** A whole number that must be there. */
export function requiredWholeAt(params: JsonObject, key: string, where: string, low = -Infinity): number {
  const value = requiredNumberAt(params, key, where, low)
  if (!Number.isInteger(value)) refuse(`${key}: found ${value}, expected a whole number`, where)
  return value
}

/** Parameters of a distribution: numbers by name. */
export function numbersOf(params: JsonObject, where: string): { [name: string]: number } {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => {
      const number = writtenNumber(value)
      if (number === null) refuse(`dist_params.${name}: found ${writeJson(value)}, expected a number`, where)
      return [name, number ?? 0]
    }),
  )
}

function rangeText(low: number, high: number): string {
  return low === -Infinity ? `up to ${high}` : high === Infinity ? `from ${low}` : `from ${low} to ${high}`
}
