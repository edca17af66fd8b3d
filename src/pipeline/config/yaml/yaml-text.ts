import { isObject, type Json } from '../../../json/json.ts'
import { Float } from '../../../json/number.ts'
import { compareCodePoints } from '../../../python/text.ts'
import { styleOf } from './yaml-style.ts'

/**
 * JSON as YAML, to the byte as PyYAML writes it, which wrote the configs people have: keys sorted, lists not indented, long texts folded
 * at the first space past 80 columns. A config that is loaded and written back shows no difference where nothing changed.
 */
export function yamlText(value: Json): string {
  if (isObject(value) && Object.keys(value).length > 0) return `${mapping(value, 0)}\n`
  if (Array.isArray(value) && value.length > 0) return `${sequence(value, 0)}\n`
  return `${scalar(value, 0, 0)}\n`
}

const WIDTH = 80
const UNFOLDED = Number.POSITIVE_INFINITY

function mapping(object: { [key: string]: Json }, indent: number): string {
  const pad = ' '.repeat(indent)
  const keys = Object.keys(object).sort(compareCodePoints)
  return keys
    .map(name => {
      const value = object[name]!
      const key = name.includes('\n') ? doubleQuoted(name, 0, 0, UNFOLDED) : text(name, 0, 0, UNFOLDED)
      if (isObject(value) && Object.keys(value).length > 0) return `${key}:\n${' '.repeat(indent + 2)}${mapping(value, indent + 2)}`
      if (Array.isArray(value) && value.length > 0) return `${key}:\n${pad}${sequence(value, indent)}`
      return `${key}: ${scalar(value, indent + key.length + 2, indent + 2)}`
    })
    .join(`\n${pad}`)
}

function sequence(list: readonly Json[], indent: number): string {
  return list
    .map(item => {
      if (isObject(item) && Object.keys(item).length > 0) return `- ${mapping(item, indent + 2)}`
      if (Array.isArray(item) && item.length > 0) return `- ${sequence(item, indent + 2)}`
      return `- ${scalar(item, indent + 2, indent + 2)}`
    })
    .join(`\n${' '.repeat(indent)}`)
}

/** `column`: where the value begins; `indent`: where its further lines do. */
function scalar(value: Json, column: number, indent: number): string {
  if (typeof value === 'string') return text(value, column, indent, WIDTH)
  if (Array.isArray(value)) return '[]'
  if (isObject(value)) return '{}'
  return typeof value === 'number' || (value as unknown) instanceof Float ? number(value as number) : String(value)
}

/** PyYAML takes a number with an exponent for one only where it has a point, too, and the exponent a sign. */
function number(value: number | Float): string {
  const [digits = '', exponent] = String(value).split('e')
  if (exponent === undefined) return digits
  const [sign, size] = exponent.startsWith('-') ? ['-', exponent.slice(1)] : ['+', exponent.replace('+', '')]
  return `${digits.includes('.') ? digits : `${digits}.0`}e${sign}${size.padStart(2, '0')}`
}

function text(value: string, column: number, indent: number, width: number): string {
  const style = styleOf(value)
  if (style === 'double') return doubleQuoted(value, column, indent, width)
  if (style === 'single') return `'${folded(value.replaceAll("'", "''"), column + 1, indent, width)}'`
  return folded(value, column, indent, width)
}

/** Words up to the first space past the width, then the next line; a line break is written as an empty line. */
function folded(value: string, column: number, indent: number, width: number): string {
  const pad = ' '.repeat(indent)
  let out = ''
  let at = column
  for (const { 0: piece, index } of value.matchAll(/\n+| +|[^\n ]+/g)) {
    const isInside = index > 0 && index + piece.length < value.length
    if (piece.startsWith('\n')) {
      out += `\n${piece}${pad}`
      at = indent
    } else if (piece === ' ' && at > width && isInside) {
      out += `\n${pad}`
      at = indent
    } else {
      out += piece
      at += piece.length
    }
  }
  return out
}

const ESCAPES: { [character: string]: string } = {
  '\0': '0',
  '\x07': 'a',
  '\b': 'b',
  '\t': 't',
  '\n': 'n',
  '\v': 'v',
  '\f': 'f',
  '\r': 'r',
  '\x1b': 'e',
  '"': '"',
  '\\': '\\',
  '\x85': 'N',
  '\xa0': '_',
  '\u2028': 'L',
  '\u2029': 'P',
}

function doubleQuoted(value: string, column: number, indent: number, width: number): string {
  const characters = [...value]
  const last = characters.length - 1
  let out = '"'
  let at = column + 1
  let pending = ''
  for (const [index, c] of characters.entries()) {
    const isPlain = c >= ' ' && c <= '~' && c !== '"' && c !== '\\'
    if (!isPlain) {
      const written = escaped(c)
      out += pending + written
      at += pending.length + written.length
      pending = ''
    }
    const mayBreak = index > 0 && index < last && (c === ' ' || !isPlain || pending === '')
    if (mayBreak && (isPlain ? at + pending.length : at - 1) > width) {
      // Where the break comes before a space, a backslash keeps it.
      out += `${pending}\\\n${' '.repeat(indent)}`
      at = indent
      const next = isPlain ? c : characters[index + 1]
      if (next === ' ') {
        out += '\\'
        at++
      }
      pending = ''
    }
    if (isPlain) pending += c
  }
  return `${out}${pending}"`
}

function escaped(c: string): string {
  const known = ESCAPES[c]
  if (known !== undefined) return `\\${known}`
  const code = c.codePointAt(0)!
  const hex = (digits: number) => code.toString(16).toUpperCase().padStart(digits, '0')
  return code <= 0xff ? `\\x${hex(2)}` : code <= 0xffff ? `\\u${hex(4)}` : `\\U${hex(8)}`
}
