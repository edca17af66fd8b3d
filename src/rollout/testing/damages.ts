import fc from 'fast-check'
import { isObject, type Json, type JsonObject, parseJson } from '../../json/json.ts'

/** Something that happens to the bytes of a log, and what to call it when a test fails. */
export type Damage = { name: string; apply: (bytes: Buffer) => Buffer }

/** What may happen to a line; the numbers choose where. */
type LineDamage = (lines: string[], at: number, other: number) => string[]

const NUL_RUN = '\0'.repeat(64)
const LONE_SURROGATE = '\\ud83d'
const MAX_DEPTH = 20 // fields deeper than this are left alone
const DEEP = `${'['.repeat(3000)}${']'.repeat(3000)}`

const LINE_DAMAGES: Record<string, LineDamage> = {
  delete: (lines, at) => lines.toSpliced(at, 1),
  duplicate: (lines, at) => lines.toSpliced(at, 0, lines[at]!),
  move: (lines, at, other) => lines.toSpliced(at, 1).toSpliced(other % lines.length, 0, lines[at]!),
  glue: (lines, at) => lines.toSpliced(at, 2, lines.slice(at, at + 2).join('')),
  splice: (lines, at, other) => lines.toSpliced(at, 1, lines[at]!.slice(0, other % (lines[at]!.length + 1)) + (lines[at + 1] ?? '')),
  nul: (lines, at) => lines.toSpliced(at, 0, NUL_RUN),
  'nul before': (lines, at) => lines.with(at, NUL_RUN + lines[at]!),
  blank: (lines, at) => lines.toSpliced(at, 0, ' \t\r'),
  'not an object': (lines, at, other) => lines.toSpliced(at, 0, ['null', '[]', '"text"', '17', 'true'][other % 5]!),
  surrogate: (lines, at) => lines.with(at, lines[at]!.replace(/"(?=[^"\\]*"\s*[,}])/, `"${LONE_SURROGATE}`)),
  'line separator': (lines, at) => lines.with(at, lines[at]!.replace(/ (?=\w)/, '\u2028')),
}

/** What may happen to a value of a record; `other` chooses among the kinds. */
const VALUES: readonly Json[] = [null, true, -1, 1e308, 0.5, '', 'text', [], {}, [null], [[]], { type: 'text' }, ['text'], '\ud83d', '\0']

/** Keys that every object has by birth, and keys of rows and settings that would be found in all of them if one were given to all. */
const WORDS_OF_OBJECTS = [
  ...['__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty', '__defineGetter__'],
  ...['tool_calls', 'is_error', 'costUSD', 'model', 'usage', 'replay'],
]

const byteDamage = fc.oneof(
  fc.nat().map(at => named(`cut end ${at}`, bytes => bytes.subarray(0, at % (bytes.length + 1)))),
  fc.nat().map(at => named(`cut start ${at}`, bytes => bytes.subarray(at % (bytes.length + 1)))),
  fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })).map(([at, mask]) => named(`flip ${at} ${mask}`, bytes => flipped(bytes, at, mask))),
  fc.constant(named('byte order mark', bytes => Buffer.concat([Buffer.from('\uFEFF'), bytes]))),
  fc.constant(named('CRLF', bytes => Buffer.from(bytes.toString('latin1').replaceAll('\n', '\r\n'), 'latin1'))),
)

const lineDamage = fc
  .tuple(fc.constantFrom(...Object.keys(LINE_DAMAGES)), fc.nat(), fc.nat())
  .map(([name, at, other]) =>
    named(`${name} ${at} ${other}`, bytes => onLines(bytes, lines => LINE_DAMAGES[name]!(lines, at % lines.length, other))),
  )

const fieldDamage = fc
  .tuple(fc.nat(), fc.nat(), fc.nat())
  .map(([at, field, value]) => named(`field ${at} ${field} ${value}`, bytes => onRecord(bytes, at, text => withField(text, field, value))))

const wordDamage = fc
  .tuple(fc.nat(), fc.nat(), fc.constantFrom(...WORDS_OF_OBJECTS), fc.boolean())
  .map(([at, field, word, isKey]) =>
    named(`word ${at} ${field} ${word} ${isKey}`, bytes => onRecord(bytes, at, text => withWord(text, field, word, isKey))),
  )

/** One to three damages, the same for the same seed. */
export const damages: fc.Arbitrary<Damage[]> = fc.array(
  fc.oneof(
    { weight: 1, arbitrary: byteDamage },
    { weight: 3, arbitrary: lineDamage },
    { weight: 4, arbitrary: fieldDamage },
    { weight: 2, arbitrary: wordDamage },
  ),
  { minLength: 1, maxLength: 3 },
)

function named(name: string, apply: Damage['apply']): Damage {
  return { name, apply }
}

function flipped(bytes: Buffer, at: number, mask: number): Buffer {
  const copy = Buffer.from(bytes)
  if (copy.length > 0) copy[at % copy.length]! ^= mask
  return copy
}

function onLines(bytes: Buffer, change: (lines: string[]) => string[]): Buffer {
  const lines = bytes.toString('utf8').split('\n')
  return Buffer.from(change(lines).join('\n'))
}

/** Change one line of JSON Lines, or the whole of a document. */
function onRecord(bytes: Buffer, at: number, change: (text: string) => string): Buffer {
  const text = bytes.toString('utf8')
  if (isObject(parseJson(text)) || Array.isArray(parseJson(text))) return Buffer.from(change(text))
  return onLines(bytes, lines => lines.with(at % lines.length, change(lines[at % lines.length]!)))
}

/** A record with one of its values, however deep it stands, replaced by one of another type; or missing. */
export function withField(text: string, field: number, value: number): string {
  const record = parseJson(text)
  if (!isObject(record) && !Array.isArray(record)) return text
  const places = placesIn(record)
  const place = places[field % places.length]
  if (place === undefined) return text
  const marker = '\u0001here\u0001'
  if (value % 8 === 0) delete (place.holder as JsonObject)[place.key]
  else (place.holder as JsonObject)[place.key] = value % 8 < 3 ? marker : VALUES[value % VALUES.length]!
  const written = value % 8 === 1 ? DEEP : `${'9'.repeat(400 + (value % 5000))}`
  return JSON.stringify(record).replace(JSON.stringify(marker), () => written)
}

/** A record in which a text, or a key, is another word. */
function withWord(text: string, field: number, word: string, isKey: boolean): string {
  const record = parseJson(text)
  if (!isObject(record)) return text
  const places = placesIn(record).filter(({ holder, key }) => isKey || typeof (holder as JsonObject)[key] === 'string')
  const place = places[field % Math.max(1, places.length)]
  if (place === undefined) return text
  const value = isKey ? (place.holder as JsonObject)[place.key]! : word
  if (isKey) delete (place.holder as JsonObject)[place.key]
  Object.defineProperty(place.holder, isKey ? word : place.key, { value, enumerable: true, writable: true, configurable: true })
  return JSON.stringify(record)
}

function placesIn(value: Json, depth = 0): { holder: object; key: string }[] {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return []
  return Object.entries(value).flatMap(([key, inner]) => [{ holder: value, key }, ...placesIn(inner, depth + 1)])
}
