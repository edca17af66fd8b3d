import { constants } from 'node:buffer'
import { breathe } from '../../breathe.ts'
import { type Known, refuseUnknownOptions } from '../../fields.ts'
import { isObject, type JsonObject } from '../../json/json.ts'
import { asFound, asWritten, parseRecord, withoutNonNumbers } from './as-written.ts'
import type { Bucket, Ledger, Place } from './ledger.ts'
import { recover } from './recover.ts'
import { RepeatedLines, type RepeatedSoFar } from './repeated-lines.ts'
import type { Source } from './source.ts'
import { TornArchive } from './zstd-frames.ts'

/** One record of a JSON Lines log: the parsed object, its text as written, and its place. */
export type LogRecord = Place & {
  /** The parsed object. */
  record: JsonObject
  /** Its text as it is written. */
  text: string
}

/** How a format wants its lines read. */
export type LineOptions = {
  /** Whether an object found on a damaged line is a whole record of this format, and not a piece of a torn one. */
  isRecord(record: JsonObject): boolean
  /** Judge a record by its raw bytes. Not null: it is settled so and never decoded. `place` is the one the record then has. */
  skip?(bytes: Buffer, place: Place): SkippedRecord | null
  /** Judge a record of more than a megabyte by its first one. Not null: it is settled so, and the rest of it is never held in memory. */
  skipLong?(start: Buffer, place: Place): SkippedRecord | null
  /** Byte to start from, and the number of the line that begins there. */
  start?: LineStart
  /** Told behind the last line with an end, before what stands behind it is read; the place where it stands. */
  beforeTail?(at: LineStart): void
}

/** Where a line begins. */
export type LineStart = {
  /** Its first byte. */
  offset: number
  /** Its number, from 1. */
  line: number
  /** What was known there of lines that stand twice. */
  repeated?: RepeatedSoFar
}

const LINE_OPTIONS: Known<LineOptions> = { isRecord: true, skip: true, skipLong: true, start: true, beforeTail: true }

/** What becomes of a record that is not decoded. */
export type SkippedRecord = {
  /** Its end. */
  bucket: Bucket
  /** Why. */
  reason: string
}

/** From here on a record is long. */
const LONG_BYTES = 1 << 20

const LF = 0x0a
const CR = 0x0d

/**
 * Read a file as JSON Lines. LF alone separates records; blank lines are none. What cannot be read is settled as unparsed with a
 * reason, whole records on a damaged line are recovered, and nothing on one line costs another. No string of the file is ever built.
 */
export async function* readLines(source: Source, path: string, ledger: Ledger, options: LineOptions): AsyncIterable<LogRecord> {
  refuseUnknownOptions(options, LINE_OPTIONS, 'readLines')
  for await (const run of readRuns(source, path, ledger, options))
    for (const { place, record, text } of run) yield { ...place, record, text }
}

/** One record of a run; its place may be kept. */
export type PlacedRecord = { place: Place; record: JsonObject; text: string }

/**
 * The same, a run of records at a time: to await each record can cost as much as to decode it. Records are decoded while a run is
 * walked, and it has to be walked to its end before the next one is asked for.
 */
export async function* readRuns(source: Source, path: string, ledger: Ledger, options: LineOptions): AsyncIterable<Iterable<PlacedRecord>> {
  const { offset, repeated: soFar } = options.start ?? { offset: 0 }
  const repeated = new RepeatedLines()
  if (soFar !== undefined) repeated.goOn(soFar, length => source.part(path, offset - 1 - length, length))
  yield* readChunks(source.chunks(path, offset), path, ledger, options, repeated)
}

/** The same of bytes that are no file of their own; `path` is where they come from. */
export async function* readChunks(
  chunks: AsyncIterable<Buffer>,
  path: string,
  ledger: Ledger,
  options: LineOptions,
  repeated = new RepeatedLines(),
): AsyncIterable<Iterable<PlacedRecord>> {
  const reader = new LineReader(path, ledger, options, repeated)
  let isTorn = false
  try {
    for await (const chunk of chunks) {
      yield reader.take(chunk)
      await breathe()
    }
  } catch (error) {
    if (!(error instanceof TornArchive)) throw error
    isTorn = true
  }
  const { soFar } = repeated
  if (soFar !== null) options.beforeTail?.({ ...reader.at, repeated: soFar })
  yield reader.finish(isTorn)
}

/** Cuts chunks at LF and decodes what stands between. */
class LineReader {
  private readonly path: string
  private readonly ledger: Ledger
  private readonly options: LineOptions
  private readonly repeated: RepeatedLines
  private line: number
  private offset: number
  private pieces: Buffer[] = [] // of a line that is not whole yet; none where it is longer than a string can be
  private length = 0
  private skipped: SkippedRecord | null | undefined // of a long line; undefined: not judged yet

  constructor(path: string, ledger: Ledger, options: LineOptions, repeated: RepeatedLines) {
    this.path = path
    this.ledger = ledger
    this.options = options
    this.repeated = repeated
    this.line = options.start?.line ?? 1
    this.offset = options.start?.offset ?? 0
  }

  /** Where the line begins that is not read yet. */
  get at(): { offset: number; line: number } {
    return { offset: this.offset, line: this.line }
  }

  *take(chunk: Buffer): Iterable<PlacedRecord> {
    this.repeated.begin(chunk)
    let from = 0
    for (let at = chunk.indexOf(LF); at >= 0; at = chunk.indexOf(LF, from)) {
      const read = this.read(chunk.subarray(from, at), true)
      from = at + 1
      if (read === null) continue
      if ('record' in read) yield read
      else yield* read
    }
    if (from < chunk.length) this.carry(chunk.subarray(from))
    this.repeated.keep()
  }

  /** Keep the start of a line that goes on in the next chunk, which overwrites this one. */
  private carry(rest: Buffer): void {
    this.length += rest.length
    if (this.skipped) return
    if (this.length <= constants.MAX_STRING_LENGTH) this.pieces.push(Buffer.from(rest))
    else this.pieces = []
    if (this.skipped === undefined && this.length > LONG_BYTES) this.skipped = this.judgeLong()
    if (this.skipped) this.pieces = []
  }

  private judgeLong(): SkippedRecord | null {
    const { path, ledger, line, offset, options } = this
    if (options.skipLong === undefined) return null
    return options.skipLong(Buffer.concat(this.pieces), { index: ledger.records, file: path, line, offset })
  }

  /** `isTorn`: more was there and is lost, so a tail is missing though every line may be whole. */
  *finish(isTorn: boolean): Iterable<PlacedRecord> {
    const { path, ledger } = this
    const settled = ledger.records
    const read = this.length > 0 ? this.read(Buffer.alloc(0), false) : null
    const isWhole = read === null || 'record' in read
    if (read !== null && 'record' in read) yield read
    else if (read !== null) yield* read
    if (isTorn && (isWhole || ledger.records === settled)) ledger.settle(ledger.read(path, this.line, this.offset), 'unparsed', 'torn tail')
  }

  /** What stands on the line that ends in `last`. */
  private read(last: Buffer, isEnded: boolean): Read {
    const { path, ledger, line, offset, skipped } = this
    const length = this.length + last.length
    this.line++
    this.offset += length + (isEnded ? 1 : 0)
    ledger.addBytes(length + (isEnded ? 1 : 0))
    const bytes = this.length === 0 || skipped ? last : Buffer.concat([...this.pieces, last])
    if (this.length > 0) {
      this.length = 0
      this.pieces = []
      this.skipped = undefined
    }
    const isHeld = !skipped && length <= constants.MAX_STRING_LENGTH
    if (!isHeld || isBlank(bytes)) this.repeated.forget()
    else if (!this.repeated.take(bytes)) return readLine(bytes, { path, line, offset, isEnded }, ledger, this.options)
    else ledger.settle(ledger.read(path, line, offset), 'merged', 'written a second time')
    if (skipped) ledger.settle(ledger.read(path, line, offset), skipped.bucket, skipped.reason)
    else if (!isHeld) ledger.settle(ledger.read(path, line, offset), 'unparsed', 'too long')
    return null
  }
}

/** What a line holds: nothing, as nearly always one record, or what could be recovered of it. */
type Read = PlacedRecord | Iterable<PlacedRecord> | null

type LineAt = { path: string; line: number; offset: number; isEnded: boolean }

function readLine(bytes: Buffer, at: LineAt, ledger: Ledger, options: LineOptions): Read {
  const { path, line, offset } = at
  const skipped = options.skip?.(bytes, { index: ledger.records, file: path, line, offset })
  if (skipped) {
    ledger.settle(ledger.read(path, line, offset), skipped.bucket, skipped.reason)
    return null
  }
  const text = withoutMark(bytes.toString('utf8'))
  const parsed = parseRecord(text)
  const { value } = parsed
  if (value === undefined) {
    const record = withoutNonNumbers(text)
    if (record === null) return readDamaged(text, at, ledger, options)
    const place = ledger.read(path, line, offset, record)
    ledger.noteDeep(place, 'not_a_number')
    return { place, record: asWritten(record, parsed, text, place, ledger), text }
  }
  const record = isObject(value) ? value : null
  const place = ledger.read(path, line, offset, record)
  if (record !== null) return { place, record: asWritten(record, parsed, text, place, ledger), text }
  ledger.settle(place, 'unparsed', 'not a JSON object')
  return null
}

function* readDamaged(text: string, at: LineAt, ledger: Ledger, options: LineOptions): Iterable<PlacedRecord> {
  let offset = at.offset
  let counted = 0
  for (const piece of recover(text, { isRecord: options.isRecord, isEnded: at.isEnded })) {
    // Offsets inside a damaged line are counted in bytes, as those of lines are.
    offset += Buffer.byteLength(text.slice(counted, piece.start))
    counted = piece.start
    const place = ledger.read(at.path, at.line, offset, piece.record)
    const own = text.slice(piece.start, piece.end)
    if (piece.record !== null) yield { place, record: asFound(piece.record, own, place, ledger), text: own }
    else ledger.settle(place, 'unparsed', damageReason(own, !at.isEnded && piece.end === text.length))
  }
}

function damageReason(text: string, isTail: boolean): string {
  if (/^\0+$/.test(text.trim())) return 'NUL bytes'
  if (isTail) return 'torn tail'
  return text.trimStart().startsWith('{') ? 'torn record' : 'not JSON'
}

function isBlank(bytes: Buffer): boolean {
  if (bytes.length > 64) return false
  for (const byte of bytes) if (byte !== 0x20 && byte !== 0x09 && byte !== CR) return false
  return true
}

/** A line's text without the byte order mark that a file may begin with. */
function withoutMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
}
