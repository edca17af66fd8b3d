import { floatRepr } from '../../python/text.ts'
import { Failure } from '../error.ts'
import type { Run } from '../run.ts'
import { fixed, general, grouped, scientific } from './number-text.ts'
import { textOf } from './text.ts'
import { isFloat, numeric, stringOf, typeName } from './values.ts'

/** Python's `format(value, spec)` for text and numbers. */
export function formatValue(run: Run, value: unknown, source: string): string {
  const found = SPEC.exec(source)
  if (found === null) throw new Failure('argument', `Invalid format specifier '${source}'`)
  const [, fill, align, sign, , alternate, zero, width, group, precision, type] = found
  const spec: Spec = {
    align: align ?? (zero === undefined ? null : '='),
    fill: fill ?? zero ?? ' ',
    sign: sign ?? '-',
    alternate: alternate !== undefined,
    group: group ?? '',
    precision: precision === undefined ? null : Number(precision),
    type: type ?? '',
  }
  const length = Number(width ?? 0)
  run.reserve(Math.max(length, spec.precision ?? 0))
  const number = typeof value === 'boolean' && spec.type === '' ? null : numeric(value)
  if (number === null) {
    if (spec.type !== '' && spec.type !== 's')
      throw new Failure('argument', `Unknown format code '${spec.type}' for object of type '${typeName(value)}'`)
    const text = stringOf(value) ?? textOf(run, value)
    const cut = spec.precision === null ? text : [...text].slice(0, spec.precision).join('')
    return align === '=' ? refuseAlign() : aligned(cut, length, spec.align === '=' ? '<' : (spec.align ?? '<'), spec.fill)
  }
  const digits = isFloat(value) || 'eEfFgG%'.includes(spec.type || 'x') ? floatDigits(Number(number), spec) : integerDigits(number, spec)
  const isNegative = digits.startsWith('-')
  const prefix = isNegative ? '-' : spec.sign === '-' ? '' : spec.sign
  const body = isNegative ? digits.slice(1) : digits
  if (spec.align !== '=') return aligned(prefix + body, length, spec.align ?? '>', spec.fill)
  return prefix + spec.fill.repeat(Math.max(0, length - prefix.length - body.length)) + body
}

const SPEC = /^(?:(.)?([<>=^]))?([-+ ])?(z)?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([bcdeEfFgGnosxX%])?$/su

type Spec = { align: string | null; fill: string; sign: string; alternate: boolean; group: string; precision: number | null; type: string }

function refuseAlign(): never {
  throw new Failure('argument', "'=' alignment not allowed in string format specifier")
}

function floatDigits(value: number, spec: Spec): string {
  const lower = spec.type.toLowerCase()
  let text: string
  if (lower === 'f') text = fixed(value, spec.precision ?? 6)
  else if (lower === 'e') text = scientific(value, spec.precision ?? 6)
  else if (lower === '%') text = `${fixed(value * 100, spec.precision ?? 6)}%`
  else if (lower === 'g' || lower === 'n') text = general(value, spec.precision ?? 6, spec.alternate)
  else if (lower === '') text = spec.precision === null ? floatRepr(value) : shortFloat(value, spec.precision)
  else throw new Failure('argument', `Unknown format code '${spec.type}' for object of type 'float'`)
  const cased = spec.type === lower ? text : text.toUpperCase()
  return spec.group === '' ? cased : cased.replace(/^(-?)([\d]+)/, (_, sign: string, whole: string) => sign + grouped(whole, spec.group))
}

/** A float without a type but with a precision: like `g`, but with one decimal at least. */
function shortFloat(value: number, precision: number): string {
  const text = general(value, precision)
  return /^-?\d+$/.test(text) ? `${text}.0` : text
}

function integerDigits(number: number | bigint, spec: Spec): string {
  const whole = BigInt(number)
  const magnitude = whole < 0n ? -whole : whole
  const sign = whole < 0n ? '-' : ''
  if (spec.type === 'c') return String.fromCodePoint(Number(whole))
  const base = { b: 2, o: 8, x: 16, X: 16 }[spec.type] ?? 10
  if (spec.type === 's' || spec.precision !== null) throw new Failure('argument', `Format '${spec.type}' with precision is not for ints`)
  const digits = magnitude.toString(base)
  const parts = spec.group === '' ? digits : grouped(digits, spec.group, base === 10 ? 3 : 4)
  const text = `${sign}${spec.alternate && base !== 10 ? `0${spec.type}` : ''}${parts}`
  return spec.type === 'X' ? text.toUpperCase() : text
}

function aligned(text: string, width: number, align: string, fill: string): string {
  const missing = width - [...text].length
  if (missing <= 0) return text
  if (align === '<') return text + fill.repeat(missing)
  if (align === '^') return fill.repeat(missing >> 1) + text + fill.repeat(missing - (missing >> 1))
  return fill.repeat(missing) + text
}
