import type { Json } from '../json/json.ts'
import { unescapeString } from './string-escapes.ts'

/** A list or dict as Python's `repr` shows it, for stores that were written that way; undefined where the text is none. */
export function parsePythonLiteral(text: string): Json | undefined {
  let at = 0
  const space = () => {
    while (/\s/.test(text[at] ?? '')) at++
  }
  const fail = (): never => {
    throw new SyntaxError(`not a Python literal at offset ${at}`)
  }
  const match = (pattern: RegExp): string | null => {
    pattern.lastIndex = at
    const found = pattern.exec(text)?.[0] ?? null
    if (found !== null) at += found.length
    return found
  }
  const string = (): string => {
    const source = match(/'(?:[^'\\]|\\[\s\S])*'|"(?:[^"\\]|\\[\s\S])*"/y) ?? fail()
    return unescapeString(source.slice(1, -1))
  }
  const items = (close: string, item: () => void): void => {
    for (at++, space(); text[at] !== close; space()) {
      item()
      space()
      if (text[at] === ',') at++
      else if (text[at] !== close) fail()
    }
    at++
  }
  const value = (depth: number): Json => {
    space()
    if (depth > MAX_DEPTH) return fail()
    const c = text[at]
    if (c === '[' || c === '(') {
      const list: Json[] = []
      items(c === '[' ? ']' : ')', () => list.push(value(depth + 1)))
      return list
    }
    if (c === '{') {
      const entries: [string, Json][] = []
      items('}', () => {
        const key = value(depth + 1)
        space()
        if (text[at++] !== ':') fail()
        entries.push([String(key), value(depth + 1)])
      })
      return Object.fromEntries(entries)
    }
    if (c === "'" || c === '"') return string()
    const word = match(/None|True|False/y)
    if (word !== null) return WORDS[word]!
    const number = match(/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y) ?? fail()
    return /^-?0\d*[1-9]\d*$/.test(number) ? fail() : Number(number) // no integer begins with a zero
  }
  try {
    const result = value(0)
    space()
    return at === text.length ? result : undefined
  } catch {
    return undefined
  }
}

const WORDS: Record<string, Json> = { None: null, True: true, False: false }
const MAX_DEPTH = 100
