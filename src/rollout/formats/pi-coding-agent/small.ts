import { writeJson } from '../../../json/exact.ts'
import type { Json } from '../../../json/json.ts'

/** The value where it is small enough to be kept beside a message, else a note of its size. */
export function small(value: Json): Json {
  if (typeof value !== 'object' && String(value).length < SHORT) return value
  const size = sizeOf(value)
  return size !== null && size <= MAX_CHARACTERS ? value : { omitted: size === null ? 'nested too deeply' : `${size} characters` }
}

const MAX_CHARACTERS = 4000

/** No character takes more than six when it is written. */
const SHORT = 600

function sizeOf(value: Json): number | null {
  try {
    return writeJson(value).length
  } catch {
    return null
  }
}
