import { closeSync, readSync } from 'node:fs'
import { closingFile } from '../../disk/closing-file.ts'
import { openToWrite } from '../../disk/open-to-write.ts'
import { openToRead } from '../../disk/regular-file.ts'
import { syncFile } from '../../disk/sync.ts'
import { writeAll } from '../../disk/write-all.ts'
import type { StoreTypes } from '../../store-type.ts'
import { type ColumnChunk, footerOf, joined, MAGIC, type RowGroup } from './footer.ts'
import { PageBytes, type PagePlace } from './page-bytes.ts'
import type { RowPages, StagedPage, StagedPages } from './row-pages.ts'

/** Small row groups let a page be read from the middle without reading what is around it. */
export const MAX_GROUP_ROWS = 2048

/** And let rows that are large be read without reading many of them, before they are compressed. */
export const MAX_GROUP_BYTES = 16 << 20

const COPY_BYTES = 1 << 20

/** Writes a Parquet file, a row group at a time. */
export class ParquetFileWriter {
  private readonly file: number
  private readonly types: StoreTypes
  private readonly metadata: { readonly [key: string]: string }
  private readonly groups: RowGroup[] = []
  private isOpen = true
  /** Bytes written so far. */
  length = 0

  /** `path` is written as it is: whoever wants readers not to see half a file gives it its name afterwards. */
  constructor(path: string, types: StoreTypes, metadata: { readonly [key: string]: string } = {}) {
    this.types = types
    this.metadata = metadata
    this.file = openToWrite(path)
    this.put(MAGIC)
  }

  /** Number of rows written so far. */
  get rows(): number {
    return this.groups.reduce((sum, { rows }) => sum + rows, 0)
  }

  /** Write what waits in pages as a row group. */
  async writePages(pages: RowPages): Promise<void> {
    if (pages.rows === 0) return
    const { rows, pages: chunks } = await pages.flush(this.length, piece => this.put(piece))
    this.groups.push({ rows, chunks })
  }

  /** Write pages that were staged in other files as one row group, in their order. */
  writeStaged(parts: readonly { staged: StagedPages; file: string }[]): void {
    if (parts.length === 0) return
    const columns = parts[0]!.staged.pages.map((_, column) => parts.map(({ staged, file }) => ({ file, ...staged.pages[column]! })))
    using bytes = new PageBytes(columns.flat())
    const chunks = columns.map(pages => this.chunkOf(pages, bytes))
    this.groups.push({ rows: parts.reduce((sum, { staged }) => sum + staged.rows, 0), chunks })
  }

  /** Take a row group over from another file of the same types. */
  copyGroup(path: string, { rows, chunks }: RowGroup): void {
    const source = openToRead(path)
    using _source = closingFile(source)
    this.groups.push({ rows, chunks: chunks.map(chunk => ({ ...chunk, offset: this.copy(source, chunk) })) })
  }

  /** Finish the file and wait until it is on the disk; gives the number of its rows. */
  close(): number {
    try {
      this.put(footerOf(this.types, this.groups, this.metadata))
      this.drain()
      syncFile(this.file)
    } finally {
      this.abort()
    }
    return this.rows
  }

  /** Let go of the file as it is. */
  abort(): void {
    if (this.isOpen) closeSync(this.file)
    this.isOpen = false
  }

  private chunkOf(pages: readonly (StagedPage & PagePlace)[], bytes: PageBytes): ColumnChunk {
    const offset = this.length
    for (const page of pages) for (const piece of bytes.pieces(page)) this.put(piece)
    return {
      offset,
      length: this.length - offset,
      uncompressed: pages.reduce((sum, { uncompressed }) => sum + uncompressed, 0),
      values: pages.reduce((sum, { values }) => sum + values, 0),
      statistics: joined(pages),
    }
  }

  private readonly buffer = Buffer.allocUnsafeSlow(COPY_BYTES)
  private waiting = 0

  /** Copy a stretch of a file; gives where it then begins. */
  private copy(source: number, { offset, length }: Pick<ColumnChunk, 'offset' | 'length'>): number {
    const start = this.length
    for (let at = 0; at < length; ) {
      if (this.waiting === COPY_BYTES) this.drain()
      const read = readSync(source, this.buffer, this.waiting, Math.min(COPY_BYTES - this.waiting, length - at), offset + at)
      if (read === 0) throw new Error('a Parquet file ended before its last page')
      at += read
      this.waiting += read
      this.length += read
    }
    return start
  }

  private drain(): void {
    const { waiting } = this
    this.waiting = 0
    writeAll(this.file, this.buffer.subarray(0, waiting))
  }

  private put(bytes: Buffer): void {
    if (this.waiting + bytes.length > COPY_BYTES) this.drain()
    if (bytes.length > COPY_BYTES) writeAll(this.file, bytes)
    else this.waiting += bytes.copy(this.buffer, this.waiting)
    this.length += bytes.length
  }
}
