import { TracewrightError } from '../errors.ts'
import { plainNumber } from '../fields.ts'
import { writeJson } from '../json/exact.ts'
import type { Json } from '../json/json.ts'
import { asFloat, Float } from '../json/number.ts'
import { pythonFloat } from '../python/float.ts'
import { pythonStr } from '../python/text.ts'

/** A draw as the column wants it: rounded, then as the kind that `convert_to` names. */
export function converted(value: Json, convertTo: string | null, decimalPlaces: number | null): Json {
  const whole = convertTo === 'int' ? toInteger(value) : value
  const rounded = decimalPlaces === null ? whole : roundedTo(whole, decimalPlaces)
  if (convertTo === 'str') return typeof rounded === 'string' ? rounded : pythonStr(rounded)
  if (convertTo === 'float') return asFloat(numberIn(rounded))
  return convertTo === 'int' ? toInteger(rounded) : rounded
}

/** A whole number, halves to the even one, as NumPy rounds. */
function toInteger(value: Json): number {
  return halfToEven(numberIn(value))
}

function numberIn(value: Json): number {
  const number = plainNumber(value) ?? (typeof value === 'string' ? pythonFloat(value) : null)
  if (number === null) throw new TracewrightError('column', `Cannot convert a draw: found ${writeJson(value)}, expected a number`)
  return number
}

function roundedTo(value: Json, places: number): Json {
  const number = plainNumber(value)
  if (number === null) return value
  const isFloat = (value as unknown) instanceof Float || !Number.isInteger(value)
  const factor = 10 ** Math.abs(places)
  const rounded = places >= 0 ? halfToEven(number * factor) / factor : halfToEven(number / factor) * factor
  return isFloat ? asFloat(rounded) : rounded
}

function halfToEven(value: number): number {
  const low = Math.floor(value)
  const rest = value - low
  if (rest !== 0.5) return Math.round(value) + 0
  return low % 2 === 0 ? low : low + 1
}
