import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { constants, zstdCompress, zstdDecompressSync } from 'node:zlib'
import { TracewrightError } from '../errors.ts'
import { systemReason } from '../system-error.ts'

/** Where rows that were laid out stand: for each block its first row, offset and length. */
export type LaidOut = { readonly firsts: number[]; readonly offsets: number[]; readonly lengths: number[] }

/** Rows are compressed together up to this many characters: enough to find what repeats, few enough to read one of them soon. */
const BLOCK_CHARACTERS = 1 << 15

/** Blocks that were read last are kept up to this many characters. */
const KEPT_CHARACTERS = 1 << 24

const compress = promisify(zstdCompress)

/** Rows set aside as compressed lines in one temporary file, to be read in any order. */
export class RowBlocks {
  private folder: string | null = null
  private file = -1
  private size = 0
  private readonly kept = new Map<number, string[]>() // by offset, the one that was read last behind
  private keptCharacters = 0

  /** Bytes of the temporary file. */
  get bytes(): number {
    return this.size
  }

  /** Set rows aside, given as JSON. */
  async layOut(rows: AsyncIterable<string>): Promise<LaidOut> {
    const laidOut: LaidOut = { firsts: [], offsets: [], lengths: [] }
    let lines: string[] = []
    let [characters, row] = [0, 0]
    let compressing: Promise<Buffer> | null = null
    const append = async () => {
      if (compressing === null) return
      const bytes = await compressing
      laidOut.offsets.push(this.size)
      laidOut.lengths.push(bytes.length)
      this.append(bytes)
    }
    // A block is compressed on another thread while the rows of the next are made.
    const put = async () => {
      await append()
      laidOut.firsts.push(row - lines.length)
      compressing = compress(lines.join('\n'), { params: { [constants.ZSTD_c_compressionLevel]: 1 } })
      lines = []
      characters = 0
    }
    for await (const line of rows) {
      lines.push(line)
      row++
      characters += line.length
      if (characters >= BLOCK_CHARACTERS) await put()
    }
    if (lines.length > 0) await put()
    await append()
    return laidOut
  }

  /** A row that was set aside, as JSON. */
  read(from: LaidOut, row: number): string {
    let block = 0
    for (let end = from.firsts.length; end - block > 1; ) {
      const middle = (block + end) >> 1
      if (from.firsts[middle]! <= row) block = middle
      else end = middle
    }
    const offset = from.offsets[block]!
    const lines = this.kept.get(offset) ?? this.linesAt(offset, from.lengths[block]!)
    this.kept.delete(offset)
    this.kept.set(offset, lines)
    return lines[row - from.firsts[block]!]!
  }

  /** Leave nothing behind. */
  [Symbol.dispose](): void {
    if (this.folder === null) return
    closeSync(this.file)
    rmSync(this.folder, { recursive: true, force: true })
    this.folder = null
  }

  private linesAt(offset: number, length: number): string[] {
    const bytes = Buffer.allocUnsafe(length)
    readSync(this.file, bytes, 0, length, offset)
    const text = zstdDecompressSync(bytes).toString('utf8')
    this.keptCharacters += text.length
    for (const [oldest, lines] of this.kept) {
      if (this.keptCharacters <= KEPT_CHARACTERS) break
      this.kept.delete(oldest)
      this.keptCharacters -= lines.reduce((sum, line) => sum + line.length + 1, -1)
    }
    return text.split('\n')
  }

  private append(bytes: Buffer): void {
    try {
      if (this.folder === null) {
        this.folder = mkdtempSync(join(tmpdir(), 'tracewright-rows-'))
        this.file = openSync(join(this.folder, 'rows'), 'w+')
      }
      for (let at = 0; at < bytes.length; ) at += writeSync(this.file, bytes, at, bytes.length - at, this.size + at)
    } catch (error) {
      throw new TracewrightError('file', `Cannot set rows aside: ${systemReason(error)}`, {
        where: this.folder ?? tmpdir(),
        hint: 'Rows in a random order need about as much disk as the set has compressed; TMPDIR says where',
        cause: error,
      })
    }
    this.size += bytes.length
  }
}
