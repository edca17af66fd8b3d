import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codecFor } from '../codec/codec-for.ts'
import { fileSql } from '../codec/duckdb-files.ts'
import { DatasetSeedSource } from '../seed/dataset.ts'
import { openDataset } from './open-dataset.ts'
import { ingestToStore } from './store/ingest.ts'

/*
 * The engine that answers SQL takes `a?b` for a pattern, `~x` for somebody's home and `n=5` for a column: names of folders say nothing here.
 */

const folder = mkdtempSync(join(tmpdir(), 'tracewright-names-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

// Each pattern meets others of these.
const NAMES = ['a?b', 'a*b', 'a[*]b', 'a[b', 'a]b', 'a**', '[!a]', '**', 'a{1,2}b', 'a\\b', "a'b", '~a', 'n=5', 'x=1', 'year=2024', 'é ü']
const FILES = ['rows.parquet', 'rows.jsonl', 'rows.csv', 'many']

const rowsOf = (name: string) => Array.from({ length: 3 }, (_, n) => ({ name, n }))

beforeAll(async () => {
  for (const name of NAMES) {
    mkdirSync(join(folder, name, 'many'), { recursive: true })
    for (const file of ['rows.parquet', 'rows.jsonl', 'rows.csv', 'many/1.parquet']) {
      const writer = codecFor(file).write(join(folder, name, file))
      for (const row of rowsOf(name)) await writer.write(row)
      await writer.close()
    }
  }
})

describe.each(NAMES)('below %s', name => {
  it.each(name.includes('\\') ? FILES.filter(file => file !== 'many') : FILES)(
    '%s has its own rows and columns, for whoever asks',
    async file => {
      const path = join(folder, name, file)
      const wanted = rowsOf(name)
      for (const isConfined of [false, true]) {
        await using dataset = await openDataset(path, { isConfined })
        expect(await dataset.count()).toBe(3)
        expect(await dataset.query('select * from rows order by n')).toEqual(wanted.map(row => ({ ...row, n: Number(row.n) })))
        expect(await Array.fromAsync(dataset.rows())).toEqual(wanted)
      }
      const seed = await new DatasetSeedSource({ path, where: 'n > 0' }).open()
      expect([seed.size, seed.columns]).toEqual([2, ['name', 'n']])
      seed.close()
    },
  )

  it('a store is itself', async () => {
    const logs = join(import.meta.dirname, '..', '..', 'examples', 'logs')
    const store = join(folder, name, 'store')
    const { rows } = await ingestToStore({ format: 'auto', path: logs, folder: store, workers: 1 })
    await using dataset = await openDataset(store)
    expect(await dataset.count()).toBe(rows)
    expect(await dataset.query('select count(*) as n from facts')).toEqual([{ n: rows }])
    expect(await dataset.query('select count(*) as n from logs')).not.toEqual([{ n: 0 }])
    expect(Object.keys((await dataset.query('select * from rows limit 1'))[0]!)).not.toContain('x')
  })
})

it('folders of others that have columns in their names keep them in SQL', async () => {
  for (const year of [2024, 2025]) {
    mkdirSync(join(folder, 'others', `year=${year}`), { recursive: true })
    const writer = codecFor('x.parquet').write(join(folder, 'others', `year=${year}`, 'x.parquet'))
    await writer.write({ n: year - 2000 })
    await writer.close()
  }
  await using dataset = await openDataset(join(folder, 'others'))
  expect(await dataset.query('select n, year from rows order by n')).toEqual([
    { n: 24, year: 2024 },
    { n: 25, year: 2025 },
  ])
})

it('what cannot be named is said to be so', () => {
  expect(() => fileSql('/a\\b*c/x')).toThrow("Cannot read '/a\\b*c/x': nothing can name a file with a backslash beside *, ? or [ to DuckDB")
  expect(fileSql('~x/y')).toBe("'./~x/y'")
})
