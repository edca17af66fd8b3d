import { breathe } from '../../breathe.ts'
import { ownValue } from '../../json/own.ts'
import type { Row } from '../../row.ts'
import type { StoreTypes } from '../../store-type.ts'
import type { StoreChanges } from '../store-value.ts'
import { joined } from './footer.ts'
import type { Leaf, Statistics } from './leaf.ts'
import { type Page, pageOf } from './page.ts'
import { RowHash } from './row-hash.ts'
import { leafColumns } from './schema.ts'
import { type Shredder, shredderOf } from './shred.ts'

/** A stretch of a file. */
export type Stretch = { offset: number; length: number }

/** Where the page of a column stands in the file it was written to, and what it holds; of a very long row it is several, one behind the other. */
export type StagedPage = Stretch & {
  earlier?: Stretch[] // where those before it stand, if they were written before the row had ended
  uncompressed: number
  values: number // and places where there is none
  file?: string // where it stands in another file than the rest of its row
  statistics: Statistics
}

/** Pages of some rows, one for each column: a piece of a row group. Plain data, which may come from another thread. */
export type StagedPages = { rows: number; uncompressed: number; pages: StagedPage[] }

/** From so many bytes on a column of the first row becomes a page before the row has ended, for them not to wait until it has. */
const LARGE_BYTES = 4 << 20

/** And from then on from so many. */
const PAGE_BYTES = 1 << 20

/** Takes rows apart into columns and makes a page of each. */
export class RowPages {
  private readonly names: readonly string[]
  private readonly shredders: readonly Shredder[]
  private readonly leaves: Leaf[] = []
  private readonly made = new Map<Leaf, Made[]>() // of the first row, before it ended
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

  /**
   * Take a row; gives its size in bytes and a hash of all that is kept of it. What had to be changed is counted in `changes`. Where it
   * throws, nothing was taken. The next row has to wait for it.
   */
  async add(
    row: Row,
    changes: StoreChanges,
    { letsGo = false, write = null }: AddOptions = {},
  ): Promise<{ bytes: number; content: string }> {
    this.changes = changes
    try {
      for (let i = 0; i < this.names.length; i++) {
        const [shredder, value] = [this.shredders[i]!, ownValue(row, this.names[i]!)]
        if (shredder.takeInSteps === undefined) shredder.take(value, 0)
        else for (const _ of shredder.takeInSteps(value, letsGo)) await this.pause(write)
      }
    } catch (error) {
      for (const leaf of this.leaves) leaf.dropRow()
      if (this.rows === 0) this.made.clear()
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
      const pages = this.made.get(leaf) ?? []
      if (pages.length === 0 || leaf.levels.count > 0) pages.push({ ...(await pageOf(leaf)), offset: null })
      const places: Stretch[] = []
      for (const { pieces, length, offset: written } of pages) {
        for (const piece of pieces) write(piece)
        places.push({ offset: written ?? at, length })
        if (written === null) at += length
      }
      const { uncompressed, values, statistics } = pages.length === 1 ? pages[0]! : asOne(pages)
      staged.pages.push({ ...joinedStretches(places), uncompressed, values, statistics })
      staged.uncompressed += uncompressed
      this.made.delete(leaf)
      leaf.clear()
    }
    this.rows = 0
    this.bytes = 0
    return staged
  }

  /** In the middle of a row: let others have their turn, and make pages of what is much. A row before it is not to share a page with it that might be dropped. */
  private async pause(write: AddOptions['write']): Promise<void> {
    await breathe()
    if (this.rows > 0) return
    for (const leaf of this.leaves) {
      if (leaf.values.length < (this.made.size > 0 ? PAGE_BYTES : LARGE_BYTES)) continue
      const { pieces, ...page } = await pageOf(leaf)
      leaf.startPage()
      // Where it has to wait, then not in the memory it was compressed into, which is larger.
      const made = write ? { ...page, pieces: [], offset: write(pieces) } : { ...page, pieces: [Buffer.concat(pieces)], offset: null }
      const before = this.made.get(leaf)
      if (before === undefined) this.made.set(leaf, [made])
      else before.push(made)
    }
  }
}

/** How a row is taken. */
type AddOptions = {
  /** Nobody needs the row any more: of its long lists null is left. */
  letsGo?: boolean
  /** Write a page of a very long row before the row has ended; gives where it then stands. Without it they wait. */
  write?: ((pieces: readonly Buffer[]) => number) | null
}

/** A page that was made, and where it stands if it was written. */
type Made = Page & { offset: number | null }

/** Stretches of a file, as one where they stand together. */
function joinedStretches(places: readonly Stretch[]): Stretch & { earlier?: Stretch[] } {
  const first = places[0]!
  let end = first.offset
  for (const { offset, length } of places) {
    if (offset !== end) return { ...places.at(-1)!, earlier: places.slice(0, -1) }
    end += length
  }
  return { offset: first.offset, length: end - first.offset }
}

function asOne(pages: readonly Page[]): Omit<Page, 'pieces'> {
  const sum = (key: 'length' | 'uncompressed' | 'values') => pages.reduce((all, page) => all + page[key], 0)
  return { length: sum('length'), uncompressed: sum('uncompressed'), values: sum('values'), statistics: joined(pages) }
}
