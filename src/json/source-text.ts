import { parseJson } from './json.ts'

/** The offset just after the string literal that opens at `start`, or -1 when it never closes. */
export function endOfString(text: string, start: number): number {
  for (let from = start + 1; ; ) {
    const quote = text.indexOf('"', from)
    if (quote < 0) return -1
    let slash = quote - 1
    while (text[slash] === '\\') slash--
    if ((quote - slash) % 2 === 1) return quote + 1
    from = quote + 1
  }
}

/**
 * The source text of the value at `path` in a JSON text: what was written, not what a parser makes of it. Null where the path
 * does not lead to a value. Of a key that stands twice the last counts, as in `JSON.parse`.
 */
export function sourceAt(text: string, path: readonly (string | number)[]): string | null {
  let at = skipSpace(text, 0)
  for (const step of path) {
    const next = typeof step === 'string' ? findKey(text, at, step) : findIndex(text, at, step)
    if (next === null) return null
    at = next
  }
  const end = endOfValue(text, at)
  return end < 0 ? null : text.slice(at, end)
}

/** JSON text without the layout between its tokens; the tokens stay as they were written. */
export function withoutLayout(source: string): string {
  if (!/[\n\r]/.test(source)) return source
  let out = ''
  for (let at = 0; at < source.length; ) {
    const c = source[at]!
    if (c === '"') {
      const end = endOfString(source, at)
      out += source.slice(at, end)
      at = end
    } else {
      if (!' \t\n\r'.includes(c)) out += c
      at++
    }
  }
  return out
}

function skipSpace(text: string, at: number): number {
  while (at < text.length && ' \t\n\r'.includes(text[at]!)) at++
  return at
}

function findKey(text: string, start: number, key: string): number | null {
  if (text[start] !== '{') return null
  let found: number | null = null
  let at = skipSpace(text, start + 1)
  while (text[at] === '"') {
    const endOfKey = endOfString(text, at)
    if (endOfKey < 0) return null
    const name = text.slice(at + 1, endOfKey - 1)
    const valueAt = skipSpace(text, skipSpace(text, endOfKey) + 1)
    if (name === key || (name.includes('\\') && parseJson(`"${name}"`) === key)) found = valueAt
    const end = endOfValue(text, valueAt)
    if (end < 0) return found
    at = skipSpace(text, end)
    if (text[at] !== ',') return found
    at = skipSpace(text, at + 1)
  }
  return found
}

function findIndex(text: string, start: number, index: number): number | null {
  if (text[start] !== '[') return null
  let at = skipSpace(text, start + 1)
  for (let i = 0; text[at] !== ']'; i++) {
    if (i === index) return at
    const end = endOfValue(text, at)
    if (end < 0) return null
    at = skipSpace(text, end)
    if (text[at] !== ',') return null
    at = skipSpace(text, at + 1)
  }
  return null
}

/** The offset just after the value that starts at `at`, or -1 when the text ends before it does. */
export function endOfValue(text: string, at: number): number {
  const c = text[at]
  if (c === '"') return endOfString(text, at)
  if (c !== '{' && c !== '[') {
    const scalar = /[^\s,\]}]+/y
    scalar.lastIndex = at
    return scalar.test(text) ? scalar.lastIndex : -1
  }
  const token = /["{}[\]]/g
  token.lastIndex = at
  for (let depth = 0; ; ) {
    const found = token.exec(text)
    if (found === null) return -1
    if (found[0] === '"') {
      const end = endOfString(text, found.index)
      if (end < 0) return -1
      token.lastIndex = end
    } else if (found[0] === '{' || found[0] === '[') depth++
    else if (--depth === 0) return token.lastIndex
  }
}

/** The source text of each element of the list that a JSON text is; none where it is no list. */
export function elementsOf(text: string): string[] {
  const elements: string[] = []
  let at = skipSpace(text, 0)
  if (text[at] !== '[') return elements
  at = skipSpace(text, at + 1)
  while (at < text.length && text[at] !== ']') {
    const end = endOfValue(text, at)
    if (end < 0) return elements
    elements.push(text.slice(at, end))
    at = skipSpace(text, end)
    if (text[at] !== ',') return elements
    at = skipSpace(text, at + 1)
  }
  return elements
}
