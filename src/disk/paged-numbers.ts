import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeFolder } from './made-folders.ts'

/** How much of numbers is held in memory, and what stands where nothing was set. */
export type PagedOptions = { pages?: number; pageSize?: number; empty?: number }

/** Pages that memory holds, 128 MB of numbers. */
const PAGES = 2048

/** Numbers in a page. */
const PAGE = 8192

type Page = { numbers: Float64Array<ArrayBuffer>; isChanged: boolean }

/** Numbers by index, as many as a disk holds: memory holds so many pages of them. The file is made when it is needed, and is taken away when it is let go of. */
export class PagedNumbers {
  private readonly path: string
  private readonly options: Required<PagedOptions>
  private readonly pages = new Map<number, Page>() // the one used last stands at the end
  private readonly written = new Set<number>()
  private last: { number: number; page: Page } | null = null
  private file: number | null = null

  constructor(path: string, { pages = PAGES, pageSize = PAGE, empty = 0 }: PagedOptions = {}) {
    this.path = path
    this.options = { pages, pageSize, empty }
  }

  get(index: number): number {
    const { pageSize } = this.options
    return this.page(Math.floor(index / pageSize)).numbers[index % pageSize]!
  }

  set(index: number, value: number): void {
    const { pageSize } = this.options
    const page = this.page(Math.floor(index / pageSize))
    page.numbers[index % pageSize] = value
    page.isChanged = true
  }

  /** Where a number stands among the first `count`, which ascend. */
  indexOf(value: number, count: number): number {
    let [low, high] = [0, count - 1]
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      if (this.get(middle) < value) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Take the file away. */
  [Symbol.dispose](): void {
    if (this.file === null) return
    closeSync(this.file)
    this.file = null
    rmSync(this.path, { force: true })
  }

  private page(number: number): Page {
    if (this.last?.number === number) return this.last.page
    let page = this.pages.get(number)
    if (page !== undefined) this.pages.delete(number)
    else {
      if (this.pages.size >= this.options.pages) this.evict()
      page = this.read(number)
    }
    this.pages.set(number, page)
    this.last = { number, page }
    return page
  }

  private read(number: number): Page {
    const { pageSize, empty } = this.options
    const numbers = new Float64Array(pageSize).fill(empty)
    if (this.written.has(number)) readSync(this.file!, new Uint8Array(numbers.buffer), 0, numbers.byteLength, number * numbers.byteLength)
    return { numbers, isChanged: false }
  }

  private evict(): void {
    const [number, page] = this.pages.entries().next().value!
    this.pages.delete(number)
    if (!page.isChanged) return
    if (this.file === null) {
      makeFolder(dirname(this.path))
      this.file = openSync(this.path, 'w+', 0o600)
    }
    const bytes = new Uint8Array(page.numbers.buffer)
    for (let done = 0; done < bytes.length; ) done += writeSync(this.file, bytes, done, bytes.length - done, number * bytes.length + done)
    this.written.add(number)
  }
}
