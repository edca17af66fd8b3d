import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { codecFor } from '../codec/codec-for.ts'
import * as codecs from '../codec/codecs.ts'
import type { TracewrightError } from '../errors.ts'
import { openRollouts } from '../rollout/read.ts'
import { openDataset } from './open-dataset.ts'
import { whereSql } from './query.ts'
import { ingestToStore } from './store/ingest.ts'

const logs = join(import.meta.dirname, '..', '..', 'examples', 'logs')
/** The ending of each codec's files. */
const endings = Object.values(codecs).map(({ extensions: [ending] }) => ending!.slice(1))

let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tracewright-dataset-'))
  await ingestToStore({ format: 'auto', path: logs, folder: join(folder, 'store'), workers: 1 })
  await ingestToStore({ format: 'auto', path: logs, folder: join(folder, 'lines'), codec: 'jsonl', workers: 1 })
  for (const ending of endings) {
    const writer = codecFor(`x.${ending}`).write(join(folder, `many.${ending}`))
    for (let i = 0; i < 5000; i++) await writer.write({ id: `row ${i}`, n: i, tags: [i % 2 === 0 ? 'even' : 'odd'] })
    await writer.close()
  }
  mkdirSync(join(folder, 'parts'))
  for (const part of ['a', 'b']) copyFileSync(join(folder, 'many.parquet'), join(folder, 'parts', `${part}.parquet`))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

for (const kind of ['store', 'lines'])
  it(`openDataset() gives back the rows that were read (${kind})`, async () => {
    const rollouts = await openRollouts({ format: 'auto', path: logs })
    const read = []
    for (const ref of rollouts.units)
      read.push(...(await rollouts.read(ref)).outcomes.flatMap(outcome => ('row' in outcome ? outcome.row : [])))
    rollouts.close()
    await using dataset = await openDataset(join(folder, kind))
    expect(await Array.fromAsync(dataset.rows())).toEqual(read)
  })

it('openDataset() filters, projects and orders', async () => {
  await using dataset = await openDataset(join(folder, 'store'))
  const options = {
    where: { message_count: { gte: 6 }, not: { source_kind: 'atif' } },
    columns: ['trace_id', 'message_count'],
    orderBy: '-message_count',
  }
  expect((await Array.fromAsync(dataset.rows(options))).map(row => [Object.keys(row).length, row['message_count']])).toEqual([
    [2, 9],
    [2, 8],
    [2, 6],
  ])
  expect(await dataset.count("source_kind = 'codex'")).toBe(2)
  expect(await dataset.count({ 'outcome.status': { in: ['completed', 'unknown'] } })).toBeGreaterThan(0)
})

for (const ending of endings)
  it(`openDataset() takes a ${ending} file`, async () => {
    await using dataset = await openDataset(join(folder, `many.${ending}`))
    expect([dataset.columns, await dataset.count()]).toEqual([['id', 'n', 'tags'], 5000])
    expect((await dataset.page(4000, 2)).map(row => row['n'])).toEqual([4000, 4001])
  })

it('openDataset() takes a folder of Parquet files, in the order of their names', async () => {
  await using dataset = await openDataset(join(folder, 'parts'))
  expect(await dataset.count()).toBe(10_000)
  expect(await dataset.page(4999, 2)).toEqual([
    { id: 'row 4999', n: 4999, tags: ['odd'] },
    { id: 'row 0', n: 0, tags: ['even'] },
  ])
})

it('openDataset() orders whole rows by what they are sorted by, with bounds and columns', async () => {
  await using dataset = await openDataset(join(folder, 'parts'))
  const rows = await Array.fromAsync(dataset.rows({ orderBy: ['-n', 'id'], where: 'n % 2 = 0', limit: 3, offset: 1 }))
  expect(rows).toEqual([4998, 4996, 4996].map(n => ({ id: `row ${n}`, n, tags: ['even'] })))
  const all = await Array.fromAsync(dataset.rows({ orderBy: '-n', columns: ['n', 'tags'] }))
  expect([all.length, all[0], all.at(-1)]).toEqual([10_000, { n: 4999, tags: ['odd'] }, { n: 0, tags: ['even'] }])
  const flat = await Array.fromAsync(dataset.rows({ orderBy: '-n', columns: ['n'], limit: 2 }))
  expect(flat).toEqual([{ n: 4999 }, { n: 4999 }])
})

it('openDataset() orders rows that the engine cannot hold', async () => {
  const path = join(folder, 'wide.parquet')
  const writer = codecFor(path).write(path)
  for (let i = 0; i < 3000; i++) await writer.write({ n: i, list: [`${i} `.repeat(20_000 / `${i} `.length)] })
  await writer.close()
  await using dataset = await openDataset(path, { memoryMB: 128 })
  const refused = dataset.query('SELECT * FROM rows ORDER BY n DESC LIMIT 900')
  await expect(refused).rejects.toMatchObject({ hint: 'Give it more memory (memoryMB, --memory), or ask for fewer columns' })
  const found = []
  for await (const { n } of dataset.rows({ orderBy: '-n', limit: 900 })) found.push(n)
  expect(found).toEqual(Array.from({ length: 900 }, (_, i) => 2999 - i))
})

it('openDataset() numbers rows over all files', async () => {
  await using dataset = await openDataset(join(folder, 'parts'))
  expect((await Array.fromAsync(dataset.numbers({ where: { n: 4321 } }))).sort()).toEqual([4321, 9321])
  await using lines = await openDataset(join(folder, 'many.jsonl'))
  expect(await Array.fromAsync(lines.numbers({ where: { n: 4321 } }))).toEqual([4321])
})

it('openDataset() takes Parquet files with other columns, and gives several readings at once', async () => {
  mkdirSync(join(folder, 'mixed'))
  copyFileSync(join(folder, 'many.parquet'), join(folder, 'mixed', 'a.parquet'))
  const writer = codecFor('b.parquet').write(join(folder, 'mixed', 'b.parquet'))
  await writer.write({ id: 'other', extra: true })
  await writer.close()
  await using dataset = await openDataset(join(folder, 'mixed'))
  expect(dataset.columns).toEqual(['id', 'n', 'tags', 'extra'])
  expect(await dataset.page(4999, 2)).toMatchObject([
    { id: 'row 4999', extra: null },
    { id: 'other', n: null, extra: true },
  ])
  const [first, second] = [dataset.rows(), dataset.rows({ where: 'n >= 100' })].map(rows => rows[Symbol.asyncIterator]())
  for (let i = 0; i < 3000; i++) expect([(await first!.next()).value['n'], (await second!.next()).value['n']]).toEqual([i, i + 100])
})

it('openDataset() keeps a byte order mark, which begins a text and no file', async () => {
  const path = join(folder, 'marks.parquet')
  const rows = ['\uFEFF', '\uFEFFshort', `\uFEFF\uFEFF${'long '.repeat(20)}`, 'none'].map(text => ({ text, list: [text] }))
  const writer = codecFor(path).write(path)
  for (const row of rows) await writer.write(row)
  await writer.close()
  await using dataset = await openDataset(path)
  expect(await Array.fromAsync(dataset.rows())).toEqual(rows)
})

it('openDataset() may be closed while rows are read', async () => {
  const dataset = await openDataset(join(folder, 'parts'))
  const rows = dataset.rows()[Symbol.asyncIterator]()
  expect((await rows.next()).value['n']).toBe(0)
  const counted = dataset.query('SELECT count(*) AS n FROM rows')
  dataset.close()
  dataset.close()
  await expect(rows.next()).rejects.toThrow('the dataset is closed')
  await expect(counted).rejects.toThrow('the dataset is closed')
  await expect(dataset.page(0, 1)).rejects.toThrow('the dataset is closed')
})

it('openDataset() says what it cannot do', async () => {
  await expect(openDataset(join(folder, 'nothing'))).rejects.toThrow('there is no such file or folder')
  await expect(openDataset(join(folder, 'nothing', 'here'))).rejects.toThrow('there is no such file or folder')
  await using dataset = await openDataset(join(folder, 'many.parquet'))
  const said = async (sql: string) => dataset.query(sql).then(String, (error: TracewrightError) => error.sentence)
  expect(await said('select nn from rows')).toMatch(
    /^select nn from rows: Cannot query: Referenced column "nn" not found in FROM clause\. Columns with such names: .*"n"/,
  )
  // A condition is named as it was written, and not the query it stands in.
  for (const [where, told] of [
    ['nn > 1', 'nn > 1: Cannot filter: Referenced column "nn" not found in FROM clause'],
    ['n > > 1', 'n > > 1: Cannot filter: '],
    [{ nn: { gt: 1 } }, '{"nn":{"gt":1}}: Cannot filter: Referenced column "nn" not found'],
  ] as const)
    for (const ask of [
      () => dataset.count(where),
      () => Array.fromAsync(dataset.rows({ where })),
      () => Array.fromAsync(dataset.numbers({ where })),
      () => Array.fromAsync(dataset.rows({ where, orderBy: 'n' })),
    ]) {
      const { sentence } = await ask().then(
        () => expect.fail('it was taken'),
        (error: TracewrightError) => error,
      )
      expect(sentence.startsWith(told), sentence).toBe(true)
      expect(sentence).not.toMatch(/SELECT|read_parquet/)
    }
  expect(await said('select * from row')).toMatch(
    /Table with name row does not exist\. The dataset is the table rows; the logs a store was made of are the table logs$/,
  )
  expect(await said('select * from facts')).toMatch(/once an ingest of this version has written it: tracewright ingest LOGS -o STORE$/)
  expect(await said('drop table rows')).toMatch(/Expected one SELECT: a dataset is read, not changed$/)
  expect(await said(' ')).toBe(' : Cannot query: found nothing, expected a SELECT')
  expect(await said('select n from')).toContain('Cannot query: found an end where more has to come, expected a SELECT')
  await expect(openDataset(join(folder, 'rows.txt'))).rejects.toThrow('there is no such file or folder')
  writeFileSync(join(folder, 'rows.txt'), 'x')
  await expect(openDataset(join(folder, 'rows.txt'))).rejects.toThrow(/expected a name that ends in .*\.parquet/)
  writeFileSync(join(folder, 'broken.parquet'), 'PAR1 and no more')
  await expect(openDataset(join(folder, 'broken.parquet'))).rejects.toThrow(/^Cannot open dataset: (?!.*LINE)/)
  await expect(dataset.page(-1, 2)).rejects.toThrow('found offset -1')
})

it('whereSql() quotes values and names', () => {
  expect(whereSql({ 'a"b': "it's", n: null })).toBe(`("a""b" = 'it''s' AND "n" IS NULL)`)
  expect(whereSql({ or: [{ n: { gt: 1, lt: 3 } }, { tags: { contains: 'x' } }] })).toBe(
    `(((("n" > 1 AND "n" < 3)) OR ((contains("tags", 'x')))))`,
  )
  expect(() => whereSql({ n: { above: 3 } as never })).toThrow("found operator 'above', expected one of eq, ne, in, contains, gt")
})

it.each(endings)('openDataset() numbers rows of %s whose own columns are named as numbers might be', async ending => {
  const path = join(folder, `named.${ending}`)
  const writer = codecFor(path).write(path)
  for (let i = 0; i < 20; i++) await writer.write({ n: 40 - 2 * i, number: i % 2, rows: i })
  await writer.close()
  await using dataset = await openDataset(path)
  const numbers = async (options: Parameters<typeof dataset.numbers>[0]) => (await Array.fromAsync(dataset.numbers(options))).map(Number)
  expect((await numbers({ where: 'n > 30' })).sort()).toEqual([0, 1, 2, 3, 4])
  expect(await numbers({ orderBy: 'n', limit: 3 })).toEqual([19, 18, 17])
})
