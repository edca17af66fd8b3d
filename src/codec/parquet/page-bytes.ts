import { closeSync, readSync } from 'node:fs'
import { openToRead } from '../../disk/regular-file.ts'
import type { StagedPage, Stretch } from './row-pages.ts'

/** Where a page stands. */
export type PagePlace = Pick<StagedPage, 'offset' | 'length' | 'earlier'> & { file: string }

/** One of its stretches. */
type Place = Stretch & { file: string }

/** A page larger than this is read alone, a piece at a time: it is not to be held beside all others. */
const MAX_HELD = 1 << 20

/** Pages that stand together are read together, up to so many bytes at a time. */
const MAX_READ = 4 << 20

/** It takes less time to read so many bytes that nobody wants than to read twice. */
const MAX_GAP = 1 << 14

/**
 * The bytes of pages that were staged in files. A row that stands alone is about eighty pages, mostly of less than a hundred bytes: what
 * stands together is read in one call, and each file is opened once.
 */
export class PageBytes implements Disposable {
  private readonly files = new Map<string, number>()
  private readonly held = new Map<string, Held[]>() // by file, in the order of the file

  /** `pages`: those that will be asked for. */
  constructor(pages: Iterable<PagePlace>) {
    try {
      for (const [file, places] of Map.groupBy([...pages].flatMap(placesOf), ({ file }) => file)) {
        this.files.set(file, openToRead(file))
        this.held.set(file, stretchesOf(places))
      }
    } catch (error) {
      this[Symbol.dispose]()
      throw error
    }
  }

  [Symbol.dispose](): void {
    for (const file of this.files.values()) closeSync(file)
    this.files.clear()
    this.held.clear()
  }

  /** The bytes of a page, in pieces of which each is good until the next is asked for. */
  *pieces(page: PagePlace): Iterable<Buffer> {
    for (const place of placesOf(page)) yield* this.piecesOf(place)
  }

  /** The bytes of a page. */
  whole(page: PagePlace): Buffer {
    return page.earlier === undefined ? this.wholeOf(page) : Buffer.concat(placesOf(page).map(place => this.wholeOf(place)))
  }

  private *piecesOf(page: Place): Iterable<Buffer> {
    if (page.length <= MAX_HELD) return void (yield this.wholeOf(page))
    const piece = Buffer.allocUnsafe(MAX_HELD)
    for (let at = 0; at < page.length; at += MAX_HELD) {
      const wanted = piece.subarray(0, Math.min(MAX_HELD, page.length - at))
      yield this.read(wanted, page.file, page.offset + at)
    }
  }

  private wholeOf(page: Place): Buffer {
    if (page.length > MAX_HELD) return this.read(Buffer.allocUnsafe(page.length), page.file, page.offset)
    const stretch = this.held
      .get(page.file)!
      .find(({ offset, length }) => offset <= page.offset && page.offset + page.length <= offset + length)!
    stretch.bytes ??= this.read(Buffer.allocUnsafe(stretch.length), page.file, stretch.offset)
    return stretch.bytes.subarray(page.offset - stretch.offset, page.offset - stretch.offset + page.length)
  }

  private read(into: Buffer, file: string, offset: number): Buffer {
    for (let at = 0; at < into.length; ) {
      const read = readSync(this.files.get(file)!, into, at, into.length - at, offset + at)
      if (read === 0) throw new Error('a file of staged rows ended before its last page')
      at += read
    }
    return into
  }
}

/** Bytes of a file that are read together, once one of them is asked for. */
type Held = Stretch & { bytes: Buffer | null }

function placesOf({ file, offset, length, earlier = [] }: PagePlace): Place[] {
  return [...earlier, { offset, length }].map(stretch => ({ file, ...stretch }))
}

function stretchesOf(places: readonly Place[]): Held[] {
  const stretches: Held[] = []
  for (const { offset, length } of places.toSorted((a, b) => a.offset - b.offset)) {
    if (length > MAX_HELD) continue
    const last = stretches.at(-1)
    const gap = last === undefined ? 0 : offset - (last.offset + last.length)
    if (last !== undefined && gap <= MAX_GAP && last.length + gap + length <= MAX_READ) last.length += Math.max(0, gap + length)
    else stretches.push({ offset, length, bytes: null })
  }
  return stretches
}
