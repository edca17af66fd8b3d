import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { codecFor } from '../codec/codec-for.ts'
import { DatasetSeedSource } from '../seed/dataset.ts'
import { openDataset } from './open-dataset.ts'
import { ingestToStore } from './store/ingest.ts'

const folder = mkdtempSync(join(tmpdir(), 'tracewright-confined-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const KINDS = ['rows.parquet', 'rows.jsonl', 'rows.csv', 'parts']

beforeAll(async () => {
  mkdirSync(join(folder, 'parts'))
  for (const name of ['rows.parquet', 'rows.jsonl', 'rows.csv', 'parts/a.parquet', 'secret.parquet', 'secret.jsonl', 'secret.csv']) {
    const writer = codecFor(name).write(join(folder, name))
    for (let i = 0; i < 20; i++) await writer.write({ id: `row ${i}`, n: i })
    await writer.close()
  }
  writeFileSync(join(folder, 'secret.txt'), 'secret')
})

const places = () => ['secret.txt', 'secret.parquet', 'secret.jsonl', 'secret.csv'].map(name => join(folder, name))

it.each(KINDS)('a condition of a config sees the rows of %s, and no file', async kind => {
  const path = join(folder, kind)
  const open = (where: string) => new DatasetSeedSource({ path, where }).open()
  const seed = await open('n >= 10 and n < (select max(n) from rows)')
  expect(seed.size).toBe(9)
  seed.close()
  const [text, parquet, lines, csv] = places()
  for (const where of [
    `(select count(*) from read_text('${text}')) > 0`,
    `(select count(*) from read_blob('${text}')) > 0`,
    `(select count(*) from read_parquet('${parquet}')) > 0`,
    `(select count(*) from '${parquet}') > 0`,
    `(select count(*) from read_json('${lines}')) > 0`,
    `(select count(*) from read_csv('${csv}')) > 0`,
    `(select count(*) from glob('${folder}/*')) > 0`,
    `(select count(*) from glob('/*')) > 0`,
    `(select count(*) from read_text('${join(folder, 'parts', '..', 'secret.txt')}')) > 0`,
    `n > 0) ; copy (select 1) to '${join(folder, 'made.csv')}'; select (true`,
    `n > 0; set enable_external_access = true`,
    `(select count(*) from logs) >= 0`,
  ])
    await expect(open(where), where).rejects.toThrow()
})

it('a store likewise; what a person typed sees more', async () => {
  const store = join(folder, 'store')
  await ingestToStore({ format: 'auto', path: join(import.meta.dirname, '..', '..', 'examples', 'logs'), folder: store, workers: 1 })
  const [text] = places()
  const where = `message_count > 0 and (select count(*) from read_text('${text}')) > 0`
  await expect(new DatasetSeedSource({ path: store, where }).open()).rejects.toThrow(/disabled|not allowed|permission/i)
  await using dataset = await openDataset(store)
  expect((await dataset.query(`select content from read_text('${text}')`))[0]).toEqual({ content: 'secret' })
  expect(await dataset.count('message_count > 0')).toBeGreaterThan(0)
})

it('a condition over more than memory holds still spills', async () => {
  const path = join(folder, 'wide.parquet')
  const writer = codecFor(path).write(path)
  for (let i = 0; i < 3000; i++) await writer.write({ n: i, text: `${i} `.repeat(20_000 / `${i} `.length) })
  await writer.close()
  await using dataset = await openDataset(path, { memoryMB: 128, isConfined: true })
  const numbers = await Array.fromAsync(dataset.numbers({ where: 'n % 3 = 0', orderBy: '-n' }))
  expect([numbers.length, numbers[0]]).toEqual([1000, 2997])
})
