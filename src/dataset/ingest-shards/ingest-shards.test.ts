import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { codexIdOf, writeClaudeSession, writeCodexRollout } from '../../../bench/generate.ts'
import { startS3Server } from '../../../test/s3-server.ts'
import { writeJson } from '../../json/exact.ts'
import { jsonLines } from '../../rollout/format.ts'
import type { LedgerSummary } from '../../rollout/log/ledger.ts'
import type { Reject } from '../../row.ts'
import type { Facts } from '../facts.ts'
import { openDataset } from '../open-dataset.ts'
import { stageLogsHere } from '../run/staged-logs.ts'
import { factsOfShard } from '../store/facts-file.ts'
import { readIndex } from '../store/index-files.ts'
import { ingestToStore } from '../store/ingest.ts'
import { readManifest } from '../store/manifest.ts'
import { ingestStatus } from './ingest-status.ts'
import { mergeIngest } from './merge-ingest.ts'
import { ingestShard } from './parse-shard.ts'
import { type PlanIngestOptions, planIngest } from './plan-ingest.ts'

const FORMATS = join(import.meta.dirname, '..', '..', 'rollout', 'formats')
let folder: string
let logs: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tracewright-ingest-shards-'))
  logs = join(folder, 'logs')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A session of Pi: some words, the first of which it may share with others, under an id that others may have, too. */
function session(path: string, id: string, words: readonly string[], parent: string | null = null): void {
  const lines: object[] = [
    {
      type: 'session',
      version: 3,
      id,
      timestamp: '2026-05-01T10:00:00.000Z',
      cwd: '/srv',
      ...(parent === null ? {} : { parentSession: parent }),
    },
    ...words.map((text, i) => ({
      type: 'message',
      id: `${id}${i}`,
      parentId: i === 0 ? null : `${id}${i - 1}`,
      timestamp: new Date(Date.UTC(2026, 4, 1, 10, 0, i)).toISOString(),
      message: { role: i % 2 === 0 ? 'user' : 'assistant', content: text },
    })),
  ]
  const full = join(logs, path)
  mkdirSync(dirname(full), { recursive: true })
  writeFileSync(full, jsonLines(lines))
}

/** Logs of two agents of which several are copies, namesakes, forks, torn or none at all, far from each other in the order. */
function entangled(): void {
  const told = ['Mend it', 'Mended.', 'And the tail', 'Tail done.']
  for (const [i, name] of ['a', 'f', 'm', 'z'].entries()) session(`${name}/same.jsonl`, 'same', told.slice(0, i % 2 === 0 ? 4 : 2))
  session('b/taken.jsonl', 'taken', ['One', 'Two.'])
  session('y/taken-otherwise.jsonl', 'taken', ['Three', 'Four.', 'Five', 'Six.'])
  for (const name of ['c', 'n', 'x'])
    session(`${name}/fork.jsonl`, `fork-${name}`, [...told, `On with ${name}`, `${name} on.`], '/gone/same.jsonl')
  for (let i = 0; i < 6; i++) {
    writeClaudeSession(join(logs, '-repo', `${i}0000000-2222-4c1e-9d1a-aa0000000002.jsonl`), 6_000, i)
    writeCodexRollout(join(logs, '2026', '03', `rollout-2026-03-04T10-00-00-${codexIdOf(i)}.jsonl`), 6_000, i)
  }
  appendFileSync(join(logs, '-repo', '30000000-2222-4c1e-9d1a-aa0000000002.jsonl'), '{"type":"user","uu')
  writeFileSync(join(logs, 'notes.jsonl'), 'nothing of the kind\n')
  writeFileSync(join(logs, 'p-empty.jsonl'), '')
}

type Told = { ledger: LedgerSummary; rejects: Reject[] }[]

/** All that a store holds and knows, but for when it was read, and what only whoever finds logs looks for. */
async function contentOf(store: string, told: Told) {
  await using dataset = await openDataset(store)
  const manifest = readManifest(store)!
  const facts: Facts[] = []
  for (const shard of manifest.shards) facts.push(...(await Array.fromAsync(factsOfShard(store, manifest, shard))))
  return {
    rows: (await Array.fromAsync(dataset.rows({}))).map(row => writeJson(row)),
    facts: facts.map(one => writeJson(one as never)),
    entries: [...readIndex(store, manifest).values()].map(
      ({ reading: { at: _at, guard: _guard, isSilent: _isSilent, ...entry }, came: { rows, rejects } }) => ({
        ...entry,
        rejects,
        rows: rows.map(({ shard, ...row }) => ({ ...row, isStored: shard !== null })),
      }),
    ),
    twice: manifest.trainable_twice,
    options: manifest.options,
    told,
  }
}

const telling = (told: Told) => (ledger: LedgerSummary, rejects: Reject[]) => void told.push({ ledger, rejects })

async function single(path: string, options: Partial<PlanIngestOptions> = {}) {
  const store = join(folder, `single-${readdirSync(folder).length}`)
  const told: Told = []
  const result = await ingestToStore({ format: 'auto', path, workers: 1, ...options, folder: store, onUnit: telling(told) })
  return { result, content: await contentOf(store, told) }
}

async function sharded(
  path: string,
  of: number,
  options: Partial<PlanIngestOptions> = {},
  home = join(folder, `home-${readdirSync(folder).length}`),
) {
  await planIngest({ format: 'auto', path, ...options, home, of })
  const order = Array.from({ length: of }, (_, i) => (i * 7 + 3) % of)
  for (const shard of new Set([...order, ...Array(of).keys()]))
    expect((await ingestShard(home, shard, { workers: 1 })).outcome).toBe('done')
  const told: Told = []
  const merged = await mergeIngest(home, { onUnit: telling(told) })
  expect(merged.missing).toEqual([])
  return { home, merged, told }
}

describe('logs that are read in shards make the store that one ingest makes, byte for byte', () => {
  for (const [what, options] of [
    ['Parquet', {}],
    ['JSON Lines', { codec: 'jsonl' }],
    ['all branches, as sent', { branches: 'all', context: 'as_sent' }],
    ['one format', { format: 'pi_coding_agent' }],
    ['as Data Designer reads them', { format: 'pi_coding_agent', compat: 'data_designer' }],
  ] as [string, Partial<PlanIngestOptions>][])
    it(`copies, namesakes, forks and damage over any number of shards: ${what}`, async () => {
      entangled()
      const whole = await single(logs, options)
      expect(whole.content.rows.length).toBeGreaterThan(5)
      for (const of of [1, 4, 40]) {
        const { home, merged, told } = await sharded(logs, of, options)
        expect(await contentOf(home, told)).toEqual(whole.content)
        const { found, parsed, rows, added, trainableTwice, skipped, roots } = merged.result!
        expect(whole.result).toMatchObject({ found, parsed, rows, added, trainableTwice, skipped, roots })
      }
    }, 120_000)

  it('logs of every format there is', async () => {
    for (const format of readdirSync(FORMATS)) {
      const fixtures = join(FORMATS, format, 'fixtures')
      for (const name of existsSync(fixtures) ? readdirSync(fixtures) : [])
        if (existsSync(join(fixtures, name, 'logs'))) cpSync(join(fixtures, name, 'logs'), join(logs, format, name), { recursive: true })
    }
    const whole = await single(logs)
    expect(whole.content.rows.length).toBeGreaterThan(100)
    const { home, told } = await sharded(logs, 9)
    expect(await contentOf(home, told)).toEqual(whole.content)
  }, 120_000)
})

it('a merged store is a store: what is new or has grown is read into it, and nothing else', async () => {
  entangled()
  const { home } = await sharded(logs, 5)
  expect(await ingestToStore({ format: 'auto', path: logs, folder: home, workers: 1 })).toMatchObject({ parsed: 0, added: 0, replaced: 0 })
  session('zz/new.jsonl', 'new', ['New', 'Newer.'])
  session('b/taken.jsonl', 'taken', ['One', 'Two.', 'More', 'More.'])
  await ingestToStore({ format: 'auto', path: logs, folder: home, workers: 1 })
  const rows = async (store: string) => {
    await using dataset = await openDataset(store)
    return (await Array.fromAsync(dataset.rows({ orderBy: 'trace_id' }))).map(row => writeJson(row))
  }
  const fresh = join(folder, 'fresh')
  await ingestToStore({ format: 'auto', path: logs, folder: fresh, workers: 1 })
  expect(await rows(home)).toEqual(await rows(fresh))
  // What was merged is not merged over what came since.
  expect(await mergeIngest(home)).toMatchObject({ wasMerged: true, result: null })
  expect(await rows(home)).toEqual(await rows(fresh))
})

it('racers for a shard, shards that are done, and what is missing', async () => {
  entangled()
  const whole = await single(logs)
  const home = join(folder, 'home')
  await planIngest({ format: 'auto', path: logs, home, of: 3 })
  expect(await mergeIngest(home)).toMatchObject({ missing: [0, 1, 2], result: null })
  const outcomes = await Promise.all([1, 1, 1].map(shard => ingestShard(home, shard, { workers: 1 })))
  expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['done', 'lost', 'lost'])
  expect((await ingestShard(home, 1)).outcome).toBe('done before')
  expect((await ingestStatus(home)).map(({ state }) => state)).toEqual(['–', 'done', '–'])
  expect(await mergeIngest(home)).toMatchObject({ missing: [0, 2] })
  expect(existsSync(join(home, 'manifest.json'))).toBe(false)
  const stopped = new AbortController()
  expect(await ingestShard(home, 0, { workers: 1, stop: stopped.signal, onAttempt: () => stopped.abort() })).toMatchObject({
    outcome: 'stopped',
  })
  expect((await ingestStatus(home))[0]).toMatchObject({ state: 'begun' })
  for (const shard of [0, 2]) await ingestShard(home, shard, { workers: 2 })
  const told: Told = []
  await mergeIngest(home, { onUnit: telling(told), clean: true })
  expect(await contentOf(home, told)).toEqual(whole.content)
  expect(readdirSync(join(home, 'shards')).filter(name => !/^\d+\.json$|^lists-|^ingest\.json$|^merged$/.test(name))).toEqual([])
  await expect(ingestShard(home, 3)).rejects.toThrow('has shards 0 to 2')
})

it('two who merge at once make one store', async () => {
  entangled()
  const whole = await single(logs)
  const home = join(folder, 'home')
  await planIngest({ format: 'auto', path: logs, home, of: 2 })
  for (const shard of [0, 1]) await ingestShard(home, shard, { workers: 1 })
  const told: Told = []
  await Promise.all([mergeIngest(home, { onUnit: telling(told) }), mergeIngest(home)])
  expect(await contentOf(home, told)).toEqual(whole.content)
})

it('what is not as it was planned or written is refused by name', async () => {
  entangled()
  const home = join(folder, 'home')
  const plan = (more: Partial<PlanIngestOptions> = {}) => planIngest({ format: 'auto', path: logs, home, of: 2, ...more })
  const { hash } = await plan()
  expect((await plan()).hash).toBe(hash)
  await expect(plan({ of: 3 })).rejects.toThrow('differs in the number of shards')
  await expect(plan({ codec: 'jsonl' })).rejects.toThrow('differs in the codec')
  await expect(plan({ branches: 'all' })).rejects.toThrow('differs in how rows are made')
  await expect(ingestShard(join(folder, 'nowhere'), 0)).rejects.toThrow('no plan of an ingest is there')
  const grown = join(logs, '-repo', '10000000-2222-4c1e-9d1a-aa0000000002.jsonl')
  const before = readFileSync(grown)
  appendFileSync(grown, '{}\n')
  await expect(plan()).rejects.toThrow('differs in the logs')
  await expect(ingestShard(home, 0)).rejects.toThrow(`'${grown}' has changed since`)
  rmSync(grown)
  await expect(ingestShard(home, 0)).rejects.toThrow(`'${grown}' has gone since`)
  writeFileSync(grown, before)
  for (const shard of [0, 1]) await ingestShard(home, shard, { workers: 1 })
  const [attempt] = readdirSync(join(home, 'shards', '00001'))
  for (const name of ['rows-000001', 'batches.jsonl']) {
    const path = join(home, 'shards', '00001', attempt!, name)
    const bytes = readFileSync(path)
    writeFileSync(path, Buffer.concat([bytes.subarray(0, 40), Buffer.from('!'), bytes.subarray(41)]))
    await expect(mergeIngest(home)).rejects.toMatchObject({ where: expect.stringContaining(name) })
    renameSync(path, `${path}.gone`)
    await expect(mergeIngest(home)).rejects.toMatchObject({ where: expect.stringContaining(name) })
    expect(existsSync(join(home, 'manifest.json'))).toBe(false)
    writeFileSync(path, bytes)
  }
  await mergeIngest(home)
  rmSync(join(home, 'shards'), { recursive: true })
  await expect(plan()).rejects.toThrow('found a store or a run there')
})

it('logs come from S3, shards and the store go to S3', async () => {
  entangled()
  const storage = await startS3Server({ pageSize: 9 })
  const environment = { ...storage.environment, TRACEWRIGHT_SCRATCH: join(folder, 'scratch') }
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
  try {
    for (const path of readdirSync(logs, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())) {
      const full = join(path.parentPath, path.name)
      storage.objects.set(`logs/team${full.slice(logs.length)}`, readFileSync(full))
    }
    const { folder: staged } = await stageLogsHere('s3://logs/team')
    const whole = await single(staged)
    const { told } = await sharded('s3://logs/team', 3, {}, 's3://bucket/stores/one')
    const here = join(folder, 'here')
    for (const [key, bytes] of storage.objects) {
      if (!key.startsWith('bucket/stores/one/')) continue
      const path = join(here, key.slice('bucket/stores/one/'.length))
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, bytes)
    }
    expect(await contentOf(here, told)).toEqual(whole.content)
    vi.stubEnv('TRACEWRIGHT_SCRATCH', join(folder, 'other'))
    await planIngest({ format: 'auto', path: 's3://logs/team', home: join(folder, 'planned'), of: 2 })
    vi.stubEnv('TRACEWRIGHT_SCRATCH', join(folder, 'scratch'))
    await expect(ingestShard(join(folder, 'planned'), 0)).rejects.toMatchObject({ hint: expect.stringContaining('TRACEWRIGHT_SCRATCH') })
    expect(storage.requests.filter(request => /^PUT .*manifest\.json/.test(request)).length).toBe(1)
    expect(storage.requests.findLastIndex(request => /^PUT .*(rows|index|facts)\//.test(request))).toBeLessThan(
      storage.requests.findIndex(request => /^PUT .*one\/manifest\.json/.test(request)),
    )
  } finally {
    vi.unstubAllEnvs()
    await storage.close()
  }
}, 60_000)
