import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, it } from 'vitest'
import { writeJson } from '../../json/exact.ts'
import type { Json } from '../../json/json.ts'
import type { Row } from '../../row.ts'
import type { StoreType, StoreTypes } from '../../store-type.ts'
import { openDatabase, quoted } from '../duckdb.ts'
import { QueryRows } from '../query-rows.ts'
import { decodeRow, encodeRow, type StoreChanges } from '../store-value.ts'
import { assembleRows } from './assemble.ts'
import { ParquetFileWriter } from './file-writer.ts'
import { RowPages } from './row-pages.ts'

const folder = mkdtempSync(join(tmpdir(), 'tracewright-pages-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const noChanges = (): StoreChanges => ({ replacedSurrogates: 0, mistyped: 0 })

/** Types as rows have them: nested a few levels deep. */
const storeType: fc.Arbitrary<StoreType> = fc.letrec<{ type: StoreType }>(tie => ({
  type: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<StoreType>('text', 'integer', 'number', 'boolean', 'json'),
    fc.record({ list: tie('type') }),
    fc
      .record({ a: tie('type'), b: tie('type'), rest: fc.boolean(), always: fc.boolean() })
      .map(({ a, b, rest, always }) => ({ struct: { a, b }, ...(rest ? { rest: 'more' } : {}), ...(always ? { always: ['a'] } : {}) })),
  ),
})).type

const storeTypes: fc.Arbitrary<StoreTypes> = fc.record({ one: storeType, two: storeType })

/** Values that mostly fit a type, now and then of another one, with keys that it does not name. */
function someOf(type: StoreType): fc.Arbitrary<Json> {
  const fitting = (): fc.Arbitrary<Json> => {
    if (type === 'text')
      return fc.oneof(fc.string({ unit: 'grapheme', maxLength: 80 }), fc.string({ unit: 'binary-ascii' }), fc.constant('same'))
    if (type === 'integer') return fc.maxSafeInteger()
    if (type === 'number') return fc.double({ noNaN: true, noDefaultInfinity: true }).map(n => (Object.is(n, -0) ? 0 : n))
    if (type === 'boolean') return fc.boolean()
    if (type === 'json') return fc.jsonValue().map(value => JSON.parse(JSON.stringify(value)) as Json)
    if ('list' in type) return fc.array(someOf(type.list), { maxLength: 12 })
    return fc
      .record({ a: someOf(type.struct['a']!), b: someOf(type.struct['b']!), c: fc.constant('not named') }, { requiredKeys: [] })
      .map(struct => ({ ...struct }) as Json)
  }
  return fc.oneof(
    { weight: 12, arbitrary: fitting() },
    { weight: 2, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.constantFrom<Json>(7, 'text', true, [1], { d: 1 }) },
  )
}

const tables = storeTypes.chain(types =>
  fc.tuple(
    fc.constant(types),
    fc.array(fc.record({ one: someOf(types['one']!), two: someOf(types['two']!) }), { minLength: 1, maxLength: 40 }),
  ),
)

/** What is stored of rows, as the row-wise encoding has it. */
function stored(rows: readonly Row[], types: StoreTypes): { rows: Row[]; changes: StoreChanges } {
  const changes = noChanges()
  const filled = (value: Json, type: StoreType): Json => {
    if (value === null || typeof type === 'string') return value
    if ('list' in type) return (value as Json[]).map(item => filled(item, type.list))
    return Object.fromEntries(
      Object.entries(type.struct)
        .map(([key, item]) => [key, filled((value as Row)[key] ?? null, item)])
        .concat(type.rest ? [[type.rest, (value as Row)[type.rest] ?? null]] : []),
    )
  }
  const encoded = rows.map(row =>
    Object.entries(encodeRow(row, types, changes)).map(([name, value]) => [name, filled(value, types[name]!)]),
  )
  return { rows: encoded.map(row => decodeRow(Object.fromEntries(row) as Row, types)), changes }
}

async function paged(rows: readonly Row[], types: StoreTypes): Promise<{ rows: Row[]; changes: StoreChanges }> {
  const pages = new RowPages(types)
  const changes = noChanges()
  for (const row of rows) await pages.add(row, changes)
  const pieces: Buffer[] = []
  const staged = await pages.flush(0, piece => void pieces.push(Buffer.from(piece)))
  const bytes = Buffer.concat(pieces)
  const chunks = staged.pages.map(({ offset, length }) => bytes.subarray(offset, offset + length))
  return { rows: [...assembleRows(types, chunks, staged.rows)], changes }
}

it('gives back what was put in, as the row-wise encoding keeps it', async () => {
  await fc.assert(
    fc.asyncProperty(tables, async ([types, rows]) => {
      expect(await paged(rows, types)).toEqual(stored(rows, types))
    }),
    { numRuns: 400 },
  )
})

it('writes files from which another reader gets the same', async () => {
  const database = await openDatabase()
  try {
    await fc.assert(
      fc.asyncProperty(tables, async ([types, rows]) => {
        const path = join(folder, 'rows.parquet')
        const file = new ParquetFileWriter(path, types)
        const pages = new RowPages(types)
        // Several row groups, the last of them small.
        for (const row of rows) {
          await pages.add(row, noChanges())
          if (pages.rows === 16) await file.writePages(pages)
        }
        await file.writePages(pages)
        expect(file.close()).toBe(rows.length)
        const rowsOfEngine = await QueryRows.open(await database.connect(), `SELECT * FROM read_parquet(${quoted(path)})`, types)
        const read: Row[] = []
        for (let row = await rowsOfEngine.next(); row !== null; row = await rowsOfEngine.next()) read.push(row)
        rowsOfEngine[Symbol.dispose]()
        expect(read).toEqual(stored(rows, types).rows)
      }),
      { numRuns: 60 },
    )
  } finally {
    database[Symbol.dispose]()
  }
})

it('hashes what is kept of a row: equal rows equally, whatever stands beside them', async () => {
  await fc.assert(
    fc.asyncProperty(tables, async ([types, rows]) => {
      const hashes = async (order: readonly Row[]) => {
        const pages = new RowPages(types)
        const found: string[] = []
        for (const row of order) found.push((await pages.add(row, noChanges())).content)
        return found
      }
      const one = await hashes(rows)
      expect((await hashes([...rows].reverse())).reverse()).toEqual(one)
      const kept = stored(rows, types).rows.map(row => writeJson(row))
      for (const i of rows.keys()) expect(one[i] === one[0]).toBe(kept[i] === kept[0])
    }),
    { numRuns: 200 },
  )
})

it('holds texts of any length and mends what is not well-formed', async () => {
  const types: StoreTypes = { text: 'text' }
  const long = 'é'.repeat(700_000)
  const texts = [
    '',
    'a'.repeat(48),
    'b'.repeat(49),
    `${'c'.repeat(47)}é`,
    '\ud83d',
    `${'d'.repeat(60)}\udc00`,
    long,
    `${long}x`,
    '🙂'.repeat(400_000),
  ]
  const { rows, changes } = await paged(
    texts.map(text => ({ text })),
    types,
  )
  expect(rows.map(row => row['text'])).toEqual(texts.map(text => text.toWellFormed()))
  expect(changes).toEqual({ replacedSurrogates: 2, mistyped: 0 })
})

it('tells the bounds of single values, which lets readers pass over row groups', async () => {
  const types: StoreTypes = { name: 'text', count: 'integer', list: { list: 'integer' } }
  const path = join(folder, 'bounds.parquet')
  const file = new ParquetFileWriter(path, types)
  const pages = new RowPages(types)
  for (const [name, count] of [
    ['b', 5],
    ['a', -7],
    ['\u{10000}', 2 ** 40],
    ['\uffff', null],
  ] as const)
    await pages.add({ name, count, list: [1] }, noChanges())
  await file.writePages(pages)
  await pages.add({ name: 'x'.repeat(300), count: null, list: [] }, noChanges())
  await file.writePages(pages)
  file.close()
  const database = await openDatabase()
  const result = await database.connection.runAndReadAll(
    `SELECT path_in_schema, stats_min_value, stats_max_value, stats_null_count FROM parquet_metadata(${quoted(path)})`,
  )
  database[Symbol.dispose]()
  const found = result.getRows().map(row => row.map(value => (value === null ? null : String(value))))
  expect(found).toEqual([
    ['name', 'a', '\u{10000}', '0'],
    ['count', '-7', String(2 ** 40), '1'],
    ['list, list, element', null, null, '0'],
    ['name', null, null, '0'],
    ['count', null, null, '1'],
    ['list, list, element', null, null, '1'],
  ])
})

it('takes nothing of a row that cannot be written, wherever in it that shows', async () => {
  const types: StoreTypes = { id: 'text', list: { list: 'text' }, n: 'integer', any: 'json', last: { list: 'json' } }
  const good = (i: number): Row => ({ id: `row ${i}`, list: ['x'.repeat(i * 300), 'y'], n: i % 3 === 0 ? null : i, any: { i }, last: [i] })
  const ring: { self?: unknown } = {}
  ring.self = ring
  const bad = (i: number): Row[] => [
    { ...good(i), any: ring as never },
    { ...good(i), list: Array.from({ length: 40 }, () => 'z'.repeat(400)), last: [1, 2, ring as never] },
  ]
  const [pages, clean] = [new RowPages(types), new RowPages(types)]
  const facts: unknown[] = []
  for (let i = 0; i < 30; i++) {
    for (const row of bad(i)) await expect(pages.add(row, noChanges())).rejects.toThrow(TypeError)
    facts.push([await pages.add(good(i), noChanges()), await clean.add(good(i), noChanges())])
  }
  for (const [one, other] of facts as [unknown, unknown][]) expect(one).toEqual(other)
  const chunks: Buffer[] = []
  const { pages: staged, rows } = await pages.flush(0, piece => void chunks.push(piece))
  const bytes = Buffer.concat(chunks)
  const columns = staged.map(({ offset, length }) => bytes.subarray(offset, offset + length))
  expect([...assembleRows(types, columns, rows)]).toEqual(Array.from({ length: 30 }, (_, i) => good(i)))
})
