import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { Row } from '../../row.ts'
import type { StoreTypes } from '../../store-type.ts'
import { openDatabase, quoted } from '../duckdb.ts'
import { QueryRows } from '../query-rows.ts'
import type { StoreChanges } from '../store-value.ts'
import { assembleRows } from './assemble.ts'
import { ParquetFileReader } from './file-reader.ts'
import { ParquetFileWriter } from './file-writer.ts'
import { RowPages } from './row-pages.ts'

const folder = mkdtempSync(join(tmpdir(), 'tracewright-long-row-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const noChanges = (): StoreChanges => ({ replacedSurrogates: 0, mistyped: 0 })

const types: StoreTypes = {
  id: 'text',
  messages: { list: { struct: { text: 'text', n: 'integer', tags: { list: 'text' }, ok: 'boolean' } } },
  last: 'text',
}
const count = 40_000
const long = (): Row => ({
  id: 'long',
  messages: Array.from({ length: count }, (_, i) => ({
    ...(i % 7 === 0 ? {} : { text: `${i} ${'é'.repeat(i % 300)}` }),
    n: i,
    tags: i % 3 === 0 ? [] : ['x'.repeat(i % 90), 'y'],
    ok: i % 2 === 0,
  })),
  last: 'z',
})
const short: Row = { id: 'short', messages: [], last: null }

it('a very long row is pages of which each is written before the row has ended, and the same row to every reader', async () => {
  const pages = new RowPages(types)
  const written: Buffer[] = []
  let size = 0
  const write = (pieces: readonly Buffer[]) => {
    const offset = size
    for (const piece of pieces) {
      written.push(Buffer.from(piece))
      size += piece.length
    }
    return offset
  }
  const given = long()
  const { content, bytes } = await pages.add(given, noChanges(), { write, letsGo: true })
  const early = size
  await pages.add(short, noChanges())
  const staged = await pages.flush(size, piece => void write([piece]))
  expect(bytes).toBeGreaterThan(10 << 20)
  // What waited for the end of the row is less than a megabyte or two of each column.
  expect(staged.pages.some(({ earlier }) => (earlier?.length ?? 0) > 4)).toBe(true)
  expect(early).toBeGreaterThan((size - early) * 4)
  expect(given['messages']).toEqual(new Array(count).fill(null))

  const staging = join(folder, 'staged')
  writeFileSync(staging, Buffer.concat(written))
  const path = join(folder, 'long.parquet')
  const file = new ParquetFileWriter(path, types)
  file.writeStaged([{ staged, file: staging }])
  file.close()
  const expected = [long(), short]
  using reader = new ParquetFileReader(path)
  reader.verify()
  expect([...reader.rows(reader.groups[0]!)]).toEqual(expected)
  using database = await openDatabase()
  using rows = await QueryRows.open(await database.connect(), `SELECT * FROM read_parquet(${quoted(path)})`, types)
  for (const row of expected) expect(await rows.next()).toEqual(row)

  // Behind another row nothing of it is written before that has: it is the same row all the same.
  const behind = new RowPages(types)
  await behind.add(short, noChanges())
  expect(await behind.add(long(), noChanges(), { write })).toEqual({ content, bytes })
})

it('a very long row is pages that stand together where nothing could be written on the way', async () => {
  const path = join(folder, 'together.parquet')
  const file = new ParquetFileWriter(path, types)
  const pages = new RowPages(types)
  await pages.add(long(), noChanges())
  await file.writePages(pages)
  await pages.add(short, noChanges())
  await file.writePages(pages)
  file.close()
  using reader = new ParquetFileReader(path)
  expect(reader.groups.flatMap(group => [...reader.rows(group)])).toEqual([long(), short])
})

it('a very long row leaves nothing where it cannot be written to its end', async () => {
  const ring: { self?: unknown } = {}
  ring.self = ring
  const other: StoreTypes = { ...types, any: 'json' }
  const [pages, clean] = [new RowPages(other), new RowPages(other)]
  await expect(pages.add({ ...long(), any: ring as never }, noChanges())).rejects.toThrow(TypeError)
  const good = { ...short, any: 1 }
  expect(await pages.add(good, noChanges())).toEqual(await clean.add(good, noChanges()))
  const chunks: Buffer[] = []
  const staged = await pages.flush(0, piece => void chunks.push(piece))
  const whole = Buffer.concat(chunks)
  const columns = staged.pages.map(({ offset, length }) => whole.subarray(offset, offset + length))
  expect([...assembleRows(other, columns, staged.rows)]).toEqual([good])
})

it('a very long row lets others have their turn between its messages', async () => {
  let isOthersTurn = false
  const wait = new Int32Array(new SharedArrayBuffer(4))
  // A message that takes longer than anybody should have to wait, and one behind it that sees whether they had to.
  const slow = {
    get n() {
      setImmediate(() => {
        isOthersTurn = true
      })
      Atomics.wait(wait, 0, 0, 100)
      return 1
    },
  }
  const seen: boolean[] = []
  const last = {
    get n() {
      seen.push(isOthersTurn)
      return 2
    },
  }
  const others = Array.from({ length: 40 }, () => ({ n: 0 }))
  await new RowPages({ list: { list: { struct: { n: 'integer' } } } }).add({ list: [slow, ...others, last] }, noChanges())
  expect(seen).toContain(true)
})
