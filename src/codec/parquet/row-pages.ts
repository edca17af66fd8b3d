import { ownValue } from '../../json/own.ts'
import type { Row } from '../../row.ts'
import type { StoreTypes } from '../../store-type.ts'
import type { StoreChanges } from '../store-value.ts'
import type { Leaf, Statistics } from './leaf.ts'
import { pageOf } from './page.ts'
import { RowHash } from './row-hash.ts'
import { leafColumns } from './schema.ts'
import { type Shredder, shredderOf } from './shred.ts'

/** Where the page of a column stands in the file it was written to, and what it holds. */
export type StagedPage = {
  offset: number
  length: number
  uncompressed: number
  values: number // and places where there is none
  file?: string // where it stands in another file than the rest of its row
  statistics: Statistics
}

/** Pages of some rows, one for each column: a piece of a row group. Plain data, which may come from another thread. */
export type StagedPages = { rows: number; uncompressed: number; pages: StagedPage[] }

/** Takes rows apart into columns and makes a page of each. */
export class RowPages {
  private readonly names: readonly string[]
  private readonly shredders: readonly Shredder[]
  private readonly leaves: Leaf[] = []
  private readonly hash = new RowHash()
  private changes: StoreChanges = { replacedSurrogates: 0, mistyped: 0 }
  /** Rows that wait. */
  rows = 0
  /** Bytes that wait, as they are before they are compressed. */
  bytes = 0

  constructor(types: StoreTypes) {
    const columns = leafColumns(types)[Symbol.iterator]()
    this.names = Object.keys(types)
    this.shredders = Object.values(types).map(type => shredderOf(type, columns, this.leaves, () => this.changes))
  }

  /** Take a row; gives its size in bytes and a hash of all that is kept of it. What had to be changed is counted in `changes`. Where it throws, nothing was taken. */
  add(row: Row, changes: StoreChanges): { bytes: number; content: string } {
    this.changes = changes
    try {
      for (let i = 0; i < this.names.length; i++) this.shredders[i]!.take(ownValue(row, this.names[i]!), 0)
    } catch (error) {
      for (const leaf of this.leaves) leaf.dropRow()
      throw error
    }
    let bytes = 0
    for (const leaf of this.leaves) {
      const added = leaf.endRow(this.hash)
      this.hash.number(added)
      bytes += added
    }
    this.rows++
    this.bytes += bytes
    return { bytes, content: this.hash.finish() }
  }

  /** Make the pages, give their bytes to `write` and where they then stand in a file in which `offset` bytes were written before. */
  async flush(offset: number, write: (piece: Buffer) => void): Promise<StagedPages> {
    const staged: StagedPages = { rows: this.rows, uncompressed: 0, pages: [] }
    let at = offset
    for (const leaf of this.leaves) {
      const { pieces, length, uncompressed, values, statistics } = await pageOf(leaf)
      for (const piece of pieces) write(piece)
      staged.pages.push({ offset: at, length, uncompressed, values, statistics })
      staged.uncompressed += uncompressed
      at += length
      leaf.clear()
    }
    this.rows = 0
    this.bytes = 0
    return staged
  }
}
