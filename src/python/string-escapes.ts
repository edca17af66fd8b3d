/** The text of a string literal without its quotes, with Python's escapes undone; an escape Python does not know stays as written. Throws SyntaxError. */
export function unescapeString(text: string): string {
  if (!text.includes('\\')) return text
  return text.replace(ESCAPE, (whole, x?: string, u?: string, long?: string, octal?: string, broken?: string, single?: string) => {
    const hex = x ?? u ?? long
    if (hex !== undefined) return character(Number.parseInt(hex, 16))
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8))
    if (broken !== undefined) throw new SyntaxError(`Broken escape '\\${broken}' in a string`)
    return ESCAPES[single ?? ''] ?? whole
  })
}

function character(code: number): string {
  if (code > 0x10ffff) throw new SyntaxError('Escape of a character above U+10FFFF in a string')
  return String.fromCodePoint(code)
}

const ESCAPE = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{1,3})|([xuUN])|(.))/gs

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
