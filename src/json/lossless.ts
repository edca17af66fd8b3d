import { Cursor } from './cursor.ts'
import { inOrderOf } from './key-order.ts'
import { Float, numberOf } from './number.ts'
import { setOwn } from './own.ts'
import { endOfString } from './source-text.ts'

/**
 * JSON read without losing what JavaScript cannot say: integers above 2^53 become bigint, and a number that was written as a
 * float although it is whole (`1.0`, `1e3`) becomes a `Float`. Python keeps that difference, so whoever compares with Python needs it.
 */
export type Lossless = null | boolean | number | bigint | string | Float | Lossless[] | { [key: string]: Lossless }

export { Float }

/** Text that is not JSON, with the reason in the words of Python's `json` and the place in UTF-16 units. */
export class JsonSyntaxError extends SyntaxError {
  override readonly name = 'JsonSyntaxError'
  readonly reason: string
  readonly offset: number
  constructor(reason: string, offset: number) {
    super(`Cannot parse JSON: ${reason} at offset ${offset}`)
    this.reason = reason
    this.offset = offset
  }
}

/**
 * Parse JSON as Python's `json.loads` does, `NaN` and `Infinity` included. Throws JsonSyntaxError with reason and offset, and
 * RangeError with Python's message for what is too deep or too long a number for it.
 */
export function parseLossless(text: string): Lossless {
  const reader = new Reader(text)
  if (text.startsWith('\uFEFF')) throw new JsonSyntaxError('Unexpected UTF-8 BOM (decode using utf-8-sig)', 0)
  const value = reader.value(0)
  reader.end()
  return value
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const WORDS: Record<string, Lossless> = { null: null, true: true, false: false, NaN: NaN, Infinity: Infinity, '-Infinity': -Infinity }
const WORD = /null|true|false|NaN|-?Infinity/y
const INDEX_LIKE = /^(?:0|[1-9]\d{0,9})$/
const MAX_DEPTH = 900 // where Python's own recursion limit stops it, roughly
const MAX_INTEGER_DIGITS = 4300 // what Python reads into an int

class Reader extends Cursor {
  value(depth: number): Lossless {
    this.space()
    const c = this.text[this.at]
    if (depth > MAX_DEPTH && (c === '{' || c === '['))
      throw new RangeError(`maximum recursion depth exceeded while decoding a JSON ${c === '{' ? 'object' : 'array'} from a unicode string`)
    if (c === '{') return this.object(depth)
    if (c === '[') return this.array(depth)
    if (c === '"') return this.string()
    const word = this.match(WORD)
    if (word !== null) return WORDS[word]!
    const number = this.match(NUMBER)
    if (number === null) return this.fail('Expecting value')
    return toNumber(number)
  }

  end(): void {
    this.space()
    if (this.at < this.text.length) this.fail('Extra data')
  }

  private object(depth: number): Lossless {
    const object: { [key: string]: Lossless } = {}
    let keys: (string | number)[] | null = null
    this.at++
    for (let first = true; ; first = false) {
      this.space()
      if (first && this.take('}')) return object
      if (this.text[this.at] !== '"') return this.fail('Expecting property name enclosed in double quotes')
      const key = this.string()
      this.space()
      if (!this.take(':')) return this.fail("Expecting ':' delimiter")
      if (keys === null && INDEX_LIKE.test(key)) keys = Object.keys(object)
      if (keys !== null && !Object.hasOwn(object, key)) keys.push(key)
      const value = this.value(depth + 1)
      setOwn(object, key, value)
      this.space()
      if (this.take('}')) return keys === null ? object : inOrderOf(object, keys)
      if (!this.take(',')) return this.fail("Expecting ',' delimiter")
    }
  }

  private array(depth: number): Lossless {
    const array: Lossless[] = []
    this.at++
    for (let first = true; ; first = false) {
      this.space()
      if (first && this.take(']')) return array
      array.push(this.value(depth + 1))
      this.space()
      if (this.take(']')) return array
      if (!this.take(',')) return this.fail("Expecting ',' delimiter")
    }
  }

  private string(): string {
    const start = this.at
    const end = endOfString(this.text, start)
    if (end < 0) throw stringError(this.text, start)
    this.at = end
    try {
      return JSON.parse(this.text.slice(start, end)) as string
    } catch {
      throw stringError(this.text, start)
    }
  }

  private space(): void {
    while (this.at < this.text.length && ' \t\n\r'.includes(this.text[this.at]!)) this.at++
  }

  private take(c: string): boolean {
    if (this.text[this.at] !== c) return false
    this.at++
    return true
  }

  private fail(what: string): never {
    throw new JsonSyntaxError(what, this.at)
  }
}

/** What is wrong with the string literal that opens at `start`, judged from left to right. */
function stringError(text: string, start: number): JsonSyntaxError {
  for (let at = start + 1; at < text.length; at++) {
    const c = text[at]!
    if (c === '"') break
    if (c < ' ') return new JsonSyntaxError('Invalid control character at', at)
    if (c !== '\\') continue
    const escaped = text[++at]
    if (escaped === undefined) break
    if (escaped === 'u') {
      // Python also says so of a whole escape that the text ends with.
      if (at + 5 >= text.length || !/^[\da-fA-F]{4}$/.test(text.slice(at + 1, at + 5)))
        return new JsonSyntaxError('Invalid \\uXXXX escape', at)
      at += 4
    } else if (!'"\\/bfnrt'.includes(escaped)) return new JsonSyntaxError('Invalid \\escape', at - 1)
  }
  return new JsonSyntaxError('Unterminated string starting at', start)
}

function toNumber(source: string): number | bigint | Float {
  const digits = source.length - (source.startsWith('-') ? 1 : 0)
  if (!/[.eE]/.test(source) && digits > MAX_INTEGER_DIGITS)
    throw new RangeError(
      `Exceeds the limit (${MAX_INTEGER_DIGITS} digits) for integer string conversion: value has ${digits} digits; use sys.set_int_max_str_digits() to increase the limit`,
    )
  return numberOf(source)
}
