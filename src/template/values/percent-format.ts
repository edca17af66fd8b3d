import { pythonRepr } from '../../python/text.ts'
import { Failure } from '../error.ts'
import type { Run } from '../run.ts'
import { undefinedFailure } from './compare.ts'
import { dictGet, isDict } from './dict.ts'
import { fixed, general, scientific } from './number-text.ts'
import { reprOf, textOf } from './text.ts'
import { isFloat, numeric, stringOf, Tuple, typeName, Undefined } from './values.ts'

/** Python's `format % values`; `writeText` writes the values of a Markup format. */
export function percentFormat(run: Run, format: string, values: unknown, writeText: (run: Run, value: unknown) => string = textOf): string {
  const list = values instanceof Tuple ? values.items : [values]
  let next = 0
  run.spend(1 + format.length / 16)
  let length = 0
  const take = () => {
    if (next >= list.length) throw new Failure('argument', 'not enough arguments for format string')
    return list[next++]
  }
  const one = ([, key, flagText = '', width, precision, type]: RegExpExecArray): string => {
    if (type === '%') return '%'
    if (type === undefined) throw new Failure('argument', 'incomplete format')
    if (key !== undefined && !isDict(values)) throw new Failure('argument', 'format requires a mapping')
    const wide = size(width, take)
    const flags: Flags = {
      left: flagText.includes('-') || (wide ?? 0) < 0,
      plus: flagText.includes('+'),
      space: flagText.includes(' '),
      zero: flagText.includes('0'),
      alternate: flagText.includes('#'),
      precision: size(precision, take),
    }
    run.reserve(Math.max(Math.abs(wide ?? 0), flags.precision ?? 0))
    const value = key === undefined ? take() : keyed(values, key)
    const padded = pad(convert(run, type, value, flags, writeText), Math.abs(wide ?? 0), flags, 'diueEfFgGxXo'.includes(type))
    length += padded.length
    run.reserve(length)
    return padded
  }
  // Not replace(): it finds every conversion before the first can be refused.
  let text = ''
  let end = 0
  for (const found of format.matchAll(CONVERSION)) {
    text += format.slice(end, found.index) + one(found)
    end = found.index + found[0].length
  }
  text += format.slice(end)
  if (next < list.length && !(list.length === 1 && (isDict(values) || Array.isArray(values)) && next === 0)) {
    throw new Failure('argument', 'not all arguments converted during string formatting')
  }
  return run.sized(text)
}

const CONVERSION = /%(?:\(([^)]*)\))?([-+ #0]*)(\*|\d+)?(?:\.(\*|\d+))?[hlL]?(.)?/gsu

type Flags = { left: boolean; plus: boolean; space: boolean; zero: boolean; alternate: boolean; precision: number | null }

function size(text: string | undefined, take: () => unknown): number | null {
  if (text === undefined) return null
  if (text !== '*') return Number(text)
  const value = numeric(take())
  if (value === null) throw new Failure('argument', '* wants int')
  return Number(value)
}

function keyed(values: unknown, key: string): unknown {
  const value = isDict(values) ? dictGet(values, key) : undefined
  if (value === undefined) throw new Failure('argument', `format needs the key '${key}'`)
  return value
}

function convert(run: Run, type: string, value: unknown, flags: Flags, writeText: (run: Run, value: unknown) => string): string {
  if (type === 's' || type === 'r' || type === 'a') {
    const text = type === 's' ? writeText(run, value) : reprOf(run, value)
    return flags.precision === null ? text : [...text].slice(0, flags.precision).join('')
  }
  if (type === 'c') return character(value)
  if (value instanceof Undefined) throw undefinedFailure(value)
  const number = numeric(value)
  if (!'diuxXoeEfFgG'.includes(type)) throw new Failure('argument', `unsupported format character '${type}'`)
  if (number === null) throw new Failure('type', `%${type} format: a real number is required, not ${typeName(value)}`)
  const text = 'eEfFgG'.includes(type) ? floatText(type, Number(number), flags) : integerText(type, value, number, flags)
  if (text.startsWith('-')) return text
  return flags.plus ? `+${text}` : flags.space ? ` ${text}` : text
}

function character(value: unknown): string {
  const text = stringOf(value)
  if (text !== null && [...text].length === 1) return text
  const number = numeric(value)
  if (number === null || number < 0 || number > 0x10ffff) throw new Failure('type', '%c requires int or char')
  return String.fromCodePoint(Number(number))
}

function floatText(type: string, value: number, flags: Flags): string {
  const precision = flags.precision ?? 6
  const lower = type.toLowerCase()
  const text =
    lower === 'f' ? fixed(value, precision) : lower === 'e' ? scientific(value, precision) : general(value, precision, flags.alternate)
  return type === lower ? text : text.toUpperCase()
}

function integerText(type: string, value: unknown, number: number | bigint, flags: Flags): string {
  if ('xXo'.includes(type) && isFloat(value)) throw new Failure('type', `%${type} format: an integer is required, not float`)
  if (typeof number === 'number' && !Number.isFinite(number))
    throw new Failure('type', `cannot convert float ${pythonRepr(number)} to integer`)
  const whole = BigInt(typeof number === 'number' ? Math.trunc(number) : number)
  const base = type === 'o' ? 8 : type === 'x' || type === 'X' ? 16 : 10
  const digits = (whole < 0n ? -whole : whole).toString(base).padStart(flags.precision ?? 0, '0')
  const prefix = flags.alternate && base !== 10 ? (base === 8 ? '0o' : '0x') : ''
  const text = `${whole < 0n ? '-' : ''}${prefix}${digits}`
  return type === 'X' ? text.toUpperCase() : text
}

function pad(text: string, width: number, flags: Flags, isNumber: boolean): string {
  const missing = width - [...text].length
  if (missing <= 0) return text
  if (flags.left) return text + ' '.repeat(missing)
  if (!flags.zero || !isNumber) return ' '.repeat(missing) + text
  const sign = /^[-+ ]?(0[xXoO])?/.exec(text)![0]
  return sign + '0'.repeat(missing) + text.slice(sign.length)
}
