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
 * does not lead to a value. Of a key that stands twice the last counts, as in `JSON.parse`. Whoever asks for one element of a list
 * after the other has the text gone through once.
 */
export function sourceAt(text: string, path: readonly (string | number)[]): string | null {
  if (text !== walked.text) walked = { text, lists: [] }
  let { step, at } = nearestTo(path)
  let depth = 0
  for (const key of path.slice(0, step)) if (typeof key === 'number') depth++
  for (; step < path.length; step++) {
    const key = path[step]!
    if (typeof key === 'string') {
      const value = findKey(text, at, key)
      if (value === null) return null
      at = value
      continue
    }
    const known = walked.lists[depth]
    const from = known?.start === at && known.index <= key ? known : { start: at, index: 0, at: firstOf(text, at) }
    const element = from.at === null ? null : findIndex(text, from.at, key - from.index)
    if (element === null) return null
    walked.lists.length = depth
    walked.lists[depth++] = { path: path.slice(0, step), start: from.start, index: key, at: element }
    at = element
  }
  const end = endOfValue(text, at)
  return end < 0 ? null : text.slice(at, end)
}

/** A list that was gone through as far as one of its elements. */
type WalkedList = { path: readonly (string | number)[]; start: number; index: number; at: number }

/** The text that was asked of last, and where in its lists, one within the other, the last way led. */
let walked: { text: string; lists: WalkedList[] } = { text: '', lists: [] }

/** Where on the way along `path` one has been already: the place of its innermost list that is not behind the element asked for. */
function nearestTo(path: readonly (string | number)[]): { step: number; at: number } {
  const list = walked.lists.findLast(({ path: way, index }) => {
    const wanted = path[way.length]
    return typeof wanted === 'number' && wanted >= index && way.every((key, i) => key === path[i])
  })
  return list === undefined ? { step: 0, at: skipSpace(walked.text, 0) } : { step: list.path.length, at: list.start }
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

function firstOf(text: string, list: number): number | null {
  return text[list] === '[' ? skipSpace(text, list + 1) : null
}

/** Where the element stands that comes so many behind the one at `first`. */
function findIndex(text: string, first: number, index: number): number | null {
  let at = first
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
