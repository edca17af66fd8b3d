import { once } from 'node:events'
import { createZstdDecompress, type ZstdDecompress } from 'node:zlib'

/** A compressed file broke off, or went on with something else: what it gave before is whole, what is behind it is lost. */
export class TornArchive extends Error {
  override name = 'TornArchive'
}

/** The most that one block unfolds to, which is handed out at once. */
const UNFOLDED_BYTES = 1 << 17

const MAGIC = 0xfd2fb528
const SKIPPABLE = 0x184d2a50

/**
 * Unfold zstd, frame by frame and block by block: whatever becomes of the next block, this one was handed out. Throws TornArchive
 * behind the last block that is whole, where something is missing or wrong.
 */
export async function* unfold(pieces: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  await using input = new Input(pieces)
  for (let first = true; await input.has(1); first = false) {
    const magic = (await input.has(4)) ? input.peek(4).readUInt32LE() : null
    if (magic === MAGIC) yield* unfoldFrame(input)
    else if (magic !== null && (magic & ~0xf) === SKIPPABLE) await skipFrame(input)
    else if (magic === null || !first) throw torn(magic === null ? 'it breaks off' : 'behind a frame stands something else')
    else throw new Error('it is no zstd data, expected a file that zstd wrote')
  }
}

async function skipFrame(input: Input): Promise<void> {
  input.take(4)
  let left = (await input.need(4)).readUInt32LE()
  for (; left > 0; left -= UNFOLDED_BYTES) await input.need(Math.min(left, UNFOLDED_BYTES))
}

async function* unfoldFrame(input: Input): AsyncIterable<Buffer> {
  const stream = createZstdDecompress({ chunkSize: UNFOLDED_BYTES })
  const unfolded: Buffer[] = []
  let failure: Error | null = null
  stream.on('data', (piece: Buffer) => unfolded.push(piece))
  stream.on('error', error => {
    failure = error
  })
  try {
    const descriptor = (await input.has(5)) ? input.peek(5)[4]! : 0
    await write(stream, await input.need(headerBytes(descriptor)))
    for (let isLast = false; !isLast; ) {
      const header = (await input.need(3)).readUIntLE(0, 3)
      isLast = (header & 1) === 1
      const isStored = ((header >> 1) & 3) === 0
      const isRun = ((header >> 1) & 3) === 1
      const size = isRun ? 1 : header >> 3
      if (size > UNFOLDED_BYTES) throw torn('a block is too large')
      // A stored block is its own text, so that a part of it is one. A compressed one says behind its words where they stand: no part unfolds.
      if (isStored && !(await input.has(size))) yield input.take(input.left)
      await write(stream, Buffer.concat([threeBytes(header), await input.need(size)]))
      yield* unfolded.splice(0)
      if (failure !== null) throw torn('a block is damaged')
    }
    if ((descriptor & 4) !== 0) await write(stream, await input.need(4))
    if (failure !== null) throw torn('a frame has another checksum')
  } finally {
    stream.destroy()
  }
}

/** Bytes of a frame's magic number and header, by its descriptor. */
function headerBytes(descriptor: number): number {
  const isSingle = (descriptor & 0x20) !== 0
  const ofSize = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6]!
  return 4 + 1 + (isSingle ? 0 : 1) + [0, 1, 2, 4][descriptor & 3]! + ofSize
}

/** Resolves when all that these bytes unfold to was handed out, or the stream has failed. */
async function write(stream: ZstdDecompress, bytes: Buffer): Promise<void> {
  if (stream.destroyed) return
  const closed = new AbortController()
  const written = new Promise<void>(done => stream.write(bytes, () => done()))
  await Promise.race([written, once(stream, 'close', { signal: closed.signal }).catch(() => {})])
  closed.abort()
}

function threeBytes(number: number): Buffer {
  return Buffer.from([number & 0xff, (number >> 8) & 0xff, number >> 16])
}

function torn(how: string): TornArchive {
  return new TornArchive(`Cannot unfold the rest of the file: ${how}`)
}

/** The compressed bytes, as many at a time as are asked for. Pieces are overwritten by the next one, so what is kept is copied. */
class Input {
  private readonly pieces: AsyncIterator<Buffer>
  private buffered: Buffer = Buffer.alloc(0)

  constructor(pieces: AsyncIterable<Buffer>) {
    this.pieces = pieces[Symbol.asyncIterator]()
  }

  /** Bytes that were read and not taken. */
  get left(): number {
    return this.buffered.length
  }

  /** Whether so many bytes are left. */
  async has(bytes: number): Promise<boolean> {
    while (this.buffered.length < bytes) {
      const next = await this.pieces.next()
      if (next.done) return false
      this.buffered = Buffer.concat([this.buffered, next.value])
    }
    return true
  }

  peek(bytes: number): Buffer {
    return this.buffered.subarray(0, bytes)
  }

  take(bytes: number): Buffer {
    const taken = this.peek(bytes)
    this.buffered = this.buffered.subarray(bytes)
    return taken
  }

  async need(bytes: number): Promise<Buffer> {
    if (!(await this.has(bytes))) throw torn('it breaks off')
    return this.take(bytes)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.pieces.return?.()
  }
}
