import type { Json } from './json.ts'

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

/** No number that a double holds, and no word of JSON, is longer. */
const SCALAR = 24

function characters(text: string): number {
  return text.length
}
