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
    this.append(pieces)
    return staged
  }

  /** Write bytes at its end; gives where they stand. */
  append(pieces: readonly Buffer[]): number {
    const offset = this.size
    this.size += writeTogether(this.file, pieces)
    return offset
  }

  close(): void {
    closeSync(this.file)
  }
}

/** Write pieces one behind the other; gives how many bytes they are. A page is often less than a hundred bytes, and each would be a call. */
function writeTogether(file: number, pieces: readonly Buffer[]): number {
  let total = 0
  let waiting = 0
  for (const piece of pieces) {
    total += piece.length
    if (waiting + piece.length > gathered.length) {
      writeAll(file, gathered.subarray(0, waiting))
      waiting = 0
    }
    if (piece.length > gathered.length) writeAll(file, piece)
    else waiting += piece.copy(gathered, waiting)
  }
  writeAll(file, gathered.subarray(0, waiting))
  return total
}

/** What is written together is gathered here. */
const gathered = Buffer.allocUnsafeSlow(1 << 18)
