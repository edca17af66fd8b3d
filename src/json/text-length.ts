import type { Json } from './json.ts'
import { Float } from './number.ts'

/** About how long a value is as JSON text, told without making the text. `measure`: how long a text in it is. Default: its characters. */
export function aboutLength(value: Json, measure: (text: string) => number = characters): number {
  if (typeof value === 'string') return measure(value) + 3
  if (typeof value !== 'object' || value === null) return SCALAR
  let length = 0
  // Containers wait, and nothing else: nearly all that a row holds are texts.
  const open: (Json[] | { [key: string]: Json })[] = [value]
  const add = (item: Json) => {
    if (typeof item === 'string') length += measure(item) + 3
    else if (typeof item !== 'object' || item === null) length += SCALAR
    else open.push(item)
  }
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (Array.isArray(next)) for (let i = 0; i < next.length; i++) add(next[i]!)
    else
      for (const key in next) {
        length += measure(key) + 4
        add(next[key]!)
      }
  }
  return length
}

/** About as long, and infinite where a value holds containers more than that many levels inside of each other: one walk for both. */
export function lengthWithin(value: Json, levels: number): number {
  if (typeof value === 'string') return value.length + 3
  if (typeof value !== 'object' || value === null || (value as unknown) instanceof Float) return SCALAR
  if (levels === 0) return Number.POSITIVE_INFINITY
  let length = 0
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const item = value[i]!
      length += typeof item === 'string' ? item.length + 3 : lengthWithin(item, levels - 1)
    }
    return length
  }
  for (const key in value) {
    const item = value[key]!
    length += key.length + 4 + (typeof item === 'string' ? item.length + 3 : lengthWithin(item, levels - 1))
  }
  return length
}

/** No number that a double holds, and no word of JSON, is longer. */
const SCALAR = 24

function characters(text: string): number {
  return text.length
}
