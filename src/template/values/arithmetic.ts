import { Failure } from '../error.ts'
import type { Run } from '../run.ts'
import { undefinedFailure } from './compare.ts'
import { escapeHtml } from './markup.ts'
import { percentFormat } from './percent-format.ts'
import { float, integer, isFloat, Markup, numeric, stringOf, Tuple, typeName, Undefined } from './values.ts'
import { productWeight } from './weight.ts'

/** An operator of two numbers, or of the sequences Python has it for. */
export type BinaryOperator = keyof typeof SYMBOLS

const MAX_BITS = 100_000
const SYMBOLS = { Add: '+', Sub: '-', Mul: '*', Div: '/', FloorDiv: '//', Mod: '%', Pow: '** or pow()' }

/** Python's arithmetic: ints stay exact, floats stay floats, `+`, `*` and `%` work on text and lists. */
export function arithmetic(run: Run, operator: BinaryOperator, a: unknown, b: unknown): unknown {
  if (typeof a === 'number' && typeof b === 'number' && Number.isInteger(a) && Number.isInteger(b)) {
    const result = smallIntegers(operator, a, b)
    if (result !== null) return result
  }
  const [x, y] = [numeric(a), numeric(b)]
  if (x !== null && y !== null) {
    if (isFloat(a) || isFloat(b) || operator === 'Div') return floats(operator, Number(x), Number(y))
    return integers(run, operator, integer(x), integer(y))
  }
  const result = sequences(run, operator, a, b)
  if (result !== undefined) return result
  for (const value of [a, b]) if (value instanceof Undefined) throw undefinedFailure(value)
  throw new Failure('type', `unsupported operand type(s) for ${SYMBOLS[operator]}: '${typeName(a)}' and '${typeName(b)}'`)
}

function smallIntegers(operator: BinaryOperator, a: number, b: number): number | null {
  let result: number
  if (operator === 'Add') result = a + b
  else if (operator === 'Sub') result = a - b
  else if (operator === 'Mul') result = a * b
  else return null
  return Number.isSafeInteger(result) ? result + 0 : null
}

function floats(operator: BinaryOperator, a: number, b: number): unknown {
  if (b === 0 && (operator === 'Div' || operator === 'FloorDiv' || operator === 'Mod')) throw new Failure('type', 'division by zero')
  switch (operator) {
    case 'Add':
      return float(a + b)
    case 'Sub':
      return float(a - b)
    case 'Mul':
      return float(a * b)
    case 'Div':
      return float(a / b)
    case 'FloorDiv':
      return float(Math.floor(a / b))
    case 'Mod':
      return float(floatModulo(a, b))
    case 'Pow':
      if (a === 0 && b < 0) throw new Failure('type', '0.0 cannot be raised to a negative power')
      if (a < 0 && !Number.isInteger(b)) throw new Failure('type', 'a negative number cannot be raised to a fraction')
      return float(a ** b)
  }
}

/** The remainder with the divisor's sign, as Python has it. */
function floatModulo(a: number, b: number): number {
  const remainder = a % b
  return remainder !== 0 && remainder < 0 !== b < 0 ? remainder + b : remainder
}

function integers(run: Run, operator: BinaryOperator, a: number | bigint, b: number | bigint): unknown {
  const [x, y] = [BigInt(a), BigInt(b)]
  run.spend(productWeight(a, b))
  switch (operator) {
    case 'Add':
      return integer(x + y)
    case 'Sub':
      return integer(x - y)
    case 'Mul':
      limitBits(bits(x) + bits(y))
      return integer(x * y)
    case 'Div':
      return floats('Div', Number(a), Number(b))
    case 'FloorDiv':
    case 'Mod': {
      if (y === 0n) throw new Failure('type', 'integer division or modulo by zero')
      const remainder = x % y
      const isOtherSign = remainder !== 0n && remainder < 0n !== y < 0n
      if (operator === 'Mod') return integer(isOtherSign ? remainder + y : remainder)
      return integer(x / y - (isOtherSign ? 1n : 0n))
    }
    case 'Pow':
      if (y < 0n) return floats('Pow', Number(a), Number(b))
      limitBits(bits(x) * Number(y))
      run.spend(((bits(x) * Number(y)) / 4096) ** 2)
      return integer(x ** y)
  }
}

function bits(value: bigint): number {
  return value === 0n || value === 1n || value === -1n ? 0 : value.toString(16).length * 4
}

function limitBits(count: number): void {
  if (count > MAX_BITS) throw new Failure('limit', `Integer of more than ${MAX_BITS} bits`)
}

function sequences(run: Run, operator: BinaryOperator, a: unknown, b: unknown): unknown {
  if (operator === 'Add') return joined(run, a, b)
  if (operator === 'Mul') return repeated(run, a, b) ?? repeated(run, b, a)
  if (operator === 'Mod' && stringOf(a) !== null) {
    return a instanceof Markup ? new Markup(percentFormat(run, a.text, b, escapeHtml)) : percentFormat(run, a as string, b)
  }
  return undefined
}

function joined(run: Run, a: unknown, b: unknown): unknown {
  if (typeof a === 'string' && typeof b === 'string') return run.sized(a + b)
  if (stringOf(a) !== null && stringOf(b) !== null) return new Markup(run.sized(escapeHtml(run, a) + escapeHtml(run, b)))
  if (Array.isArray(a) && Array.isArray(b)) {
    run.reserve(a.length + b.length)
    run.spend(a.length + b.length)
    return run.own([...a, ...b])
  }
  if (a instanceof Tuple && b instanceof Tuple) {
    run.reserve(a.items.length + b.items.length)
    run.spend(a.items.length + b.items.length)
    return new Tuple([...a.items, ...b.items])
  }
  if (typeof a === 'string' && !(b instanceof Undefined))
    throw new Failure('type', `can only concatenate str (not "${typeName(b)}") to str`, { hint: 'Join different kinds of values with ~' })
  return undefined
}

function repeated(run: Run, sequence: unknown, times: unknown): unknown {
  const number = numeric(times)
  if (number === null || isFloat(times)) return undefined
  const count = Math.max(0, Number(number))
  const length =
    stringOf(sequence)?.length ?? (Array.isArray(sequence) ? sequence.length : sequence instanceof Tuple ? sequence.items.length : null)
  if (length === null) return undefined
  run.reserve(length * count)
  run.spend(length * count * (typeof sequence === 'string' ? 1 / 64 : 1))
  if (length === 0 || count === 0)
    return typeof sequence === 'string'
      ? ''
      : sequence instanceof Markup
        ? new Markup('')
        : sequence instanceof Tuple
          ? new Tuple([])
          : run.own([])
  if (typeof sequence === 'string') return sequence.repeat(count)
  if (sequence instanceof Markup) return new Markup(sequence.text.repeat(count))
  const items = sequence instanceof Tuple ? sequence.items : (sequence as unknown[])
  const result = Array.from({ length: length * count }, (_, index) => items[index % length])
  return sequence instanceof Tuple ? new Tuple(result) : run.own(result)
}

/** Python's unary minus and plus. */
export function signed(value: unknown, negative: boolean): unknown {
  const number = numeric(value)
  if (value instanceof Undefined) throw undefinedFailure(value)
  if (number === null) throw new Failure('type', `bad operand type for unary ${negative ? '-' : '+'}: '${typeName(value)}'`)
  if (!isFloat(value)) return integer(negative ? -number : number)
  return negative ? float(-Number(number)) : value
}
