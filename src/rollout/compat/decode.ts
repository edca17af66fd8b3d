import { isUtf8 } from 'node:buffer'
import { DataDesignerParseError } from './parse-error.ts'

/** Bytes that are no UTF-8, in the words of Python's UnicodeDecodeError. The reference skips the file for them. */
export class DecodeError extends DataDesignerParseError {}

/** Python decodes a text file in pieces of this size, and counts the place of a bad byte within one. */
const WINDOW_BYTES = 8192

/** Decode a whole file. */
export function decode(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw fault(bytes, true)!
  return bytes.toString('utf8')
}

/** Decode a file piece by piece, as Python does while it reads lines: a bad line before a bad piece is found first. */
export async function* decodePieces(chunks: AsyncIterable<Buffer>): AsyncIterable<string> {
  let pending: Buffer = Buffer.alloc(0)
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += WINDOW_BYTES) {
      const bytes = Buffer.concat([pending, chunk.subarray(at, at + WINDOW_BYTES)])
      const whole = bytes.length - unfinishedBytes(bytes)
      if (!isUtf8(bytes.subarray(0, whole))) throw fault(bytes, false)!
      pending = bytes.subarray(whole)
      yield bytes.toString('utf8', 0, whole)
    }
  }
  if (pending.length > 0) throw fault(pending, true)!
}

/** How many bytes at the end may be the beginning of a character. */
function unfinishedBytes(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const start = bytes.length - back
    if (bytes[start]! >= 0xc0) return fault(bytes.subarray(start), false) === null && sequenceLength(bytes[start]!) > back ? back : 0
  }
  return 0
}

/** The first thing wrong with the bytes; null where nothing is, or only the rest of the last character is yet to come. */
function fault(bytes: Buffer, final: boolean): DecodeError | null {
  for (let start = 0; start < bytes.length; ) {
    const length = sequenceLength(bytes[start]!)
    if (length === 0) return decodeError(bytes, start, 1, 'invalid start byte')
    for (let used = 1; used < length; used++) {
      const next = bytes[start + used]
      if (next === undefined) return final ? decodeError(bytes, start, used, 'unexpected end of data') : null
      // Python's own exception: it waits for the rest of a surrogate, which cannot be right either.
      if (!final && bytes[start] === 0xed && used === 1 && start + 2 === bytes.length && next >= 0xa0 && next <= 0xbf) return null
      if (!continues(bytes[start]!, next, used)) return decodeError(bytes, start, used, 'invalid continuation byte')
    }
    start += length
  }
  return null
}

function sequenceLength(first: number): number {
  if (first < 0x80) return 1
  if (first < 0xc2 || first > 0xf4) return 0
  return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
}

/** Overlong forms, surrogates and what lies beyond Unicode are told by the second byte. */
function continues(first: number, next: number, place: number): boolean {
  const least = place > 1 ? 0x80 : first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80
  const most = place > 1 ? 0xbf : first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf
  return next >= least && next <= most
}

function decodeError(bytes: Buffer, start: number, length: number, reason: string): DecodeError {
  const what = length === 1 ? `byte 0x${bytes[start]!.toString(16).padStart(2, '0')}` : 'bytes'
  const place = length === 1 ? `${start}` : `${start}-${start + length - 1}`
  return new DecodeError(`'utf-8' codec can't decode ${what} in position ${place}: ${reason}`)
}
