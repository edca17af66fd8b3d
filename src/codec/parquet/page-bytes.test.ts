import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { countDisk } from '../../disk/testing/count-disk.ts'
import { PageBytes, type PagePlace } from './page-bytes.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tracewright-pages-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Pages of these lengths, with a gap before each, in a file. */
function pagesIn(name: string, lengths: readonly number[], gap = 0): { places: PagePlace[]; bytes: Buffer[] } {
  const file = join(folder, name)
  const bytes = lengths.map(length => randomBytes(length))
  writeFileSync(file, Buffer.concat(bytes.flatMap(page => [Buffer.alloc(gap), page])))
  let at = 0
  const places = lengths.map(length => {
    const place = { file, offset: at + gap, length }
    at += gap + length
    return place
  })
  return { places, bytes }
}

const readAll = (bytes: PageBytes, places: readonly PagePlace[]) =>
  places.map(place => Buffer.concat(Array.from(bytes.pieces(place), piece => Buffer.from(piece))))

it.each([
  ['small pages side by side', [[80, 1, 0, 900, 12, 0]], 0, 1],
  ['small pages with little between them', [[80, 90]], 5000, 1],
  ['pages far from each other', [[80, 90, 100]], 1 << 16, 3],
  ['pages of two files', [[10, 20], [30]], 0, 2],
  ['a large page among small ones, a piece at a time', [[50, (5 << 19) + 7, 60]], 0, 5],
  ['more than is read at a time', [Array.from({ length: 7 }, () => 1 << 20)], 0, 2],
])('%s', async (_, files, gap, reads) => {
  const all = files.map((lengths, i) => pagesIn(`pages-${i}`, lengths, gap))
  const places = all.flatMap(one => one.places)
  let read: Buffer[] = []
  const calls = await countDisk(async () => {
    using bytes = new PageBytes(places)
    // In another order than that of the file, as columns of several parts are.
    read = readAll(bytes, places.toReversed()).reverse()
  })
  expect(all.flatMap(one => one.bytes).map((page, i) => page.equals(read[i]!))).not.toContain(false)
  expect(calls.filter(({ call }) => call === 'openSync').length).toBe(files.length)
  expect(calls.filter(({ call }) => call === 'readSync').length).toBe(reads)
  using again = new PageBytes(places)
  expect(places.map((place, i) => again.whole(place).equals(read[i]!))).not.toContain(false)
})

it('a file that ends too early, or is not there, is told', () => {
  const { places } = pagesIn('short', [10, 20])
  truncateSync(places[0]!.file, 25)
  using bytes = new PageBytes(places)
  expect(() => bytes.whole(places[1]!)).toThrow('ended before its last page')
  expect(() => new PageBytes([...places, { file: join(folder, 'gone'), offset: 0, length: 1 }])).toThrow(/ENOENT/)
})
