import { Readable } from 'node:stream'
import { constants, createZstdCompress, zstdCompressSync, zstdDecompressSync } from 'node:zlib'

/** Compress bytes that come in pieces to one frame, which comes in pieces too. */
export async function compress(pieces: readonly Buffer[], bytes: number): Promise<Buffer[]> {
  if (bytes > MAX_BYTES) return compressInPieces(pieces, bytes)
  const whole = pieces.length === 1 ? pieces[0]! : together(pieces, bytes)
  return [bytes < MIN_BYTES ? bareFrame(whole) : zstdCompressSync(whole, bytes < OUTPUT_BYTES ? SMALL : LARGE)]
}

/** Less than this is not worth a call: it goes into the frame as it is. */
const MIN_BYTES = 1024

/** More than this is compressed a piece at a time, not to be copied into one. */
const MAX_BYTES = 4 << 20

/** The next levels but one make dialogues an eighth smaller, and take a third more time. */
const LEVEL = 1

/** What comes out is gathered in pieces of this size: the default of 16 kB takes a call and a buffer for each. */
const OUTPUT_BYTES = 1 << 18

const SMALL = { params: { [constants.ZSTD_c_compressionLevel]: LEVEL } }
const LARGE = { ...SMALL, chunkSize: OUTPUT_BYTES }

/** The bytes of pieces one behind the other, good until others are put together. */
function together(pieces: readonly Buffer[], bytes: number): Buffer {
  if (scratch.length < bytes) scratch = Buffer.allocUnsafeSlow(Math.min(MAX_BYTES, 2 * bytes))
  let at = 0
  for (const piece of pieces) at += piece.copy(scratch, at)
  return scratch.subarray(0, at)
}

/** Memory that is new has to be made by the system when it is first written to, which takes longer than to write to it. */
let scratch = Buffer.alloc(0)

async function compressInPieces(pieces: readonly Buffer[], bytes: number): Promise<Buffer[]> {
  const compressor = createZstdCompress({ ...LARGE, pledgedSrcSize: bytes })
  return Array.fromAsync(Readable.from(slices(pieces)).pipe(compressor) as AsyncIterable<Buffer>)
}

function* slices(pieces: readonly Buffer[]): Iterable<Buffer> {
  for (const piece of pieces) for (let at = 0; at < piece.length; at += MAX_BYTES) yield piece.subarray(at, at + MAX_BYTES)
}

/** What a frame was made of. */
export function decompress(frame: Buffer): Buffer {
  const head = frame[4] === BARE_SHORT ? 6 : frame[4] === BARE ? 7 : 0
  // The last block, raw, and of the length that is left: nothing has to be decompressed.
  const isBare = head > 0 && frame.length >= head + 3 && frame.readUIntLE(head, 3) === (((frame.length - head - 3) << 3) | 1)
  return isBare ? frame.subarray(head + 3) : zstdDecompressSync(frame)
}

/** What a frame says of itself: a single segment, the length of its content in one byte or, less 256, in two. */
const [BARE_SHORT, BARE] = [0x20, 0x60]

/** A frame of one block that is not compressed (RFC 8878, 3.1.1). */
function bareFrame(bytes: Buffer): Buffer {
  const isShort = bytes.length < 256
  const head = isShort ? 6 : 7
  const frame = Buffer.allocUnsafe(head + 3 + bytes.length)
  frame.writeUInt32LE(0xfd2fb528, 0)
  frame[4] = isShort ? BARE_SHORT : BARE
  if (isShort) frame[5] = bytes.length
  else frame.writeUInt16LE(bytes.length - 256, 5)
  frame.writeUIntLE((bytes.length << 3) | 1, head, 3) // the last block, raw
  bytes.copy(frame, head + 3)
  return frame
}
