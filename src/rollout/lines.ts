import { constants } from 'node:buffer'
import { isObject, type Json, type JsonObject } from '../json.ts'
import { endOfValue } from '../json-source.ts'
import type { Bucket, Ledger, Place } from './ledger.ts'
import type { Source } from './source.ts'

/** One record of a JSON Lines log: the parsed object, its text as written, and its place. */
export type LogRecord = Place & { record: JsonObject; text: string }

/** How a format wants its lines read. */
export type LineOptions = {
  /** Whether an object found on a damaged line is a whole record of this format, and not a piece of a torn one. */
  isRecord(record: JsonObject): boolean
  /** Judge a record by its raw bytes. Not null: it is settled so and never decoded. `place` is the one the record then has. */
  skip?(bytes: Buffer, place: Place): { bucket: Bucket; reason: string } | null
  /** Byte to start from, and the number of the line that begins there. */
  start?: { offset: number; line: number }
}

const LF = 0x0a
const CR = 0x0d

/**
 * Read a file as JSON Lines. LF alone separates records; blank lines are none. What cannot be read is settled as unparsed with a
 * reason, whole records on a damaged line are recovered, and nothing on one line costs another. No string of the file is ever built.
 */
export async function* readLines(source: Source, path: string, ledger: Ledger, options: LineOptions): AsyncIterable<LogRecord> {
  let line = options.start?.line ?? 1
  for await (const { bytes, offset, ended, tooLong } of splitLines(
    source.chunks(path, options.start?.offset ?? 0),
    options.start?.offset ?? 0,
  )) {
    ledger.addBytes(bytes.length + (ended ? 1 : 0))
    if (tooLong > 0) {
      ledger.addBytes(tooLong)
      ledger.settle(ledger.read(path, line, offset), 'unparsed', 'too long')
    } else yield* readLine(bytes, { path, line, offset, ended }, ledger, options)
    line++
  }
}

function* readLine(
  bytes: Buffer,
  at: { path: string; line: number; offset: number; ended: boolean },
  ledger: Ledger,
  options: LineOptions,
): Iterable<LogRecord> {
  if (isBlank(bytes)) return
  const skipped = options.skip?.(bytes, { index: ledger.records, file: at.path, line: at.line, offset: at.offset })
  if (skipped) {
    ledger.settle(ledger.read(at.path, at.line, at.offset), skipped.bucket, skipped.reason)
    return
  }
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '')
  const value = parseOrError(text)
  if (!(value instanceof SyntaxError)) {
    const record = isObject(value) ? value : null
    const place = ledger.read(at.path, at.line, at.offset, record)
    if (record !== null) yield { ...place, record, text }
    else ledger.settle(place, 'unparsed', 'not a JSON object')
    return
  }
  for (const piece of recover(text, options.isRecord)) {
    // Offsets inside a damaged line are counted in bytes, as those of lines are.
    const offset = at.offset + Buffer.byteLength(text.slice(0, piece.start))
    const place = ledger.read(at.path, at.line, offset, piece.record)
    if (piece.record !== null) yield { ...place, record: piece.record, text: text.slice(piece.start, piece.end) }
    else ledger.settle(place, 'unparsed', damageReason(text.slice(piece.start, piece.end), !at.ended && piece.end === text.length))
  }
}

/** What stands on a damaged line: whole records, and the stretches between them that are none. */
function* recover(
  text: string,
  isRecord: (record: JsonObject) => boolean,
): Iterable<{ start: number; end: number; record: JsonObject | null }> {
  let lost = 0
  for (let at = text.indexOf('{'); at >= 0; ) {
    const end = endOfValue(text, at)
    const record = end < 0 ? null : parseOrError(text.slice(at, end))
    if (isObject(record) && isRecord(record)) {
      if (!isFiller(text.slice(lost, at))) yield { start: lost, end: at, record: null }
      yield { start: at, end, record }
      lost = end
      at = text.indexOf('{', end)
    } else at = text.indexOf('{"', at + 1)
  }
  if (!isFiller(text.slice(lost))) yield { start: lost, end: text.length, record: null }
}

function damageReason(text: string, isTail: boolean): string {
  if (/^\0+$/.test(text.trim())) return 'NUL bytes'
  if (isTail) return 'torn tail'
  return text.trimStart().startsWith('{') ? 'torn record' : 'not JSON'
}

function isFiller(text: string): boolean {
  return text.trim() === ''
}

function parseOrError(text: string): Json | SyntaxError {
  try {
    return JSON.parse(text) as Json
  } catch (error) {
    return error instanceof SyntaxError ? error : new SyntaxError(String(error))
  }
}

function isBlank(bytes: Buffer): boolean {
  if (bytes.length > 64) return false
  for (const byte of bytes) if (byte !== 0x20 && byte !== 0x09 && byte !== CR) return false
  return true
}

type Line = { bytes: Buffer; offset: number; ended: boolean; tooLong: number }

/** Cut chunks at LF. A line longer than a string can be comes without its bytes, only with their number. */
async function* splitLines(chunks: AsyncIterable<Buffer>, start: number): AsyncIterable<Line> {
  let pieces: Buffer[] = []
  let length = 0
  let offset = start
  const take = (last: Buffer, ended: boolean): Line => {
    const tooLong = length + last.length > constants.MAX_STRING_LENGTH ? length + last.length : 0
    const bytes = tooLong > 0 ? Buffer.alloc(0) : pieces.length === 0 ? last : Buffer.concat([...pieces, last])
    const line = { bytes, offset, ended, tooLong }
    offset += length + last.length + (ended ? 1 : 0)
    pieces = []
    length = 0
    return line
  }
  for await (const chunk of chunks) {
    let from = 0
    for (let at = chunk.indexOf(LF); at >= 0; at = chunk.indexOf(LF, from)) {
      yield take(chunk.subarray(from, at), true)
      from = at + 1
    }
    if (from === chunk.length) continue
    const rest = chunk.subarray(from)
    length += rest.length
    if (length <= constants.MAX_STRING_LENGTH) pieces.push(rest)
    else pieces = []
  }
  if (length > 0) yield take(Buffer.alloc(0), false)
}
