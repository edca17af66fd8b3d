import type { Json } from './json.ts'

/** About how long a value is as JSON text, told without making the text. `measure`: how long a text in it is. Default: its characters. */
export function aboutLength(value: Json, measure: (text: string) => number = characters): number {
  let length = 0
  const open: Json[] = [value]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next === 'string') length += measure(next) + 3
    else if (typeof next !== 'object' || next === null) length += SCALAR
    else if (Array.isArray(next)) for (const item of next) open.push(item)
    else
      for (const key in next) {
        length += measure(key) + 4
        open.push(next[key]!)
      }
  }
  return length
}

/** No number that a double holds, and no word of JSON, is longer. */
const SCALAR = 24

function characters(text: string): number {
  return text.length
}
