import { closeSync, openSync } from 'node:fs'
import type { RowPages, StagedPages } from '../../codec/parquet/row-pages.ts'
import { writeAll } from '../../disk/write-all.ts'

/** A file of pages that is added to. */
export class PageFile {
  readonly path: string
  private readonly file: number
  private size = 0

  constructor(path: string) {
    this.path = path
    this.file = openSync(path, 'w')
  }

  /** Write what waits in pages; gives where it stands. */
  async write(pages: RowPages): Promise<StagedPages> {
    const pieces: Buffer[] = []
    const staged = await pages.flush(this.size, piece => void pieces.push(piece))
    for (const piece of gathered(pieces)) {
      writeAll(this.file, piece)
      this.size += piece.length
    }
    return staged
  }

  close(): void {
    closeSync(this.file)
  }
}

/** Small pieces are written together: a page is often less than a hundred bytes, and each would be a call. */
const WRITE_BYTES = 1 << 20

function* gathered(pieces: readonly Buffer[]): Iterable<Buffer> {
  let waiting: Buffer[] = []
  let bytes = 0
  for (const piece of pieces) {
    if (bytes + piece.length > WRITE_BYTES && bytes > 0) {
      yield Buffer.concat(waiting, bytes)
      waiting = []
      bytes = 0
    }
    waiting.push(piece)
    bytes += piece.length
  }
  if (bytes > 0) yield waiting.length === 1 ? waiting[0]! : Buffer.concat(waiting, bytes)
}
