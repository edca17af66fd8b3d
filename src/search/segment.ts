import { closeSync, fstatSync, readSync } from 'node:fs'
import { zstdDecompressSync } from 'node:zlib'
import { openToRead } from '../disk/regular-file.ts'
import { mayHold, SIGNATURE_BYTES } from './signature.ts'

/** Ends every segment. Changes with how segments are written. */
export const MAGIC = 'twsrc1'

/** A message in a page: number of its row, index, whose words, and where its text begins. */
export type PageEntry = [row: number, message: number, whose: string, start: number]

/** Rows of a segment, and where its pages stand; `newest`: when the latest session in a page began. */
export type Directory = {
  rows: [trace_id: string, at: number | null, project: string | null, agent: string | null][]
  pages: [offset: number, length: number, newest: number | null][]
}

/** Texts of the rows of a shard, in pages. */
export class Segment {
  readonly directory: Directory
  private readonly file: number
  private readonly signatures: Buffer

  /** Throws where it is no segment, or is damaged. */
  constructor(path: string) {
    this.file = openToRead(path)
    try {
      const { size } = fstatSync(this.file)
      const end = this.bytes(size - 16, 16)
      if (end.toString('latin1', 10) !== MAGIC) throw new RangeError('found no segment of this version')
      const length = end.readUInt32LE(6)
      this.directory = JSON.parse(zstdDecompressSync(this.bytes(size - 16 - length, length)).toString('utf8')) as Directory
      this.signatures = this.bytes(end.readUIntLE(0, 6), this.directory.pages.length * SIGNATURE_BYTES)
    } catch (error) {
      closeSync(this.file)
      throw error
    }
  }

  /** Whether a page may hold a text of these bits. */
  mayHold(page: number, bits: readonly number[]): boolean {
    return mayHold(this.signatures.subarray(page * SIGNATURE_BYTES, (page + 1) * SIGNATURE_BYTES), bits)
  }

  /** The text of a page, and which messages are in it. */
  page(number: number): { entries: PageEntry[]; text: string } {
    const [offset, length] = this.directory.pages[number]!
    const whole = zstdDecompressSync(this.bytes(offset, length)).toString('utf8')
    const end = whole.indexOf('\n')
    return { entries: JSON.parse(whole.slice(0, end)) as PageEntry[], text: whole.slice(end + 1) }
  }

  [Symbol.dispose](): void {
    closeSync(this.file)
  }

  private bytes(offset: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length)
    for (let at = 0; at < length; ) {
      const read = offset < 0 ? 0 : readSync(this.file, bytes, at, length - at, offset + at)
      if (read === 0) throw new RangeError('ended too soon')
      at += read
    }
    return bytes
  }
}
