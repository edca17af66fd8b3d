import { Cursor } from './cursor.ts'
import { readJson } from './exact.ts'
import type { Json } from './json.ts'
import { numberOf } from './number.ts'

/**
 * Read a JSON value as models write it: strict JSON first, else with bare or single-quoted keys and strings, Python's constants,
 * comments, commas too many or missing, raw line breaks in strings and closing brackets missing at the end. What follows the
 * value is not looked at. Undefined where there is no value.
 */
export function parseLooseJson(text: string): Json | undefined {
  try {
    return readJson(text)
  } catch {
    try {
      return new LooseReader(text).value(0)
    } catch (error) {
      if (error instanceof SyntaxError) return undefined
      throw error
    }
  }
}

const MAX_DEPTH = 200
const SPACE = /(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y
const NUMBER = /[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?=\s*(?:[,}\]]|$|\/\/|\/\*))/y
const WORDS = new Map<string, Json>([
  ['null', null],
  ['None', null],
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
])
const QUOTES: Record<string, string> = { '"': '"', "'": "'", '“': '”' }
const ESCAPES: Record<string, string> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' }

/** Models write `+1`, `.5` and `1.` too; what is no float of JSON is read as a double. */
function looseNumber(source: string): Json {
  const plain = source.replace(/^\+/, '')
  return /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(plain) ? (numberOf(plain) as Json) : Number(source)
}

class LooseReader extends Cursor {
  value(depth: number): Json {
    if (depth > MAX_DEPTH) throw new SyntaxError('nested too deep')
    this.space()
    const c = this.text[this.at]
    if (c === '{') return this.object(depth)
    if (c === '[') return this.array(depth)
    if (c !== undefined && c in QUOTES) return this.quoted(QUOTES[c]!)
    const number = this.match(NUMBER)
    if (number !== null) return looseNumber(number)
    if (depth === 0) throw new SyntaxError('no value')
    const word = this.bare(/[,}\]\n]/)
    return WORDS.has(word) ? WORDS.get(word)! : word
  }

  private object(depth: number): Json {
    const object: { [key: string]: Json } = {}
    this.at++
    for (;;) {
      this.space()
      const c = this.text[this.at]
      if (c === undefined || c === '}') {
        this.at++
        return object
      }
      if (c === ',') {
        this.at++
        continue
      }
      const key = c in QUOTES ? this.quoted(QUOTES[c]!) : this.bare(/[:,}\n]/)
      this.space()
      if (this.text[this.at] !== ':') throw new SyntaxError('a key without a value')
      this.at++
      this.space()
      if (this.at >= this.text.length) throw new SyntaxError('a key without a value')
      // Assignment to __proto__ would set the prototype instead of a key.
      Object.defineProperty(object, key, { value: this.value(depth + 1), enumerable: true, writable: true, configurable: true })
    }
  }

  private array(depth: number): Json {
    const array: Json[] = []
    this.at++
    for (;;) {
      this.space()
      const c = this.text[this.at]
      if (c === undefined || c === ']') {
        this.at++
        return array
      }
      if (c === '}') throw new SyntaxError('a list that ends as an object')
      if (c === ',') this.at++
      else array.push(this.value(depth + 1))
    }
  }

  private quoted(end: string): string {
    let out = ''
    for (this.at++; this.at < this.text.length; this.at++) {
      const c = this.text[this.at]!
      if (c === end && this.endsHere(end)) {
        this.at++
        return out
      }
      if (c !== '\\') out += c
      else out += this.escape()
    }
    return out
  }

  /** Whether a quote closes its string; a quote inside a sentence is followed by more of it. */
  private endsHere(end: string): boolean {
    if (end === '"') return /^"\s*(?:[,:}\]]|$|\/\/|\n)/.test(this.text.slice(this.at, this.at + 40))
    return /^.\s*(?:[,:}\]]|$)/s.test(this.text.slice(this.at, this.at + 40))
  }

  private escape(): string {
    const c = this.text[++this.at] ?? ''
    if (c !== 'u') return ESCAPES[c] ?? c
    const hex = this.text.slice(this.at + 1, this.at + 5)
    if (!/^[\da-fA-F]{4}$/.test(hex)) return 'u'
    this.at += 4
    return String.fromCharCode(Number.parseInt(hex, 16))
  }

  private bare(until: RegExp): string {
    const start = this.at
    while (this.at < this.text.length && !until.test(this.text[this.at]!)) this.at++
    const word = this.text.slice(start, this.at).trim()
    if (word === '' || /[{["]/.test(word)) throw new SyntaxError('no value')
    return word
  }

  private space(): void {
    this.match(SPACE)
  }
}
