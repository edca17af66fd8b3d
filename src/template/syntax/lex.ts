import { messageOf } from '../../errors.ts'
import { Float } from '../../json/lossless.ts'
import { unescapeString } from '../../python/string-escapes.ts'
import { SPACE_CLASS } from '../../python/white-space.ts'
import { Failure } from '../error.ts'

/** What a token is. Operators are their own text. */
export type TokenType =
  | 'data'
  | 'block_begin'
  | 'block_end'
  | 'variable_begin'
  | 'variable_end'
  | 'name'
  | 'string'
  | 'integer'
  | 'float'
  | 'eof'
  | Operator

export type Operator = (typeof OPERATORS)[number]

export type Token = { type: TokenType; value: string | number | bigint | Float; at: number }

const OPERATORS = [
  '//',
  '**',
  '==',
  '!=',
  '>=',
  '<=',
  '+',
  '-',
  '/',
  '*',
  '%',
  '~',
  '[',
  ']',
  '(',
  ')',
  '{',
  '}',
  '>',
  '<',
  '=',
  '.',
  ':',
  '|',
  ',',
  ';',
] as const

const SPACE = `[${SPACE_CLASS}]`
const TRAILING_SPACE = new RegExp(`${SPACE}+$`)
const spaces = new RegExp(`${SPACE}*`, 'y')
const floats = /(?:\d+_)*\d+(?:(?:\.(?:\d+_)*\d+)?e[+-]?(?:\d+_)*\d+|\.(?:\d+_)*\d+)/iy
const integers = /0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[\da-f])+|[1-9](?:_?\d)*|0(?:_?0)*/iy
const names = /[\p{L}\p{N}\p{M}_\u00b7]+/uy
const NAME_START = /^[\p{L}\p{Nl}_]/u
const strings = /'[^'\\]*(?:\\.[^'\\]*)*'|"[^"\\]*(?:\\.[^"\\]*)*"/sy
const operators = new RegExp(OPERATORS.map(operator => operator.replace(/[+*[\](){}.|/-]/g, '\\$&')).join('|'), 'y')
const rawBegin = new RegExp(`\\{%([-+]?)${SPACE}*raw${SPACE}*(?:-%\\}${SPACE}*|%\\})`, 'y')
const rawEnd = new RegExp(`\\{%([-+]?)${SPACE}*endraw${SPACE}*(?:\\+%\\}|-%\\}${SPACE}*|%\\})`, 'g')
const blockEnd = new RegExp(`\\+%\\}|-%\\}${SPACE}*|%\\}`, 'y')
const ONLY_SPACE = new RegExp(`^${SPACE}+$`)
const variableEnd = new RegExp(`-\\}\\}${SPACE}*|\\}\\}`, 'y')
const commentEnd = new RegExp(`\\+#\\}|-#\\}${SPACE}*|#\\}`, 'g')

const CLOSING: Record<string, string> = { '{': '}', '(': ')', '[': ']' }

/** A template's source as Jinja reads it: `\n` line ends, and one newline at the end dropped. */
export function normalizeSource(source: string): string {
  return source.replace(/\r\n?/g, '\n').replace(/\n$/, '')
}

/**
 * The tokens of a normalized source. With `trimBlocks` as with Jinja's `trim_blocks` and `lstrip_blocks`: the newline behind a block or
 * comment goes, and so does white space before one that is the first thing of its line.
 */
export function lex(source: string, trimBlocks = false): Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < source.length) {
    const tag = nextTag(source, at)
    if (tag < 0) {
      pushData(tokens, source.slice(at), at)
      break
    }
    pushData(tokens, textBefore(source, at, tag, trimBlocks), at)
    at = lexTag(tokens, source, tag, trimBlocks)
  }
  tokens.push({ type: 'eof', value: '', at: source.length })
  return tokens
}

function nextTag(source: string, from: number): number {
  for (let at = source.indexOf('{', from); at >= 0; at = source.indexOf('{', at + 1)) {
    const next = source[at + 1]
    if (next === '{' || next === '%' || next === '#') return at
  }
  return -1
}

/** Text from `at` to a tag; a tag that opens with a minus eats the white space before it, with `trimBlocks` one that opens a line, too. */
function textBefore(source: string, at: number, tag: number, trimBlocks: boolean): string {
  const text = source.slice(at, tag)
  const sign = source[tag + 2]
  if (sign === '-') return text.replace(TRAILING_SPACE, '')
  if (!trimBlocks || sign === '+' || source[tag + 1] === '{') return text
  const line = text.lastIndexOf('\n') + 1
  const opensLine = line > 0 || at === 0 || source[at - 1] === '\n'
  return opensLine && ONLY_SPACE.test(text.slice(line)) ? text.slice(0, line) : text
}

/** Where it goes on behind the end of a block or comment. */
function behind(source: string, at: number, end: string, trimBlocks: boolean): number {
  const isPlain = end.length === 2
  return trimBlocks && isPlain && source[at] === '\n' ? at + 1 : at
}

function pushData(tokens: Token[], text: string, at: number): void {
  if (text !== '') tokens.push({ type: 'data', value: text, at })
}

function lexTag(tokens: Token[], source: string, at: number, trimBlocks: boolean): number {
  const kind = source[at + 1]
  const sign = source[at + 2] === '-' || source[at + 2] === '+' ? 1 : 0
  if (kind === '#') return skipComment(source, at, at + 2 + sign, trimBlocks)
  if (kind === '{') {
    tokens.push({ type: 'variable_begin', value: '{{', at })
    return lexCode(tokens, source, at + 2 + sign, 'variable_end', variableEnd, false)
  }
  const raw = match(rawBegin, source, at)
  if (raw !== null) return lexRaw(tokens, source, at, at + raw.length, trimBlocks)
  tokens.push({ type: 'block_begin', value: '{%', at })
  return lexCode(tokens, source, at + 2 + sign, 'block_end', blockEnd, trimBlocks)
}

function skipComment(source: string, start: number, from: number, trimBlocks: boolean): number {
  commentEnd.lastIndex = from
  const end = commentEnd.exec(source)
  if (end === null) throw new Failure('syntax', 'Missing end of comment tag', { at: start })
  return behind(source, commentEnd.lastIndex, end[0], trimBlocks)
}

function lexRaw(tokens: Token[], source: string, start: number, from: number, trimBlocks: boolean): number {
  rawEnd.lastIndex = from
  const end = rawEnd.exec(source)
  if (end === null) throw new Failure('syntax', 'Missing end of raw directive', { at: start })
  pushData(tokens, textBefore(source, from, end.index, trimBlocks), from)
  const isPlain = !/[+-]%\}\s*$/.test(end[0])
  return behind(source, rawEnd.lastIndex, isPlain ? '%}' : end[0], trimBlocks)
}

/** The tokens inside one tag; returns the offset after it. */
function lexCode(tokens: Token[], source: string, at: number, endType: TokenType, end: RegExp, trimBlocks: boolean): number {
  const open: string[] = []
  for (;;) {
    at += match(spaces, source, at)!.length
    if (at >= source.length) return at
    const closing = open.length === 0 ? match(end, source, at) : null
    if (closing !== null) {
      tokens.push({ type: endType, value: closing, at })
      return behind(source, at + closing.length, closing, trimBlocks)
    }
    at = lexToken(tokens, source, at, open)
  }
}

function lexToken(tokens: Token[], source: string, at: number, open: string[]): number {
  const c = source.charCodeAt(at)
  if (c >= 48 && c <= 57) {
    const float = source[at - 1] === '.' ? null : match(floats, source, at)
    if (float !== null) {
      tokens.push({ type: 'float', value: floatLiteral(float), at })
      return at + float.length
    }
    const integer = match(integers, source, at)
    if (integer !== null) {
      tokens.push({ type: 'integer', value: integerLiteral(integer, at), at })
      return at + integer.length
    }
  }
  if (c === 39 || c === 34) {
    const text = match(strings, source, at)
    if (text === null) throw new Failure('syntax', `unexpected char ${source[at] === "'" ? '"\'"' : "'\"'"} at ${at}`, { at })
    tokens.push({ type: 'string', value: unescaped(text.slice(1, -1), at), at })
    return at + text.length
  }
  const name = match(names, source, at)
  if (name !== null) {
    if (!NAME_START.test(name)) throw new Failure('syntax', 'Invalid character in identifier', { at })
    tokens.push({ type: 'name', value: name, at })
    return at + name.length
  }
  const operator = match(operators, source, at) as Operator | null
  if (operator === null) throw new Failure('syntax', `unexpected char '${String.fromCodePoint(source.codePointAt(at)!)}' at ${at}`, { at })
  if (CLOSING[operator] !== undefined) open.push(CLOSING[operator])
  else if (operator === '}' || operator === ')' || operator === ']') {
    const expected = open.pop()
    if (expected === undefined) throw new Failure('syntax', `unexpected '${operator}'`, { at })
    if (expected !== operator) throw new Failure('syntax', `unexpected '${operator}', expected '${expected}'`, { at })
  }
  tokens.push({ type: operator, value: operator, at })
  return at + operator.length
}

function match(pattern: RegExp, source: string, at: number): string | null {
  pattern.lastIndex = at
  return pattern.exec(source)?.[0] ?? null
}

function floatLiteral(text: string): number | Float {
  const value = Number(text.replaceAll('_', ''))
  return Number.isInteger(value) ? new Float(value) : value
}

function integerLiteral(text: string, at: number): number | bigint {
  const digits = text.replaceAll('_', '')
  if (digits.length > 4300) throw new Failure('limit', `Integer literal of ${digits.length} digits: expected at most 4300`, { at })
  const value = Number(digits)
  return Number.isSafeInteger(value) ? value : BigInt(digits)
}

function unescaped(text: string, at: number): string {
  try {
    return unescapeString(text)
  } catch (error) {
    throw new Failure('syntax', messageOf(error), { at })
  }
}
