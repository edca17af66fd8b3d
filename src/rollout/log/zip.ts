import { Readable } from 'node:stream'
import { crc32, createInflateRaw } from 'node:zlib'
import type { Source } from './source.ts'
import { unfold } from './zstd-frames.ts'

/** A file in an archive: where its bytes are, and how they are packed. */
export type ZipMember = {
  /** As it is called in the archive. */
  name: string
  /** How it is packed: 0 not at all, 8 deflate, 93 zstd. */
  method: number
  /** Bytes in the archive. */
  packed: number
  /** Checksum of what it unpacks to. */
  crc: number
  /** Where its own header begins. */
  offset: number
}

const [LOCAL, CENTRAL, END, END_64, LOCATOR_64] = [0x04034b50, 0x02014b50, 0x06054b50, 0x06064b50, 0x07064b50]
const NOT_HERE = 0xffffffff // the number stands in a field of 64 bits
const READ_BYTES = 1 << 16

/**
 * The files of an archive, by name; of one that was written twice, the later. Where the list at its end is missing, since the archive
 * broke off, those whose headers say how long they are.
 */
export function zipMembers(source: Source, path: string): Map<string, ZipMember> {
  const size = source.facts(path)?.size ?? 0
  const tail = source.part(path, Math.max(0, size - READ_BYTES - 22), READ_BYTES + 22)
  for (let at = tail.length - 22; at >= 0; at--)
    if (tail.readUInt32LE(at) === END) return listed(source, path, listAt(source, path, tail, at), size)
  return walked(source, path, size)
}

/** What is written to say something packs to more than a thousandth of itself; what is smaller than this does no harm. */
const [MOST_RATIO, HARMLESS_BYTES] = [1000, 64 << 20]

/**
 * What a file in an archive unpacks to, a piece at a time. Throws where it is damaged, or unpacks to more than `most` or than anything
 * that was written to say something, behind what is whole.
 */
export async function* unpackMember(
  source: Source,
  path: string,
  { name, method, packed, crc, offset }: ZipMember,
  most = Number.POSITIVE_INFINITY,
): AsyncIterable<Buffer> {
  const header = source.part(path, offset, 30)
  if (header.length < 30 || header.readUInt32LE(0) !== LOCAL) throw new Error(`no file begins where '${name}' should`)
  const pieces = piecesOf(source, path, offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28), packed)
  if (method !== 0 && method !== 8 && method !== 93) throw new Error(`'${name}' is packed in a way that is not known: ${method}`)
  // What is said to be packed may be more than there is.
  const there = Math.min(packed, source.facts(path)?.size ?? 0)
  const limit = Math.min(most, Math.max(HARMLESS_BYTES, there * MOST_RATIO))
  let sum = 0
  let length = 0
  for await (const piece of method === 8 ? inflated(pieces) : method === 93 ? unfold(pieces) : pieces) {
    length += piece.length
    if (length > limit) throw new Error(`'${name}' unpacks to more than ${limit} bytes, of ${there} that are packed`)
    sum = crc32(piece, sum)
    yield piece
  }
  if (sum !== crc) throw new Error(`'${name}' has another checksum`)
}

async function* piecesOf(source: Source, path: string, from: number, length: number): AsyncIterable<Buffer> {
  for (let at = from; at < from + length; at += READ_BYTES) {
    const piece = source.part(path, at, Math.min(READ_BYTES, from + length - at))
    if (piece.length > 0) yield piece
    if (piece.length < READ_BYTES) return
  }
}

async function* inflated(pieces: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  const stream = createInflateRaw()
  const input = Readable.from(pieces, { objectMode: true })
  input.once('error', error => stream.destroy(error))
  try {
    yield* input.pipe(stream) as AsyncIterable<Buffer>
  } finally {
    input.destroy()
  }
}

/** Where the list of files begins, and how long it is. */
function listAt(source: Source, path: string, tail: Buffer, at: number): { start: number; length: number } {
  const [length, start] = [tail.readUInt32LE(at + 12), tail.readUInt32LE(at + 16)]
  const locator = at - 20
  if ((start !== NOT_HERE && length !== NOT_HERE) || locator < 0 || tail.readUInt32LE(locator) !== LOCATOR_64) return { start, length }
  const end = source.part(path, Number(tail.readBigUInt64LE(locator + 8)), 56)
  if (end.length < 56 || end.readUInt32LE(0) !== END_64) return { start, length }
  return { start: Number(end.readBigUInt64LE(48)), length: Number(end.readBigUInt64LE(40)) }
}

function listed(source: Source, path: string, { start, length }: { start: number; length: number }, size: number): Map<string, ZipMember> {
  const members = new Map<string, ZipMember>()
  const list = source.part(path, Math.min(start, size), Math.min(length, Math.max(0, size - start)))
  for (let at = 0; at + 46 <= list.length && list.readUInt32LE(at) === CENTRAL; ) {
    const [ofName, ofExtra, ofComment] = [list.readUInt16LE(at + 28), list.readUInt16LE(at + 30), list.readUInt16LE(at + 32)]
    const name = list.toString('utf8', at + 46, at + 46 + ofName)
    const extra = list.subarray(at + 46 + ofName, at + 46 + ofName + ofExtra)
    const [packed, offset] = sizesOf(extra, list.readUInt32LE(at + 24), list.readUInt32LE(at + 20), list.readUInt32LE(at + 42))
    members.set(name, { name, method: list.readUInt16LE(at + 10), packed, crc: list.readUInt32LE(at + 16), offset })
    at += 46 + ofName + ofExtra + ofComment
  }
  return members
}

/** Length and place; what does not fit stands in the extra field of number 1, in the order unpacked, packed, place. */
function sizesOf(extra: Buffer, unpacked: number, packed: number, offset: number): [number, number] {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue
    let next = at + 4 + (unpacked === NOT_HERE ? 8 : 0)
    const take = (value: number) => {
      if (value !== NOT_HERE || next + 8 > extra.length) return value
      next += 8
      return Number(extra.readBigUInt64LE(next - 8))
    }
    return [take(packed), take(offset)]
  }
  return [packed, offset]
}

function walked(source: Source, path: string, size: number): Map<string, ZipMember> {
  const members = new Map<string, ZipMember>()
  for (let offset = 0; offset + 30 <= size; ) {
    const header = source.part(path, offset, 30)
    if (header.length < 30 || header.readUInt32LE(0) !== LOCAL) break
    const [ofName, ofExtra] = [header.readUInt16LE(26), header.readUInt16LE(28)]
    const rest = source.part(path, offset + 30, ofName + ofExtra)
    const name = rest.toString('utf8', 0, ofName)
    const [packed] = sizesOf(rest.subarray(ofName), header.readUInt32LE(22), header.readUInt32LE(18), 0)
    const isTold = (header.readUInt16LE(6) & 8) === 0 && packed > 0 && packed !== NOT_HERE
    if (!isTold) break
    members.set(name, { name, method: header.readUInt16LE(8), packed, crc: header.readUInt32LE(14), offset })
    offset += 30 + ofName + ofExtra + packed
  }
  return members
}
