import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { codecFor } from '../codec/codec-for.ts'
import * as codecs from '../codec/codecs.ts'
import { ingestToStore } from '../dataset/store/ingest.ts'
import { DatasetSeedSource } from './dataset.ts'
import { LocalFileSeedSource } from './file.ts'
import type { OpenSeed } from './seed.ts'

const logs = join(import.meta.dirname, '..', '..', 'examples', 'logs')
/** The ending of each codec's files. */
const endings = Object.values(codecs).map(({ extensions: [ending] }) => ending!.slice(1))

let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tracewright-seed-'))
  for (const ending of endings) {
    const path = join(folder, `rows-${ending}.${ending}`)
    const writer = codecFor(path).write(path)
    for (let i = 0; i < 3000; i++) await writer.write({ name: `${ending} ${i}`, n: i })
    await writer.close()
  }
  for (const codec of ['parquet', 'jsonl'] as const)
    await ingestToStore({ format: 'auto', path: logs, folder: join(folder, codec), codec, workers: 1 })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function rowAt(seed: OpenSeed, index: number) {
  const [outcome] = await seed.read(index)
  return outcome !== undefined && 'row' in outcome ? outcome.row : null
}

for (const ending of endings)
  it(`LocalFileSeedSource gives rows of a ${ending} file in any order`, async () => {
    const seed = await new LocalFileSeedSource({ path: join(folder, `rows-${ending}.${ending}`) }).open()
    expect([seed.size, seed.columns]).toEqual([3000, ['name', 'n']])
    for (const n of [2999, 0, 2047, 2048]) expect(await rowAt(seed, n)).toEqual({ name: `${ending} ${n}`, n })
    seed.close()
  })

it('LocalFileSeedSource takes a pattern, files in the order of their names', async () => {
  const seed = await new LocalFileSeedSource({ path: join(folder, 'rows-*.{csv,jsonl}') }).open()
  expect(seed.size).toBe(6000)
  expect(await rowAt(seed, 3000)).toEqual({ name: 'jsonl 0', n: 0 })
  seed.close()
})

it('LocalFileSeedSource says what it cannot find', async () => {
  await expect(new LocalFileSeedSource({ path: join(folder, 'no-*.csv') }).open()).rejects.toThrow('no file matches')
  await expect(new LocalFileSeedSource({ path: join(folder, 'none.csv') }).open()).rejects.toThrow(
    /none.csv': there is no such file or folder/,
  )
})

for (const codec of ['parquet', 'jsonl'])
  it(`DatasetSeedSource gives rows of a store of ${codec}, and only those that meet a condition`, async () => {
    const all = await new DatasetSeedSource({ path: join(folder, codec) }).open()
    const some = await new DatasetSeedSource({ path: join(folder, codec), where: { source_kind: 'codex' } }).open()
    expect([all.size, some.size]).toEqual([8, 2])
    const rows = await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(i => rowAt(all, i)))
    expect(await rowAt(some, 1)).toEqual(rows.filter(row => row?.['source_kind'] === 'codex')[1])
    expect(rows.every(row => Array.isArray(row?.['messages']) && typeof row['source_meta'] === 'object')).toBe(true)
    all.close()
    some.close()
  })

it('DatasetSeedSource survives a config', () => {
  const source = new DatasetSeedSource({ path: 'store', where: 'message_count > 3' })
  expect(source.toJSON()).toEqual({ seed_type: 'dataset', path: 'store', where: 'message_count > 3' })
})
