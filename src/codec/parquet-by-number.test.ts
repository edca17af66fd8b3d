import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { Random } from '../random.ts'
import { openDatabase, quoted } from './duckdb.ts'
import { ParquetRows } from './parquet-by-number.ts'

// Files of three row groups each, as another writer would make them.
const FILES = 4
const GROUP = 2048
const ROWS = 3 * GROUP
let folder: string
let temporary: string // where the rows of this file's tests are put aside, and of no other
let paths: string[]
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tracewright-parquet-'))
  temporary = join(folder, 'temporary')
  mkdirSync(temporary)
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) vi.stubEnv(name, temporary)
  paths = Array.from({ length: FILES }, (_, i) => join(folder, `${i}.parquet`))
  const database = await openDatabase()
  for (const [i, path] of paths.entries())
    await database.connection.run(
      `COPY (SELECT range + ${i * ROWS} AS n, md5(range::VARCHAR) || repeat('text ', 40) AS text, [{'a': range, 'b': NULL}] AS list
       FROM range(${ROWS})) TO ${quoted(path)} (FORMAT parquet, ROW_GROUP_SIZE ${GROUP})`,
    )
  await database.connection.run(
    `COPY (SELECT range AS n, range % 7 AS file_row_number FROM range(50)) TO ${quoted(join(folder, 'named.parquet'))}`,
  )
  database[Symbol.dispose]()
})
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

const open = async (files = paths) => ParquetRows.open(files, await openDatabase({ memoryMB: 256, threads: 1 }))

/** Read rows by number, see that they are the right ones, and what it has cost. */
async function reading(indices: Iterable<number>, rows: ParquetRows) {
  for (const index of indices) expect((await rows.read(index))['n']).toBe(index)
  const { spent } = rows
  rows.close()
  return spent
}

it('ParquetRows gives rows in order from one pass over each file, and writes nothing', async () => {
  const rows = await open()
  expect([rows.size, rows.columns]).toEqual([FILES * ROWS, ['n', 'text', 'list']])
  const all = Array.from({ length: rows.size }, (_, i) => i)
  expect(await reading(all, rows)).toEqual({ alone: 0, laidOutGroups: 0, passes: FILES, temporaryBytes: 0 })
})

it('ParquetRows passes over what is left out of an order', async () => {
  const some = Array.from({ length: (FILES * ROWS) / 12 }, (_, i) => i * 12)
  // The first few do not show yet that there is an order.
  expect(await reading(some, await open())).toEqual({ alone: 2, laidOutGroups: 0, passes: FILES + 1, temporaryBytes: 0 })
})

it('ParquetRows reads a few rows of many alone', async () => {
  const few = new Random(1).shuffle(Array.from({ length: 40 }, (_, i) => i * 600))
  expect(await reading(few, await open())).toEqual({ alone: 40, laidOutGroups: 0, passes: 0, temporaryBytes: 0 })
})

it('ParquetRows lays every row group out once for all rows in no order, in less than the files take', async () => {
  const all = new Random(1).shuffle(Array.from({ length: FILES * ROWS }, (_, i) => i))
  const rows = await open()
  rows.expect(1)
  const { temporaryBytes, ...spent } = await reading(all, rows)
  expect(spent).toEqual({ alone: 0, laidOutGroups: FILES * 3, passes: 0 })
  expect(temporaryBytes).toBeGreaterThan(0)
  expect(temporaryBytes).toBeLessThan(1.5 * paths.reduce((sum, path) => sum + statSync(path).size, 0))
})

it('ParquetRows reads a row group at most five times where nobody says how many rows are wanted', async () => {
  const all = new Random(2).shuffle(Array.from({ length: FILES * ROWS }, (_, i) => i))
  const spent = await reading(all, await open())
  expect(spent.laidOutGroups).toBe(FILES * 3)
  expect(spent.alone + spent.passes).toBeLessThanOrEqual(FILES * 3 * 4)
})

it('ParquetRows leaves nothing behind, and serves reads that are asked for at once', async () => {
  const before = temporaryFolders()
  const rows = await open()
  rows.expect(1)
  const wanted = [7, 24_575, 3, 4, 12_345, 5]
  expect((await Promise.all(wanted.map(index => rows.read(index)))).map(row => row['n'])).toEqual(wanted)
  expect(temporaryFolders().length).toBe(before.length + 1)
  rows.close()
  expect(temporaryFolders()).toEqual(before)
  await expect((await open()).read(24_576)).rejects.toThrow('There is no row 24576')
})

it('ParquetRows takes a column that is named like the number of a row for what it is', async () => {
  const rows = await open([join(folder, 'named.parquet')])
  expect(await rows.read(30)).toEqual({ n: 30, file_row_number: 2 })
  expect(await rows.read(31)).toEqual({ n: 31, file_row_number: 3 })
  rows.close()
})

function temporaryFolders(): string[] {
  return readdirSync(temporary).filter(name => name.startsWith('tracewright-rows-'))
}
