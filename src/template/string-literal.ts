import { Failure } from './error.ts'

const ESCAPES: Record<string, string> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}
const ESCAPE = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{1,3})|([xuUN])|(.))/gs

/** The text of a string literal without its quotes, with Python's escapes undone; an escape Python does not know stays as written. */
export function unescapeString(text: string, at: number): string {
  if (!text.includes('\\')) return text
  return text.replace(ESCAPE, (whole, x?: string, u?: string, long?: string, octal?: string, broken?: string, single?: string) => {
    const hex = x ?? u ?? long
    if (hex !== undefined) return character(Number.parseInt(hex, 16), at)
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8))
    if (broken !== undefined) throw new Failure('syntax', `Broken escape '\\${broken}' in a string`, { at })
    return ESCAPES[single ?? ''] ?? whole
  })
}

function character(code: number, at: number): string {
  if (code > 0x10ffff) throw new Failure('syntax', 'Escape of a character above U+10FFFF in a string', { at })
  return String.fromCodePoint(code)
}
