import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { TracewrightError } from '../../errors.ts'
import type { Row } from '../../row.ts'
import type { StoreTypes } from '../../store-type.ts'
import { openDatabase, quoted } from '../duckdb.ts'
import { ParquetFileReader } from './file-reader.ts'
import { ParquetFileWriter } from './file-writer.ts'
import { RowPages } from './row-pages.ts'

const folder = mkdtempSync(join(tmpdir(), 'tracewright-damage-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const TYPES: StoreTypes = { id: 'text', n: 'integer', x: 'number', ok: 'boolean', tags: { list: 'text' }, any: 'json' }
const ROWS: Row[] = Array.from({ length: 9 }, (_, i) => ({
  id: `row ${i}`,
  n: i % 4 === 3 ? null : i * 1000,
  x: i / 7,
  ok: i % 2 === 0,
  tags: Array.from({ length: i % 3 }, (_, j) => `tag ${i} ${j}`),
  any: { text: 'word '.repeat(i * 40), i },
}))

const path = join(folder, 'small.parquet')

/** Two row groups, one of them of a page that is compressed and others that are not. */
async function write(): Promise<Buffer> {
  const writer = new ParquetFileWriter(path, TYPES)
  const pages = new RowPages(TYPES)
  for (const [i, row] of ROWS.entries()) {
    await pages.add(row, { replacedSurrogates: 0, mistyped: 0 })
    if (i === 5) await writer.writePages(pages)
  }
  await writer.writePages(pages)
  writer.close()
  return readFileSync(path)
}

function read(file: string): Row[] | TracewrightError | null {
  let reader: ParquetFileReader | null = null
  try {
    reader = ParquetFileReader.open(file)
    reader?.verify()
    return reader?.groups.flatMap(group => [...reader!.rows(group)]) ?? null
  } catch (error) {
    if (error instanceof TracewrightError) return error
    throw error
  } finally {
    reader?.[Symbol.dispose]()
  }
}

it('every bit of a file that is flipped is found, or changes nothing', async () => {
  const bytes = await write()
  const flipped = join(folder, 'flipped.parquet')
  writeFileSync(flipped, bytes)
  const file = openSync(flipped, 'r+')
  const expected = JSON.stringify(ROWS)
  const reasons = new Map<string, number>()
  const foreign: number[] = []
  for (let at = 0; at < bytes.length * 8; at++) {
    // One byte is written, and back: to write the file anew each time takes longer than to read it.
    writeSync(file, Buffer.of(bytes[at >> 3]! ^ (1 << (at & 7))), 0, 1, at >> 3)
    const found = read(flipped)
    writeSync(file, bytes, at >> 3, 1, at >> 3)
    if (found === null) foreign.push(at)
    else if (found instanceof TracewrightError) {
      expect(found.where).toBe(flipped)
      const kind = /column '[^']+', page \d+ is damaged|footer is damaged/.exec(found.message)?.[0] ?? found.message
      reasons.set(kind, (reasons.get(kind) ?? 0) + 1)
    } else if (JSON.stringify(found) !== expected) expect.fail(`bit ${at} of ${bytes.length * 8} gives other rows`)
  }
  closeSync(file)
  expect(readFileSync(flipped)).toEqual(bytes)
  // Columns and pages are named; what is taken for somebody else's file is where the marks at its end stand.
  expect([...reasons.keys()]).toEqual(
    expect.arrayContaining(["column 'id', page 1 is damaged", "column 'any', page 1 is damaged", 'footer is damaged']),
  )
  for (const at of foreign) expect(at).toBeGreaterThanOrEqual((bytes.length - 8) * 8)
}, 60_000)

it('a file without checksums is read as before', async () => {
  const old = readFileSync(join(import.meta.dirname, 'testing', 'without-checksums.parquet'))
  const file = join(folder, 'old.parquet')
  writeFileSync(file, old)
  expect(read(file)).toEqual(ROWS)
})

it('another reader opens a file with checksums', async () => {
  await write()
  const database = await openDatabase()
  const rows = await database.connection.runAndReadAll(`SELECT id, n, len(tags) FROM read_parquet(${quoted(path)})`)
  database[Symbol.dispose]()
  expect(rows.getRows().map(cells => [cells[0], cells[1] === null ? null : Number(cells[1]), Number(cells[2])])).toEqual(
    ROWS.map(({ id, n, tags }) => [id, n, (tags as string[]).length]),
  )
})
