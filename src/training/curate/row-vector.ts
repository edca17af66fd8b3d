import { isObject, type Json } from '../../json/json.ts'

/**
 * The direction of a cell's vector, of length 1: a list of numbers, lists of them, or what a column of type `embedding` holds; of several
 * vectors their sum, each of length 1. Null for what has no direction.
 */
export function directionOf(cell: Json): Float64Array | null {
  const held = isObject(cell) ? (cell['embeddings'] ?? null) : cell
  if (!Array.isArray(held) || held.length === 0) return null
  if (!Array.isArray(held[0])) return unit(numbersIn(held))
  const units = held.map(each => (Array.isArray(each) ? unit(numbersIn(each)) : null))
  const [first] = units
  if (first === null || first === undefined || units.some(each => each?.length !== first.length)) return null
  return unit(first.map((_, i) => units.reduce((sum, each) => sum + each![i]!, 0)))
}

/** How alike the directions of two vectors are: 1 the same, 0 nothing in common, -1 opposite. */
export function cosine(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

function numbersIn(list: readonly Json[]): Float64Array | null {
  const isNumber = (item: Json) => typeof item === 'number' || typeof item === 'bigint' || Number.isFinite(item?.valueOf())
  return list.every(isNumber) ? Float64Array.from(list, Number) : null
}

function unit(vector: Float64Array | null): Float64Array | null {
  if (vector === null) return null
  // The largest first, so that neither great nor small numbers are lost in their squares.
  const largest = vector.reduce((most, number) => Math.max(most, Math.abs(number)), 0)
  if (largest === 0 || !Number.isFinite(largest)) return null
  const scaled = vector.map(number => number / largest)
  const length = Math.sqrt(cosine(scaled, scaled))
  return scaled.map(number => number / length)
}
