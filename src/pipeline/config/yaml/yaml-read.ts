import { isCollection, isMap, isScalar, LineCounter, parseDocument, visit } from 'yaml'
import { messageOf, TracewrightError } from '../../../errors.ts'
import { writeJson } from '../../../json/exact.ts'
import type { Json, JsonObject } from '../../../json/json.ts'
import { inOrderOf } from '../../../json/key-order.ts'
import { Float } from '../../../json/number.ts'
import { setOwn } from '../../../json/own.ts'
import { isDeeper } from '../../../json/shallow.ts'
import { yamlOptions } from './yaml-schema.ts'

/**
 * Read YAML, or JSON, which is YAML too. What nobody writes by hand is refused before the parser sees it: some of it takes the parser
 * minutes. Throws with the place of the mistake.
 */
export function readYaml(text: string, path: string, what = 'config'): Json {
  const refuse = (reason: string, where = path, cause?: unknown) =>
    new TracewrightError('config', `Cannot parse ${what}: ${reason}`, { where, ...(cause === undefined ? {} : { cause }) })
  const bomb = bombIn(text)
  if (bomb !== null) throw refuse(bomb)
  const lines = new LineCounter()
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return `${path}:${line}:${col}`
  }
  try {
    const document = parseDocument(text, { ...yamlOptions, lineCounter: lines, uniqueKeys: false, logLevel: 'error' })
    const error = document.errors[0]
    if (error !== undefined) throw refuse(shortened(error.message), place(error.pos[0]), error)
    const twice = repeatedKey(document)
    if (twice !== null) throw refuse('Map keys must be unique', place(twice))
    const value = plain(document.toJS({ maxAliasCount: MAX_ALIASES, mapAsMap: true }), new Map()) as Json
    if (isDeeper(value, MAX_DEPTH)) throw refuse(`found values more than ${MAX_DEPTH} levels inside each other, or in themselves`)
    return value
  } catch (error) {
    throw error instanceof TracewrightError ? error : refuse(messageOf(error), path, error)
  }
}

/** Maps as objects, with their keys in the order in which they were written. `made` keeps what stands in several places one object. */
function plain(value: unknown, made: Map<object, unknown>): unknown {
  if (!Array.isArray(value) && !(value instanceof Map)) return value
  const known = made.get(value)
  if (known !== undefined) return known
  if (Array.isArray(value)) {
    const list: unknown[] = []
    made.set(value, list)
    for (const item of value) list.push(plain(item, made))
    return list
  }
  const object: JsonObject = {}
  made.set(value, object)
  const keys = [...value.keys()].map(key => (typeof key === 'number' ? key : keyText(key)))
  for (const [i, item] of [...value.values()].entries()) setOwn(object, String(keys[i]), plain(item, made) as Json)
  return keys.some(key => Number.isInteger(Number(key))) ? inOrderOf(object, keys) : object
}

/** What is no text as a key: null is '', as YAML has it; a float is written out. */
function keyText(key: unknown): string {
  return key === null || key === undefined ? '' : typeof key === 'object' && !(key instanceof Float) ? writeJson(key) : String(key)
}

const MAX_CHARACTERS = 16 << 20
const MAX_DEPTH = 200
const MAX_OPEN_BRACKETS = 20_000
const MAX_ALIASES = 100
const MAX_ANCHORS = 1000
const MAX_EXPLICIT_KEYS = 200
const MAX_QUOTES = 20_000

/** Why a text is more than a config; null where it may be one. */
function bombIn(text: string): string | null {
  if (text.length > MAX_CHARACTERS) return `found ${text.length} characters, expected at most ${MAX_CHARACTERS}`
  if (openBrackets(text) > MAX_OPEN_BRACKETS) return `found more than ${MAX_OPEN_BRACKETS} brackets that are open at once`
  if (/(?:[-?:][ \t]+){64}/.test(text)) return 'found more than 60 values begun inside each other on one line'
  const anchors = text.match(/(?<![^\s,[{:?-])&[^\s,[\]{}]/g)?.length ?? 0
  if (anchors > MAX_ANCHORS) return `found ${anchors} anchors, expected at most ${MAX_ANCHORS}`
  const explicit = text.match(/(?:^|[ \t])\?(?=\s)/gm)?.length ?? 0
  if (explicit > MAX_EXPLICIT_KEYS && /^[ \t]*\?\s/m.test(text))
    return `found ${explicit} keys begun with '?', expected at most ${MAX_EXPLICIT_KEYS}`
  return /(?:"\s*"|'\s*'){10000}/.test(text) ? `found more than ${MAX_QUOTES} quotes one behind the other` : null
}

function openBrackets(text: string): number {
  let [open, most, plainTo] = [0, 0, 0]
  const signs = /["'[\]{}]/g
  for (let sign = signs.exec(text); sign !== null; sign = signs.exec(text)) {
    const [character] = sign
    if (character === '[' || character === '{') most = Math.max(most, ++open)
    else if (character === ']' || character === '}') open = Math.max(0, open - 1)
    else if (sign.index >= plainTo) {
      const end = endOfQuoted(text, sign.index)
      if (text[end] === character) signs.lastIndex = end + 1
      else plainTo = end // no text stands in quotes before the line ends
    }
  }
  return most
}

/** Where a text in quotes that begins here ends: at its quote, or at the end of the line. No pattern, whose stack long texts would use up. */
function endOfQuoted(text: string, start: number): number {
  const quote = text[start]!
  let at = start + 1
  for (; at < text.length && text[at] !== quote && text[at] !== '\n'; at++) if (quote === '"' && text[at] === '\\') at++
  return Math.min(at, text.length)
}

/** Where a key stands that its map has already; the parser's own look at every pair of keys takes the square of their number. */
function repeatedKey(document: ReturnType<typeof parseDocument>): number | null {
  let found: number | null = null
  visit(document, {
    Map(_, map) {
      const seen = new Set<unknown>()
      for (const { key } of isMap(map) ? map.items : []) {
        if (!isScalar(key) || key.value === '<<') continue
        if (seen.has(key.value) && found === null) found = key.range?.[0] ?? 0
        seen.add(key.value)
      }
      return found === null ? undefined : visit.BREAK
    },
    Pair: (_, pair) => (isCollection(pair.key) ? visit.SKIP : undefined),
  })
  return found
}

function shortened(message: string): string {
  const line = message.split('\n')[0]!.replace(/ at line \d+.*$/, '')
  return line.length > 300 ? `${line.slice(0, 300)}…` : line
}
