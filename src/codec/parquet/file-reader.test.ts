import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { Row } from '../../row.ts'
import type { StoreTypes } from '../../store-type.ts'
import { openDatabase, quoted } from '../duckdb.ts'
import { ParquetFileReader } from './file-reader.ts'
import { ParquetFileWriter } from './file-writer.ts'
import { RowPages, type StagedPages } from './row-pages.ts'

const folder = mkdtempSync(join(tmpdir(), 'tracewright-parquet-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const TYPES: StoreTypes = { id: 'text', n: 'integer', ok: 'boolean', share: 'number', tags: { list: 'text' }, more: 'json' }
const changes = { replacedSurrogates: 0, mistyped: 0 }

function row(i: number): Row {
  return {
    id: `row ${i}`,
    n: i - 5,
    ok: i % 3 === 0,
    share: i / 7,
    tags: i % 4 === 0 ? [] : [`ü${i}`, 'same'],
    more: i % 5 === 0 ? null : { i },
  }
}

async function write(name: string, groups: readonly (readonly number[])[]): Promise<string> {
  const path = join(folder, name)
  const writer = new ParquetFileWriter(path, TYPES)
  const pages = new RowPages(TYPES)
  for (const group of groups) {
    for (const i of group) await pages.add(row(i), changes)
    await writer.writePages(pages)
  }
  writer.close()
  return path
}

function read(path: string): Row[] {
  const reader = new ParquetFileReader(path)
  const rows = reader.groups.flatMap(group => [...reader.rows(group)])
  reader[Symbol.dispose]()
  return rows
}

const upTo = (from: number, end: number) => Array.from({ length: end - from }, (_, i) => from + i)

it('ParquetFileReader gives rows and single columns of what ParquetFileWriter wrote', async () => {
  const path = await write('two-groups.parquet', [upTo(0, 40), upTo(40, 43)])
  expect(read(path)).toEqual(upTo(0, 43).map(row))
  const reader = new ParquetFileReader(path)
  expect(reader.groups.map(group => reader.values(group, 'n'))).toEqual([upTo(-5, 35), upTo(35, 38)])
  expect(reader.groups.map(({ chunks }) => chunks[1]!.statistics)).toEqual([
    { nulls: 0, min: -5, max: 34 },
    { nulls: 0, min: 35, max: 37 },
  ])
  reader[Symbol.dispose]()
})

it('row groups are copied from file to file as they are, and pages of several files become one row group', async () => {
  const source = await write('source.parquet', [upTo(0, 10), upTo(10, 20)])
  const path = join(folder, 'copied.parquet')
  const writer = new ParquetFileWriter(path, TYPES)
  const reader = new ParquetFileReader(source)
  for (const group of [...reader.groups].reverse()) writer.copyGroup(source, group)
  reader[Symbol.dispose]()
  const parts: { staged: StagedPages; file: string }[] = []
  for (const [first, end] of [
    [20, 25],
    [25, 26],
    [26, 40],
  ] as const) {
    const pages = new RowPages(TYPES)
    for (const i of upTo(first, end)) await pages.add(row(i), changes)
    const pieces: Buffer[] = [Buffer.from('something that stands before')]
    const staged = await pages.flush(pieces[0]!.length, piece => void pieces.push(Buffer.from(piece)))
    const file = join(folder, `part-${first}`)
    writeFileSync(file, Buffer.concat(pieces))
    parts.push({ staged, file })
  }
  writer.writeStaged(parts)
  expect(writer.close()).toBe(40)
  const expected = [...upTo(10, 20), ...upTo(0, 10), ...upTo(20, 40)].map(row)
  expect(read(path)).toEqual(expected)
  const database = await openDatabase()
  const counts = await database.connection.runAndReadAll(
    `SELECT row_group_id, any_value(row_group_num_rows) FROM parquet_metadata(${quoted(path)}) GROUP BY ALL ORDER BY ALL`,
  )
  const ids = await database.connection.runAndReadAll(`SELECT id FROM read_parquet(${quoted(path)})`)
  database[Symbol.dispose]()
  expect(counts.getRows().map(cells => cells.map(Number))).toEqual([
    [0, 10],
    [1, 10],
    [2, 20],
  ])
  expect(ids.getRows().flat()).toEqual(expected.map(({ id }) => id))
})

it('rows are passed over without being made', async () => {
  const path = await write('passed.parquet', [upTo(0, 40)])
  const reader = new ParquetFileReader(path)
  const assembly = reader.assembly(reader.groups[0]!)
  for (const i of upTo(0, 40))
    if (i % 3 === 0) expect(assembly.next()['id']).toBe(`row ${i}`)
    else assembly.pass()
  reader[Symbol.dispose]()
})

it('a file of another kind is refused with its name', async () => {
  const database = await openDatabase()
  const other = join(folder, 'other.parquet')
  await database.connection.run(`COPY (SELECT 1 AS n) TO ${quoted(other)} (FORMAT parquet)`)
  database[Symbol.dispose]()
  expect(() => new ParquetFileReader(other)).toThrow(/Cannot read rows: found no Parquet file of this program/)
  const path = join(folder, 'foreign.parquet')
  writeFileSync(path, 'this is not Parquet')
  expect(() => new ParquetFileReader(path)).toThrow(/Cannot read rows: found no Parquet file of this program/)
})

it('columns and keys that every object has by birth are columns and keys like any other, and rows share nothing', async () => {
  const own = (entries: [string, unknown][]) =>
    Object.defineProperties(
      {},
      Object.fromEntries(entries.map(([key, value]) => [key, { value, enumerable: true, writable: true, configurable: true }])),
    ) as Row
  const names = ['__proto__', 'constructor', 'toString', 'plain']
  const types = own([
    ...names.map((name): [string, unknown] => [name, 'text']),
    ['deep', { struct: own(names.map(name => [name, 'integer'])) }],
  ])
  const rows = [1, 2].map(n =>
    own([...names.map((name): [string, unknown] => [name, `${name} ${n}`]), ['deep', own(names.map(name => [name, n]))]]),
  )
  const path = join(folder, 'birth.parquet')
  const writer = new ParquetFileWriter(path, types as unknown as StoreTypes)
  const pages = new RowPages(types as unknown as StoreTypes)
  for (const one of rows) await pages.add(one, changes)
  await writer.writePages(pages)
  writer.close()
  const found = read(path)
  expect(found.map(one => Object.entries(one).slice(0, 4))).toEqual(rows.map(one => Object.entries(one).slice(0, 4)))
  expect(found.map(one => Object.entries(one['deep'] as Row))).toEqual(rows.map(one => Object.entries(one['deep'] as Row)))
  expect(found.every(one => Object.getPrototypeOf(one) === Object.prototype)).toBe(true)
})
