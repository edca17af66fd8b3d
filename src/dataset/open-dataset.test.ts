import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { codecFor } from '../codec/codec-for.ts'
import { openRollouts } from '../rollout/read.ts'
import { openDataset } from './open-dataset.ts'
import { whereSql } from './query.ts'
import { ingestToStore } from './store-ingest.ts'

const logs = join(import.meta.dirname, '..', '..', 'examples', 'logs')
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tracewright-dataset-'))
  await ingestToStore({ format: 'auto', path: logs, folder: join(folder, 'store'), workers: 1 })
  await ingestToStore({ format: 'auto', path: logs, folder: join(folder, 'lines'), codec: 'jsonl', workers: 1 })
  for (const ending of ['csv', 'json', 'jsonl', 'parquet']) {
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

for (const ending of ['csv', 'json', 'jsonl', 'parquet'])
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

it('openDataset() says what it cannot do', async () => {
  await expect(openDataset(join(folder, 'nothing'))).rejects.toThrow('there is no such file or folder')
  await expect(openDataset(folder.replace(/[^/]+$/, 'x'))).rejects.toThrow('there is no such file or folder')
  await using dataset = await openDataset(join(folder, 'many.parquet'))
  await expect(dataset.query('select nn from rows')).rejects.toThrow(/Cannot query: .*nn/)
  await expect(dataset.page(-1, 2)).rejects.toThrow('found offset -1')
})

it('whereSql() quotes values and names', () => {
  expect(whereSql({ 'a"b': "it's", n: null })).toBe(`("a""b" = 'it''s' AND "n" IS NULL)`)
  expect(whereSql({ or: [{ n: { gt: 1, lt: 3 } }, { tags: { contains: 'x' } }] })).toBe(
    `(((("n" > 1 AND "n" < 3)) OR ((contains("tags", 'x')))))`,
  )
  expect(() => whereSql({ n: { above: 3 } as never })).toThrow("found operator 'above', expected one of eq, ne, in, contains, gt")
})
