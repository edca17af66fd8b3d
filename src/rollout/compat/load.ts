import { constants } from 'node:buffer'
import { JsonSyntaxError, type Lossless, parseLossless } from '../../json/lossless.ts'
import type { Source } from '../log/source.ts'
import { decode, decodePieces } from './decode.ts'
import { DataDesignerParseError, endOfRun } from './parse-error.ts'
import { isDict, type PythonDict, typeName } from './python-value.ts'

/** All objects of a JSON Lines file. One bad line, or one that is no object, and the file is malformed. */
export async function loadLines(source: Source, path: string): Promise<PythonDict[]> {
  const file = source.absolute(path)
  const rows: PythonDict[] = []
  let number = 0
  for await (const line of lines(decodePieces(source.chunks(path)), file)) {
    number++
    const text = strip(line)
    if (text !== '') rows.push(objectFrom(text, file, ` line ${number}`))
  }
  return rows
}

/** The object that a JSON file holds. */
export async function loadObject(source: Source, path: string): Promise<PythonDict> {
  return objectFrom(await loadText(source, path), source.absolute(path), '')
}

/** A file as `open(path, encoding='utf-8').read()` gives it: strictly decoded, a byte-order mark kept, all line ends LF. */
export async function loadText(source: Source, path: string): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of source.chunks(path)) pieces.push(Buffer.from(piece))
  const bytes = Buffer.concat(pieces)
  if (bytes.length > constants.MAX_STRING_LENGTH) throw tooLong(source.absolute(path))
  return decode(bytes).replace(/\r\n?/g, '\n')
}

/** `json.loads`. Throws JsonSyntaxError, and ends the run where Python has an error of another kind. */
export function loadJson(text: string, file: string): Lossless {
  try {
    return parseLossless(text)
  } catch (error) {
    throw error instanceof RangeError ? endOfRun(error.message, file) : error
  }
}

/** `str(error)` of Python's JSONDecodeError, which counts code points. */
export function jsonErrorText(error: JsonSyntaxError, text: string): string {
  const before = Array.from(text.slice(0, error.offset))
  const line = before.filter(c => c === '\n').length + 1
  return `${error.reason}: line ${line} column ${before.length - before.lastIndexOf('\n')} (char ${before.length})`
}

function objectFrom(text: string, file: string, line: string): PythonDict {
  const value = loadJsonOrSkip(text, file, line)
  if (!isDict(value)) throw new DataDesignerParseError(`Expected JSON object in ${file}${line}, got ${typeName(value)}`)
  return value
}

function loadJsonOrSkip(text: string, file: string, line: string): Lossless {
  try {
    return loadJson(text, file)
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw new DataDesignerParseError(`Invalid JSON in ${file}${line}: ${error.reason}`)
    throw error
  }
}

/** Cut text into lines where Python does: at LF, CR LF, and at a lone CR too. */
async function* lines(texts: AsyncIterable<string>, file: string): AsyncIterable<string> {
  let open: string[] = []
  let openLength = 0
  let heldReturn = ''
  for await (const text of texts) {
    // A CR at the end of a piece may be half of a line end.
    const whole = heldReturn + text
    heldReturn = whole.endsWith('\r') ? '\r' : ''
    const parts = whole.slice(0, whole.length - heldReturn.length).split(/\r\n?|\n/)
    openLength += parts[0]!.length
    if (openLength > constants.MAX_STRING_LENGTH) throw tooLong(file)
    open.push(parts.shift()!)
    if (parts.length === 0) continue
    yield open.join('')
    open = [parts.pop()!]
    openLength = open[0]!.length
    yield* parts
  }
  yield open.join('')
}

const WHITESPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/

/** `str.strip`. JavaScript's `trim` takes a byte-order mark for space, and leaves the information separators. */
function strip(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && WHITESPACE.test(text[start]!)) start++
  while (end > start && WHITESPACE.test(text[end - 1]!)) end--
  return text.slice(start, end)
}

function tooLong(file: string): DataDesignerParseError {
  return new DataDesignerParseError(`Cannot read ${file}: it is longer than a string can be`)
}
