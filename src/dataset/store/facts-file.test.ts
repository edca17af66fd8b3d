import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readFacts } from '../dataset-facts.ts'
import { factsOf } from '../facts.ts'
import { openDataset } from '../open-dataset.ts'
import { ingestToStore } from './ingest.ts'
import { readManifest } from './manifest.ts'

const examples = join(import.meta.dirname, '..', '..', '..', 'examples', 'logs')
let folder: string
let logs: string
let store: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tracewright-facts-'))
  logs = join(folder, 'logs')
  store = join(folder, 'store')
  cpSync(examples, logs, { recursive: true })
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const ingest = (options: object = {}) => ingestToStore({ format: 'auto', path: logs, folder: store, workers: 1, ...options })

async function expectFactsOfRows(): Promise<void> {
  await using dataset = await openDataset(store)
  const facts = await Array.fromAsync(dataset.rows(), row => factsOf(row))
  expect(await Array.fromAsync(readFacts(store))).toEqual(facts)
  expect(facts.length).toBeGreaterThan(3)
}

it.each(['parquet', 'jsonl'])('an ingest keeps facts of every row beside it, in a store of %s', async codec => {
  rmSync(join(logs, 'codex'), { recursive: true })
  await ingest({ codec })
  cpSync(examples, logs, { recursive: true })
  await ingest()
  const { shards } = readManifest(store)!
  expect(shards.length).toBeGreaterThan(1)
  expect(readdirSync(join(store, 'facts')).sort()).toEqual(shards.map(({ facts }) => facts))
  await expectFactsOfRows()
})

it('rows that change, are joined or go take their facts along', async () => {
  await ingest({ shardBytes: 1 })
  const path = join(logs, 'claude_code/-repo-lighthouse/5f3c1a70-1111-4c1e-9d1a-aa0000000001.jsonl')
  const before = readManifest(store)!.shards
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll('2026-', '2025-'))
  await ingest()
  const { shards } = readManifest(store)!
  expect(shards.map(({ facts }) => facts)).not.toEqual(before.map(({ facts }) => facts))
  expect(readdirSync(join(store, 'facts')).sort()).toEqual(shards.map(({ facts }) => facts).sort())
  await expectFactsOfRows()
})

it('an older store, and one of other facts, is read without them and gets them with the next ingest', async () => {
  await ingest()
  const whole = await Array.fromAsync(readFacts(store))
  const path = join(store, 'manifest.json')
  for (const facts of [undefined, 'rows-000001.facts-0.parquet']) {
    const manifest = JSON.parse(readFileSync(path, 'utf8'))
    writeFileSync(path, JSON.stringify({ ...manifest, shards: manifest.shards.map((shard: object) => ({ ...shard, facts })) }))
    rmSync(join(store, 'facts'), { recursive: true })
    expect(await Array.fromAsync(readFacts(store))).toEqual(whole)
    expect(await ingest()).toMatchObject({ parsed: 0 })
    for (const { facts } of readManifest(store)!.shards) expect(existsSync(join(store, 'facts', facts!))).toBe(true)
    expect(await Array.fromAsync(readFacts(store))).toEqual(whole)
  }
})

it('a store whose rows are damaged can still be added to; the shard stays without facts', async () => {
  await ingest()
  const [shard] = readManifest(store)!.shards
  const rows = join(store, 'rows', shard!.file)
  const bytes = readFileSync(rows)
  bytes.fill(0xff, 100, 400)
  writeFileSync(rows, bytes)
  const path = join(store, 'manifest.json')
  const manifest = JSON.parse(readFileSync(path, 'utf8'))
  writeFileSync(path, JSON.stringify({ ...manifest, shards: manifest.shards.map(({ facts: _, ...rest }: { facts: string }) => rest) }))
  expect(await ingest()).toMatchObject({ parsed: 0 })
  expect(readManifest(store)!.shards[0]!.facts).toBeUndefined()
})

it('SQL has facts as a table, with points in time and the agents that were spawned; selectors leave only their rows', async () => {
  await ingest()
  await using dataset = await openDataset(store)
  expect(dataset.tables).toContain('facts')
  const [row] = await dataset.query(
    `select count(*) as n, count(*) filter (started_at > timestamptz '2000-01-01') as dated, sum(children) as children from facts`,
  )
  const [spawned] = await dataset.query(`select count(*) as n from rows where relation = 'subagent'`)
  expect(row).toEqual({ n: await dataset.count(), dated: await dataset.count(), children: spawned!['n'] })
  await using some = await openDataset(store, { select: { agent: 'codex' } })
  const ids = (await Array.fromAsync(some.rows())).map(row => row['source_kind'])
  expect(ids.length).toBeGreaterThan(0)
  expect(new Set(ids)).toEqual(new Set(['codex']))
  expect(await some.count()).toBe(ids.length)
  expect(await some.query('select distinct source_kind from rows')).toEqual([{ source_kind: 'codex' }])
  expect((await some.page(0, 1)).length).toBe(1)
  expect((await Array.fromAsync(some.rows({ orderBy: '-message_count' }))).length).toBe(ids.length)
  expect((await Array.fromAsync(some.rows({ where: 'message_count < 0' }))).length).toBe(0)
  await using none = await openDataset(store, { select: { project: 'no such project' } })
  expect(await Array.fromAsync(none.rows())).toEqual([])
})
