import { constants } from 'node:buffer'
import type { Json } from '../../json/json.ts'
import { type JsonRemark, parseTolerant } from '../../json/tolerant.ts'

/** Keys and indexes that lead from the top of a document to a value in it. */
export type DocumentPath = readonly (string | number)[]

/** How to take a container: member by member, as one value, or not at all. */
export type Taking = 'enter' | 'whole' | 'skip'

/** A piece of a document, in the order in which the pieces stand in it. */
export type DocumentPart =
  | { kind: 'open'; path: DocumentPath; container: 'object' | 'array'; offset: number }
  | { kind: 'value'; path: DocumentPath; value: Json; text: string; offset: number; remarks: JsonRemark[] }
  | { kind: 'close'; path: DocumentPath; complete: boolean }
  | { kind: 'damage'; path: DocumentPath; reason: string; offset: number; bytes: number }

type Frame = {
  container: 'object' | 'array' | 'root'
  path: DocumentPath
  key: string | null // of an object: the key whose value comes
  index: number // of an array: the element that comes
  expect: 'item' | 'colon' | 'value' | 'comma'
}

type Capture = {
  form: 'container' | 'string' | 'scalar'
  isKey: boolean
  isKept: boolean
  path: DocumentPath
  offset: number
  pieces: Buffer[]
  length: number
  depth: number
  deepest: number
  inString: boolean
  isEscaped: boolean
}

/** Containers within containers are entered to this depth; what lies deeper comes whole, so that a path stays short. */
const MAX_ENTERED = 64

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPENING = new Map<number, 'object' | 'array'>([
  [0x7b, 'object'],
  [0x5b, 'array'],
])
const CLOSING = new Map<number, 'object' | 'array'>([
  [0x7d, 'object'],
  [0x5d, 'array'],
])
const COLON = 0x3a
const COMMA = 0x2c

/**
 * Walks JSON as its bytes come. Only values that are taken whole are ever decoded, so memory is bounded by the largest of them.
 * What does not fit the grammar becomes damage and the walk goes on; several documents after one another are walked in turn.
 */
export class DocumentScanner {
  private readonly taking: (path: DocumentPath, container: 'object' | 'array') => Taking
  private readonly frames: Frame[] = [{ container: 'root', path: [], key: null, index: 0, expect: 'item' }]
  private capture: Capture | null = null
  private garbage: { offset: number; bytes: number; isNul: boolean } | null = null
  private base = 0 // offset of the chunk in the document

  constructor(taking: (path: DocumentPath, container: 'object' | 'array') => Taking) {
    this.taking = taking
  }

  /** The parts that end in the next chunk. */
  *push(chunk: Buffer): Iterable<DocumentPart> {
    for (let at = 0; at < chunk.length; ) {
      if (this.capture !== null) {
        const end = captureEnd(this.capture, chunk, at)
        // The chunk is overwritten by the next one.
        if (end < 0) {
          this.keep(Buffer.from(chunk.subarray(at)))
          break
        }
        this.keep(chunk.subarray(at, end))
        at = end
        yield* this.captured()
      } else at = yield* this.token(chunk, at)
    }
    this.base += chunk.length
  }

  /** The parts that are left when no more bytes come. `isTorn`: more was there, and is lost. */
  *end(isTorn = false): Iterable<DocumentPart> {
    const open = this.capture
    this.capture = null
    yield* this.flushGarbage()
    if (this.frames.length > 1 || isTorn) {
      const { path, offset, length: bytes } = open ?? { path: this.top.path, offset: this.base, length: 0 }
      yield { kind: 'damage', path, reason: 'torn tail', offset, bytes }
    }
    while (this.frames.length > 1) yield this.close(false)
  }

  private get top(): Frame {
    return this.frames[this.frames.length - 1]!
  }

  /** Takes one byte between values; gives the position after it. */
  private *token(chunk: Buffer, at: number): Generator<DocumentPart, number> {
    const byte = chunk[at]!
    if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) return at + 1
    const offset = this.base + at
    const top = this.top
    const container = OPENING.get(byte)
    const takesValue = top.container === 'array' || (top.container === 'object' && top.expect === 'value')
    if (container !== undefined && (takesValue || top.container === 'root')) {
      yield* this.flushGarbage()
      const path = this.pathOfNext()
      const taking = path.length < MAX_ENTERED ? this.taking(path, container) : 'whole'
      if (taking !== 'enter') {
        this.begin('container', path, offset, { isKept: taking === 'whole' })
        return at
      }
      top.expect = 'comma'
      this.frames.push({ container, path, key: null, index: 0, expect: 'item' })
      yield { kind: 'open', path, container, offset }
    } else if (byte === QUOTE && top.container !== 'root') {
      yield* this.flushGarbage()
      this.begin('string', takesValue ? this.pathOfNext() : top.path, offset, { isKey: !takesValue })
      return at
    } else if (CLOSING.has(byte) && this.frames.some(frame => frame.container === CLOSING.get(byte))) {
      yield* this.flushGarbage()
      while (this.top.container !== CLOSING.get(byte)) yield this.close(false)
      yield this.close(true)
    } else if (byte === COLON && top.expect === 'colon') top.expect = 'value'
    else if (byte === COMMA && top.container !== 'root') top.expect = 'item'
    else if (takesValue && byte !== COLON && !CLOSING.has(byte)) {
      yield* this.flushGarbage()
      this.begin('scalar', this.pathOfNext(), offset)
      return at
    } else this.addGarbage(offset, byte)
    return at + 1
  }

  private begin(form: Capture['form'], path: DocumentPath, offset: number, how: { isKey?: boolean; isKept?: boolean } = {}): void {
    const state = { pieces: [], length: 0, depth: 0, deepest: 0, inString: false, isEscaped: false }
    this.capture = { form, path, offset, isKey: false, isKept: true, ...how, ...state }
  }

  private keep(piece: Buffer): void {
    const capture = this.capture!
    capture.length += piece.length
    if (!capture.isKept) return
    if (capture.length > constants.MAX_STRING_LENGTH) capture.pieces = []
    else capture.pieces.push(piece)
  }

  private *captured(): Iterable<DocumentPart> {
    const { path, offset, pieces, length, deepest, isKey, isKept } = this.capture!
    this.capture = null
    const top = this.top
    if (isKept && length > constants.MAX_STRING_LENGTH) {
      yield { kind: 'damage', path, reason: 'too long', offset, bytes: length }
    } else if (isKept) {
      const text = (pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)).toString('utf8')
      const parsed = parseTolerant(text, deepest)
      if (parsed === null) yield { kind: 'damage', path, reason: 'not JSON', offset, bytes: length }
      else if (isKey) {
        top.key = parsed.value as string
        top.expect = 'colon'
        return
      } else yield { kind: 'value', path, text, offset, ...parsed }
    }
    top.expect = 'comma'
  }

  private pathOfNext(): DocumentPath {
    const top = this.top
    if (top.container === 'root') return []
    return [...top.path, top.container === 'array' ? top.index++ : top.key!]
  }

  private close(complete: boolean): DocumentPart {
    return { kind: 'close', path: this.frames.pop()!.path, complete }
  }

  private addGarbage(offset: number, byte: number): void {
    this.garbage ??= { offset, bytes: 0, isNul: true }
    this.garbage.bytes = offset + 1 - this.garbage.offset
    this.garbage.isNul &&= byte === 0
  }

  private *flushGarbage(): Iterable<DocumentPart> {
    if (this.garbage === null) return
    const { offset, bytes, isNul } = this.garbage
    this.garbage = null
    yield { kind: 'damage', path: this.top.path, reason: isNul ? 'NUL bytes' : 'not JSON', offset, bytes }
  }
}

/** The position after the captured value, or -1 when it goes on in the next chunk. */
function captureEnd(capture: Capture, chunk: Buffer, from: number): number {
  if (capture.form === 'scalar') return scalarEnd(chunk, from)
  for (let at = from; at < chunk.length; ) {
    if (capture.inString) {
      at = stringEnd(capture, chunk, at)
      if (at < 0) return -1
      capture.inString = false
      if (capture.depth === 0) return at
    }
    at = bracketsEnd(capture, chunk, at)
    if (at < 0 || !capture.inString) return at
  }
  return -1
}

/** Goes over brackets up to the next string or the end of the container; gives the position after it, or -1. */
function bracketsEnd(capture: Capture, chunk: Buffer, from: number): number {
  let { depth, deepest } = capture
  let at = from
  let end = -1
  for (; at < chunk.length && end < 0; at++) {
    const byte = chunk[at]!
    if (byte === QUOTE) {
      capture.inString = true
      end = at + 1
    } else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > deepest) deepest = depth
    } else if ((byte === 0x7d || byte === 0x5d) && --depth === 0) end = at + 1
  }
  capture.depth = depth
  capture.deepest = deepest
  return end
}

/** Long strings are worth a native search. */
const SHORT_STRING = 48

function stringEnd(capture: Capture, chunk: Buffer, from: number): number {
  let at = from
  if (capture.isEscaped) at++
  capture.isEscaped = false
  for (const near = Math.min(chunk.length, at + SHORT_STRING); at < near; at++) {
    const byte = chunk[at]!
    if (byte === QUOTE) return at + 1
    if (byte === BACKSLASH) at++
  }
  // A backslash at the edge has taken the byte behind it along.
  for (let quote = chunk.indexOf(QUOTE, at); quote >= 0; quote = chunk.indexOf(QUOTE, quote + 1))
    if (backslashesBefore(chunk, quote, at) % 2 === 0) return quote + 1
  capture.isEscaped = at > chunk.length || backslashesBefore(chunk, chunk.length, at) % 2 === 1
  return -1
}

/** Number of backslashes that end just before `end`, none of them before `start`. */
function backslashesBefore(chunk: Buffer, end: number, start: number): number {
  let at = end
  while (at > start && chunk[at - 1] === BACKSLASH) at--
  return end - at
}

function scalarEnd(chunk: Buffer, from: number): number {
  for (let at = from; at < chunk.length; at++) {
    const byte = chunk[at]!
    if (byte === COMMA || CLOSING.has(byte) || byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) return at
  }
  return -1
}
