import { pythonFloat } from '../../python/float.ts'
import { Failure } from '../error.ts'
import { parseInteger } from '../syntax/number-parse.ts'
import { truth, undefinedFailure } from '../values/compare.ts'
import { integerArgument, isNothing } from '../values/native.ts'
import { fixed } from '../values/number-text.ts'
import { float, integer, isFloat, numeric, stringOf, typeName, Undefined } from '../values/values.ts'
import type { Filter } from './filter.ts'

export const abs: Filter = {
  description: 'The absolute value.',
  takes: [],
  apply: (_, value) => {
    const number = required('abs', value)
    return isFloat(value) ? float(Math.abs(Number(number))) : integer(number < 0 ? -number : number)
  },
}

export const int: Filter = {
  description: 'The value as an int; `default`, 0, where it is none. `base` is for text.',
  takes: ['default?', 'base?'],
  apply: (_, value, missing, base) => toInteger(value, integerArgument('base', base, 10)) ?? (missing === undefined ? 0 : missing),
}

function toInteger(value: unknown, base: number): number | bigint | null {
  if (value instanceof Undefined) throw undefinedFailure(value)
  const text = stringOf(value)
  if (text !== null) return parseInteger(text, base) ?? truncated(pythonFloat(text))
  const number = numeric(value)
  return typeof number === 'bigint' ? number : truncated(number)
}

function truncated(number: number | null): number | bigint | null {
  return number === null || !Number.isFinite(number) ? null : integer(Math.trunc(number))
}

export const floatFilter: Filter = {
  description: 'The value as a float; `default`, 0.0, where it is none.',
  takes: ['default?'],
  apply: (_, value, missing) => {
    if (value instanceof Undefined) throw undefinedFailure(value)
    const text = stringOf(value)
    const number = text === null ? numeric(value) : pythonFloat(text)
    if (number !== null) return float(Number(number))
    return missing === undefined ? float(0) : missing
  },
}

export const round: Filter = {
  description: "The number rounded to a precision, half to even; 'ceil' and 'floor' round up and down.",
  takes: ['precision?', 'method?'],
  apply: (_, value, precision, method) => {
    const number = required('round', value)
    const places = integerArgument('precision', precision, 0)
    const how = method ?? 'common'
    if (how === 'common') return isFloat(value) ? float(roundFloat(Number(number), places)) : roundInteger(number, places)
    if (how !== 'ceil' && how !== 'floor') throw new Failure('argument', 'method must be common, ceil or floor')
    const factor = 10 ** places
    return float(Math[how](Number(number) * factor) / factor)
  },
}

function roundFloat(value: number, places: number): number {
  if (!Number.isFinite(value)) return value
  if (places >= 0) return Number(fixed(value, Math.min(places, 400)))
  const factor = 10 ** Math.min(-places, 400)
  return Number.isFinite(factor) ? Number(fixed(value / factor, 0)) * factor : 0
}

function roundInteger(value: number | bigint, places: number): number | bigint {
  if (places >= 0) return value
  if (places < -1000) return 0
  const factor = 10n ** BigInt(-places)
  const whole = BigInt(value)
  const remainder = ((whole % factor) + factor) % factor
  const down = whole - remainder
  const isUp = remainder * 2n > factor || (remainder * 2n === factor && (down / factor) % 2n !== 0n)
  return integer(isUp ? down + factor : down)
}

export const filesizeformat: Filter = {
  description: 'A number of bytes as people read it: 13 kB, 4.1 MB; with `binary` in KiB, MiB.',
  takes: ['binary?'],
  apply: (_, value, binary) => {
    const text = stringOf(value)
    const bytes = text === null ? Number(required('filesizeformat', value)) : pythonFloat(text)
    if (bytes === null) throw new Failure('type', `could not convert string to float: '${text}'`)
    const isBinary = truth(binary)
    const base = isBinary ? 1024 : 1000
    if (bytes === 1) return '1 Byte'
    if (bytes < base) return `${Math.trunc(bytes)} Bytes`
    const prefixes = isBinary ? ['KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB', 'ZiB', 'YiB'] : ['kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB']
    const index = Math.max(
      0,
      prefixes.findIndex((_prefix, at) => bytes < base ** (at + 2) || at === prefixes.length - 1),
    )
    return `${fixed((base * bytes) / base ** (index + 2), 1)} ${prefixes[index]}`
  },
}

function required(filter: string, value: unknown): number | bigint {
  if (value instanceof Undefined) throw undefinedFailure(value)
  const number = numeric(value)
  if (number === null)
    throw new Failure(
      'type',
      `${filter} needs a number: found ${typeName(value)}`,
      isNothing(value) ? {} : { hint: 'Turn it into a number first: … | int or … | float' },
    )
  return number
}
