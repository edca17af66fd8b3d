import { entriesInOrder } from '../json/key-order.ts'
import { Float } from '../json/lossless.ts'

/** How Python shows a value inside a container: `repr(value)`. */
export function pythonRepr(value: unknown): string {
  if (value === null || value === undefined) return 'None'
  if (value === true) return 'True'
  if (value === false) return 'False'
  if (typeof value === 'string') return stringRepr(value)
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'number') return Number.isInteger(value) ? String(BigInt(value)) : floatRepr(value)
  if (value instanceof Float) return floatRepr(value.value)
  if (Array.isArray(value)) return `[${value.map(pythonRepr).join(', ')}]`
  return `{${entriesInOrder(value as object)
    .map(([key, item]) => `${stringRepr(key)}: ${pythonRepr(item)}`)
    .join(', ')}}`
}

/** How Python prints a value: `str(value)`. Differs from `repr` for strings only. */
export function pythonStr(value: unknown): string {
  return typeof value === 'string' ? value : pythonRepr(value)
}

/** `repr` of a float: shortest digits, exponent below 1e-4 and from 1e16. */
export function floatRepr(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0'
  const [mantissa, exponentText] = value.toExponential().split('e') as [string, string]
  const exponent = Number(exponentText)
  if (exponent < -4 || exponent >= 16) {
    const digits = String(Math.abs(exponent)).padStart(2, '0')
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${digits}`
  }
  const sign = mantissa.startsWith('-') ? '-' : ''
  const digits = mantissa.replace(/[-.]/g, '')
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`
  if (digits.length <= exponent + 1) return `${sign}${digits.padEnd(exponent + 1, '0')}.0`
  return `${sign}${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`
}

// What needs an escape inside quotes: quotes, backslashes, and what Python's `str.isprintable` refuses: control, format, surrogate, private,
// unassigned and separator characters, but for the space.
const ESCAPED = /[\\'"\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu

function stringRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  const escaped = text.replace(ESCAPED, c => {
    if (c === quote || c === '\\') return `\\${c}`
    if (c === "'" || c === '"') return c
    if (c === '\n') return '\\n'
    if (c === '\r') return '\\r'
    return c === '\t' ? '\\t' : escapeCodePoint(c.codePointAt(0)!)
  })
  return quote + escaped + quote
}

function escapeCodePoint(code: number): string {
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`
  if (code <= 0xffff) return `\\u${code.toString(16).padStart(4, '0')}`
  return `\\U${code.toString(16).padStart(8, '0')}`
}

/** `json.dumps(value, sort_keys=…)` with Python's default separators and ASCII escapes. */
export function pythonJson(value: unknown, options: { sortKeys?: boolean } = {}): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return asciiString(value)
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'number') return Number.isInteger(value) ? String(BigInt(value)) : jsonFloat(value)
  if (value instanceof Float) return jsonFloat(value.value)
  if (Array.isArray(value)) return `[${value.map(item => pythonJson(item, options)).join(', ')}]`
  const entries = entriesInOrder(value as object)
  if (options.sortKeys) entries.sort(([a], [b]) => compareCodePoints(a, b))
  return `{${entries.map(([key, item]) => `${asciiString(key)}: ${pythonJson(item, options)}`).join(', ')}}`
}

function jsonFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity'
  return floatRepr(value)
}

function asciiString(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\uffff]/g, c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** Order by Unicode code point, as Python sorts; JavaScript's `<` orders by UTF-16 unit, which differs above U+FFFF. */
export function compareCodePoints(a: string, b: string): number {
  if (a === b) return 0
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x !== y) return isSurrogate(x) === isSurrogate(y) ? x - y : isSurrogate(x) ? 1 : -1
  }
  return a.length - b.length
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff
}

/** Sort texts in place by Unicode code point. Without surrogates that is the order JavaScript has of itself, and sorts in much faster. */
export function sortCodePoints(texts: string[]): string[] {
  return texts.some(text => SURROGATE.test(text)) ? texts.sort(compareCodePoints) : texts.sort()
}

const SURROGATE = /[\ud800-\udfff]/

/** Bytes as Python prints them: `b'a\\x00'`. */
export function bytesRepr(bytes: Uint8Array): string {
  const quote = bytes.includes(0x27) && !bytes.includes(0x22) ? '"' : "'"
  const escapes = new Map([
    [0x09, '\\t'],
    [0x0a, '\\n'],
    [0x0d, '\\r'],
    [0x5c, '\\\\'],
    [quote.charCodeAt(0), `\\${quote}`],
  ])
  const written = Array.from(bytes, byte => {
    const isPlain = byte >= 0x20 && byte < 0x7f
    return escapes.get(byte) ?? (isPlain ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`)
  })
  return `b${quote}${written.join('')}${quote}`
}
