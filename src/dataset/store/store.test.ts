import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { zstdCompressSync } from 'node:zlib'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { codexIdOf, writeClaudeSession, writeCodexRollout } from '../../../bench/generate.ts'
import type { Row } from '../../row.ts'
import { openDataset } from '../open-dataset.ts'
import { readIndex } from './index-files.ts'
import { ingestToStore } from './ingest.ts'
import type { StoreIngestOptions } from './ingest-options.ts'
import { readManifest } from './manifest.ts'
import { watchRoots } from './watch.ts'

const examples = join(import.meta.dirname, '..', '..', '..', 'examples', 'logs')
let folder: string
let logs: string
let store: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tracewright-store-'))
  logs = join(folder, 'logs')
  store = join(folder, 'store')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const session = (i: number) => join(logs, '-repo', `${i.toString(16).padStart(8, '0')}-2222-4c1e-9d1a-aa0000000002.jsonl`)
const rollout = (i: number) => join(logs, '2026', '03', '04', `rollout-2026-03-04T10-00-00-${codexIdOf(i)}.jsonl`)

function writeLogs(count: number, bytes = 20_000): void {
  for (let i = 0; i < count; i++) i % 2 === 0 ? writeClaudeSession(session(i), bytes, i) : writeCodexRollout(rollout(i), bytes, i)
}

function ingest(options: Partial<StoreIngestOptions> = {}) {
  return ingestToStore({ format: 'auto', path: logs, folder: store, workers: 1, ...options })
}

async function rowsOf(path: string): Promise<Row[]> {
  await using dataset = await openDataset(path)
  return await Array.fromAsync(dataset.rows({ orderBy: 'trace_id' }))
}

it('ingestToStore() gives the same rows with one thread, with several, in either codec, and in several goes', async () => {
  writeLogs(6)
  cpSync(examples, logs, { recursive: true })
  await ingest()
  const rows = await rowsOf(store)
  expect(rows.length).toBe(14)
  for (const [name, options] of Object.entries({
    many: { workers: 3 },
    jsonl: { codec: 'jsonl' as const },
    shards: { shardBytes: 30_000, workers: 2 },
  })) {
    await ingest({ folder: join(folder, name), ...options })
    expect(await rowsOf(join(folder, name)), name).toEqual(rows)
  }
  const parked = join(folder, 'parked')
  renameSync(session(2), parked)
  const inParts = join(folder, 'parts')
  await ingest({ folder: inParts })
  renameSync(parked, session(2))
  expect(await ingest({ folder: inParts })).toMatchObject({ parsed: 1, added: 1, unchanged: 13 })
  expect(await rowsOf(inParts)).toEqual(rows)
})

it('ingestToStore() parses nothing of an unchanged folder, and only what grew', async () => {
  writeLogs(6)
  expect(await ingest()).toMatchObject({ parsed: 6, added: 6, rows: 6 })
  const before = readFileSync(join(store, 'manifest.json'), 'utf8')
  expect(await ingest()).toMatchObject({ parsed: 0, unchanged: 6, rows: 6 })
  expect(readFileSync(join(store, 'manifest.json'), 'utf8')).toBe(before)
  writeClaudeSession(session(2), 60_000, 2)
  expect(await ingest()).toMatchObject({ parsed: 1, replaced: 1, added: 0, unchanged: 5, rows: 6 })
  await ingest({ folder: join(folder, 'fresh') })
  expect(await rowsOf(store)).toEqual(await rowsOf(join(folder, 'fresh')))
})

it('ingestToStore() reads a log that keeps growing on from where it ended', async () => {
  const path = session(0)
  writeClaudeSession(path, 3_000_000, 0)
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1)
  const writeUpTo = (count: number) => writeFileSync(path, `${lines.slice(0, count).join('\n')}\n`)
  const appendUpTo = (from: number, count: number) => appendFileSync(path, `${lines.slice(from, count).join('\n')}\n`)
  const [first, second, third, last] = [0.7, 0.8, 0.9, 1].map(part => Math.floor(lines.length * part)) as [number, number, number, number]
  writeUpTo(first)
  expect(await ingest()).toMatchObject({ parsed: 1, resumed: 0 })
  // It grew once, so it may grow again: this reading leaves what it knows.
  appendUpTo(first, second)
  expect(await ingest()).toMatchObject({ parsed: 1, resumed: 0, replaced: 1 })
  for (const [from, count, workers] of [
    [second, third, 1],
    [third, last, 2],
  ] as const) {
    appendUpTo(from, count)
    const result = await ingest({ workers })
    expect(result).toMatchObject({ parsed: 1, resumed: 1, replaced: 1, rows: 1 })
    expect(result.bytesRead).toBeLessThan(1_000_000)
    const fresh = await ingest({ folder: join(folder, `fresh-${count}`) })
    expect(fresh.bytesRead).toBeGreaterThan(2_500_000)
    expect(await rowsOf(store)).toEqual(await rowsOf(join(folder, `fresh-${count}`)))
  }
  // Another log under the same name has nothing to go on from.
  writeClaudeSession(path, 3_000_000, 2)
  expect(await ingest()).toMatchObject({ parsed: 1, resumed: 0, rows: 1 })
  rmSync(path)
  await ingest()
  expect(readdirSync(join(store, 'resume'))).toEqual([])
})

it('ingestToStore() names the file of a store that is damaged, and changes nothing', async () => {
  writeLogs(3)
  await ingest()
  const { file } = readManifest(store)!.shards[0]!
  const path = join(store, 'rows', file)
  const bytes = readFileSync(path)
  writeFileSync(path, bytes.fill(0x7f, 4, bytes.length >> 1))
  writeClaudeSession(session(2), 30_000, 2)
  const before = readFileSync(join(store, 'manifest.json'), 'utf8')
  await expect(ingest()).rejects.toMatchObject({ kind: 'file', where: path, hint: expect.stringContaining('damaged') })
  expect(readFileSync(join(store, 'manifest.json'), 'utf8')).toBe(before)
})

it('ingestToStore() keeps the rows of a log that is gone, and says so', async () => {
  writeLogs(4)
  await ingest()
  const rows = await rowsOf(store)
  renameSync(session(0), join(folder, 'away'))
  expect(await ingest()).toMatchObject({ parsed: 0, gone: 1, rows: 4 })
  expect(await ingest()).toMatchObject({ parsed: 0, gone: 1, rows: 4 })
  renameSync(join(folder, 'away'), session(0))
  expect(await ingest()).toMatchObject({ gone: 0, rows: 4 })
  expect(await rowsOf(store)).toEqual(rows)
})

it('a store tells of the logs behind its rows: what is gone, what gave none', async () => {
  writeLogs(3)
  writeFileSync(join(logs, 'bad.jsonl'), '{"type":"summary","summary":"Nothing else","leafUuid":"x"}\n')
  await ingest()
  rmSync(session(0))
  await ingest()
  await using dataset = await openDataset(store)
  const found = await dataset.query('SELECT path, source_kind, gone_since IS NOT NULL AS gone, trace_ids, rejects FROM logs ORDER BY path')
  expect(found).toEqual([
    { path: session(0).slice(logs.length + 1), source_kind: 'claude_code', gone: true, trace_ids: [expect.any(String)], rejects: [] },
    { path: session(2).slice(logs.length + 1), source_kind: 'claude_code', gone: false, trace_ids: [expect.any(String)], rejects: [] },
    { path: rollout(1).slice(logs.length + 1), source_kind: 'codex', gone: false, trace_ids: [codexIdOf(1)], rejects: [] },
    { path: 'bad.jsonl', source_kind: 'claude_code', gone: false, trace_ids: [], rejects: ['Holds no conversation'] },
  ])
  const [joined] = await dataset.query('SELECT count(*) AS n FROM logs, rows WHERE list_contains(trace_ids, trace_id)')
  expect(joined).toEqual({ n: 3 })
})

it('ingestToStore() has one row of a log that was compressed, or moved', async () => {
  writeLogs(4)
  await ingest()
  const ids = (await rowsOf(store)).map(row => row['trace_id'])
  writeFileSync(`${rollout(1)}.zst`, zstdCompressSync(readFileSync(rollout(1))))
  rmSync(rollout(1))
  mkdirSync(join(logs, '-elsewhere'))
  renameSync(session(0), session(0).replace('-repo', '-elsewhere'))
  expect(await ingest()).toMatchObject({ parsed: 2, rows: 4 })
  const rows = await rowsOf(store)
  expect(rows.map(row => row['trace_id'])).toEqual(ids)
  expect(rows.filter(row => /\.zst$|-elsewhere/.test(String(row['source_path']))).length).toBe(2)
  expect(await ingest()).toMatchObject({ parsed: 0, rows: 4 })
})

it('ingestToStore() parses only the logs of a format again whose reader has changed', async () => {
  writeLogs(6)
  await ingest()
  const [index] = readManifest(store)!.index
  const path = join(store, 'index', index!)
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll(/("format":"codex","version":)\d+/g, '$10'))
  expect(await ingest()).toMatchObject({ parsed: 3, unchanged: 3, added: 0, replaced: 0, rows: 6 })
})

it('ingestToStore() goes on with a store of before, and parses again what did not say what it shares with others', async () => {
  writeLogs(4)
  await ingest()
  const manifest = readManifest(store)!
  const entries = [...readIndex(store, manifest).values()]
  const linesOf = (withCopies: boolean) =>
    entries.map(({ reading: { isOld: _, ...reading }, came: { rows, rejects } }) => {
      const stored = rows.map(({ copies, ...row }) => (withCopies ? { copies, ...row } : row))
      return `${JSON.stringify({ ...reading, rows: stored, rejects })}\n`
    })
  for (const withCopies of [true, false]) {
    writeFileSync(join(store, 'index', manifest.index[0]!), linesOf(withCopies).join(''))
    writeFileSync(join(store, 'manifest.json'), JSON.stringify({ ...manifest, tracewright_store: 2 }))
    expect(await ingest()).toMatchObject({ parsed: withCopies ? 0 : 4, rows: 4 })
  }
  expect(await ingest()).toMatchObject({ parsed: 0, rows: 4 })
})

it('ingestToStore() decodes nothing of what came of logs where none changed', async () => {
  writeLogs(6)
  await ingest()
  const path = join(store, 'index', readManifest(store)!.index[0]!)
  const whole = readFileSync(path, 'utf8')
  writeFileSync(path, whole.replaceAll('"rows":', 'broken'))
  expect(await ingest()).toMatchObject({ parsed: 0, unchanged: 6, bytesRead: 0, rows: 6 })
  writeClaudeSession(session(6), 20_000, 6)
  await expect(ingest()).rejects.toMatchObject({ message: expect.stringMatching(/its index is damaged/), where: `${path}:2` })
  writeFileSync(path, whole)
  expect(await ingest()).toMatchObject({ parsed: 1, unchanged: 6, rows: 7 })
})

it('ingestToStore() refuses to mix rows made in different ways', async () => {
  writeLogs(2)
  await ingest()
  await expect(ingest({ branches: 'all' })).rejects.toThrow("its rows were made with branches 'active', not 'all'")
  await expect(ingest({ codec: 'jsonl' })).rejects.toThrow("its rows were made with codec 'parquet', not 'jsonl'")
})

it('ingestToStore() is the only writer', async () => {
  writeLogs(4)
  const results = await Promise.allSettled([ingest(), ingest()])
  expect(results.map(result => result.status)).toEqual(['fulfilled', 'rejected'])
  expect(String((results[1] as PromiseRejectedResult).reason)).toContain('another ingest is writing it')
})

it('ingestToStore() joins small shards when there are many', async () => {
  for (let i = 0; i < 12; i++) {
    writeLogs(i + 1)
    await ingest()
  }
  expect(readManifest(store)!.shards.length).toBeLessThan(10)
  expect(readdirSync(join(store, 'rows')).sort()).toEqual(
    readManifest(store)!
      .shards.map(({ file }) => file)
      .sort(),
  )
  expect((await rowsOf(store)).length).toBe(12)
})

it('ingestToStore() ends as if nothing had happened after it was killed at any time', { timeout: 120_000 }, async () => {
  writeLogs(40, 200_000) // several batches, and several commits
  const start = (into: string) => {
    const options = { format: 'auto', path: logs, folder: into, workers: 2, shardBytes: 75_000 }
    const program = `const { ingestToStore } = await import(${JSON.stringify(join(import.meta.dirname, 'ingest.ts'))})
      await ingestToStore(${JSON.stringify(options)})`
    return spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'ignore' })
  }
  const startedAt = performance.now()
  await once(start(join(folder, 'timed')), 'exit')
  const whole = performance.now() - startedAt
  const killed: number[] = [] // how many rows were there, of each run that was killed
  for (let round = 0; round < 6; round++) {
    const child = start(store)
    const kill = () => void child.kill('SIGKILL')
    // The first run is killed as soon as it has committed something, the others at any time.
    const hasCommitted = () => (readManifest(store)?.shards.length ?? 0) > 0
    const timer = round === 0 ? setInterval(() => hasCommitted() && kill(), 2) : setTimeout(kill, whole * (0.3 + 0.7 * Math.random()))
    const [, signal] = await once(child, 'exit')
    clearTimeout(timer)
    const rows = readManifest(store) === null ? [] : await rowsOf(store)
    expect(new Set(rows.map(row => row['trace_id'])).size).toBe(rows.length)
    if (signal === 'SIGKILL') killed.push(rows.length)
    if (round % 3 === 2) writeClaudeSession(session(0), 60_000 + round * 20_000, 0)
  }
  expect(Math.max(0, ...killed)).toBeGreaterThan(0)
  await ingest()
  await ingest({ folder: join(folder, 'fresh') })
  expect(await rowsOf(store)).toEqual(await rowsOf(join(folder, 'fresh')))
  expect(readdirSync(store).sort()).toEqual(['.lock', 'facts', 'index', 'manifest.json', 'rows'])
  expect(readdirSync(join(store, 'facts')).length).toBe(readManifest(store)!.shards.length)
  expect(readdirSync(join(store, 'rows')).length).toBe(readManifest(store)!.shards.length)
})

it('ingestToStore() starts threads from a program that is given as text, and under settings of the engine', () => {
  writeLogs(4)
  const program = `const { ingestToStore } = await import(${JSON.stringify(join(import.meta.dirname, 'ingest.ts'))})
    const { rows } = await ingestToStore(${JSON.stringify({ format: 'auto', path: logs, folder: store, workers: 2 })})
    console.log(rows)`
  const file = join(folder, 'program.mjs')
  writeFileSync(file, program)
  for (const args of [
    ['--input-type=module', '-e', program],
    ['--input-type=module', '--eval', program],
    ['--max-semi-space-size=8', file],
  ]) {
    const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' })
    expect(stdout).toBe('4\n')
    rmSync(store, { recursive: true })
  }
})

it('ingestToStore() keeps what was done when it is stopped', async () => {
  writeLogs(520, 500)
  const controller = new AbortController()
  const stopped = await ingest({ signal: controller.signal, onUnit: (_ledger, _rejects, { done }) => done === 4 && controller.abort() })
  // Small logs are parsed 512 at a time.
  expect(stopped).toMatchObject({ interrupted: true, parsed: 512, rows: 512 })
  expect(await ingest()).toMatchObject({ interrupted: false, parsed: 8, rows: 520 })
})

it('a log that takes more memory than a thread may have costs itself alone', { timeout: 60_000 }, async () => {
  writeLogs(4)
  writeClaudeSession(session(8), 120_000_000, 8)
  const rejects: string[] = []
  const result = await ingest({ workers: 2, heapMB: 64, onUnit: (_ledger, more) => rejects.push(...more.map(({ reason }) => reason)) })
  expect(result.rows).toBe(4)
  expect(rejects).toEqual([expect.stringContaining('it takes more memory than a thread may have')])
})

it('a log that can no longer be read keeps the row it has, until it can', { timeout: 60_000 }, async () => {
  writeLogs(4)
  await ingest()
  const rows = await rowsOf(store)
  writeClaudeSession(session(2), 120_000_000, 2)
  const rejects: string[] = []
  const onUnit: StoreIngestOptions['onUnit'] = (_ledger, more) => rejects.push(...more.map(({ reason }) => reason))
  expect(await ingest({ workers: 2, heapMB: 64, onUnit })).toMatchObject({ parsed: 1, rows: 4, replaced: 0 })
  expect(rejects).toEqual([expect.stringContaining('it takes more memory than a thread may have')])
  expect(await rowsOf(store)).toEqual(rows)
  writeClaudeSession(session(2), 30_000, 2)
  expect(await ingest({ workers: 2 })).toMatchObject({ parsed: 1, rows: 4, replaced: 1 })
})

it('a log that is cut, replaced or deleted while logs are read costs nothing else', async () => {
  writeLogs(6)
  const seen: string[] = []
  await ingest({
    onUnit(ledger) {
      if (seen.push(ledger.key) > 1) return
      rmSync(session(2))
      truncateSync(session(4), 10_000)
      writeFileSync(rollout(1), 'neither one nor the other\n')
    },
  })
  expect(seen.length).toBe(6)
  // What it was when it was read is not what it is: the next run looks again.
  const again = await ingest()
  expect(again.rows).toBe((await rowsOf(store)).length)
  expect(again.gone).toBe(1)
  expect(await ingest()).toMatchObject({ parsed: 0 })
})

it('links that close a loop or leave the folder are told and cost nothing else', async () => {
  writeLogs(2)
  mkdirSync(join(folder, 'elsewhere'))
  writeClaudeSession(join(folder, 'elsewhere', 'other.jsonl'), 5000, 9)
  symlinkSync(join(folder, 'elsewhere', 'other.jsonl'), join(logs, 'out.jsonl'))
  symlinkSync('loop.jsonl', join(logs, 'loop.jsonl'))
  symlinkSync('..', join(logs, '-repo', 'up'))
  const result = await ingest()
  expect(result.rows).toBe(2)
  expect(result.skipped.map(({ path, reason }) => `${path}: ${reason}`).sort()).toEqual([
    'loop.jsonl: Symbolic link leads nowhere or to itself',
    'out.jsonl: Symbolic link leaves the folder that is read',
  ])
})

const asNobody = fileURLToPath(new URL('./testing/ingest-as-nobody.ts', import.meta.url))
/** Whether there is such a user to become, and this checkout is open to it. */
const canBeNobody =
  process.getuid?.() === 0 &&
  spawnSync(process.execPath, ['-e', `require('fs').accessSync(${JSON.stringify(asNobody)})`], { uid: 65534 }).status === 0
it.skipIf(!canBeNobody)('what may not be read is told and costs nothing else', () => {
  writeLogs(4)
  mkdirSync(join(logs, 'closed'))
  cpSync(session(0), join(logs, 'closed', 'other.jsonl'))
  chmodSync(join(logs, 'closed'), 0)
  chmodSync(session(2), 0)
  chmodSync(folder, 0o777)
  const { stdout, stderr } = spawnSync(process.execPath, [asNobody, logs, store], { encoding: 'utf8' })
  const result = JSON.parse(stdout || JSON.stringify(stderr)) as { rows: number; skipped: string[] }
  expect(result).toMatchObject({
    rows: 3,
    skipped: [`${session(2).slice(logs.length + 1)}: Cannot read file: permission denied`, 'closed: Cannot list folder: permission denied'],
  })
})

const small = process.getuid?.() === 0 && process.platform === 'linux'
it.skipIf(!small)('a full disk ends the run with the file it could not write, and the store as it was', { timeout: 120_000 }, async () => {
  writeLogs(4)
  mkdirSync(store)
  if (spawnSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', store]).status !== 0) return
  try {
    await ingest()
    const rows = await rowsOf(store)
    writeClaudeSession(session(20), 40_000_000, 20)
    await expect(ingest()).rejects.toThrow(/Cannot .*(no space|ENOSPC)/i)
    expect(await rowsOf(store)).toEqual(rows)
    rmSync(session(20))
    expect(await ingest()).toMatchObject({ rows: 4, parsed: 0 })
  } finally {
    spawnSync('/bin/umount', ['-l', store]) // lazily: a process that was started meanwhile may hold it
  }
})

it('watchRoots() gives a turn when a log grows', async () => {
  writeLogs(2)
  const controller = new AbortController()
  const turns: number[] = []
  setTimeout(() => appendFileSync(session(0), '\n'), 100)
  for await (const _ of watchRoots([logs], controller.signal, 20_000)) {
    turns.push(Date.now())
    controller.abort()
  }
  expect(turns.length).toBe(1)
})
