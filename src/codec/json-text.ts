import { readJson, writeJson } from '../json/exact.ts'
import type { Json } from '../json/json.ts'
import { rawJson } from '../json/number.ts'
import { endOfString } from '../json/source-text.ts'

/*
 * Readers of JSON Lines want one type for a column, so what has no fixed shape stands there as JSON text. That it is JSON text and
 * none of a person's is told by its first character, which is written as an escape (`"\u007b…"`): to every other reader it is the same
 * text. In capitals (`\u007B`) it is what belongs to the object around it.
 */

/** A value as JSON text in a line. `isRest`: its keys belong to the object around it. */
export function jsonTextOf(value: Json, isRest = false): Json {
  const text = writeJson(value)
  const literal = JSON.stringify(text.toWellFormed())
  const first = literal[1] === '\\' ? literal.slice(1, 3) : literal[1]!
  const code = first.at(-1)!.charCodeAt(0).toString(16).padStart(4, '0')
  const raw = rawJson(`"\\u${isRest ? code.toUpperCase() : code}${literal.slice(1 + first.length)}`)
  // It stands for text wherever the value is looked at, and only `JSON.stringify` sees more.
  return { toJSON: () => raw } as unknown as Json
}

/** A line with the values that JSON text in it stands for. */
export function withValues(line: string): string {
  if (!line.includes('"\\u00')) return line
  let out = ''
  let copied = 0
  MARK.lastIndex = 0
  for (let found = MARK.exec(line); found !== null; found = MARK.exec(line)) {
    const end = endOfString(line, found.index)
    if (end < 0) return line
    const text = JSON.parse(line.slice(found.index, end)) as string
    if (isJson(text)) {
      const isRest = found[1] === '7B'
      const key = isRest ? line.lastIndexOf('"', found.index - 3) : found.index
      out += line.slice(copied, key) + (isRest ? withValues(text).slice(1, -1) : text)
      copied = end
    }
    MARK.lastIndex = end
  }
  return out + line.slice(copied)
}

/** Inside a string there is no quote without a backslash before it, so that this is where one begins. */
const MARK = /(?<!\\)"\\u00(7[bB]|5b|22|2d|3\d|74|66)/g

function isJson(text: string): boolean {
  try {
    readJson(text)
    return true
  } catch {
    return false
  }
}
