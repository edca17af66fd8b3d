import { mkdtempSync, realpathSync, rmSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, relative } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { codexIdOf, writeClaudeSession, writeCodexRollout } from '../../../bench/generate.ts'
import { countDisk, type DiskCalls } from '../../disk/testing/count-disk.ts'
import { openDataset } from '../open-dataset.ts'
import { ingestToStore } from './ingest.ts'

let folder: string
let logs: string
let store: string
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'tracewright-hands-')))
  logs = join(folder, 'logs')
  store = join(folder, 'store')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const session = (project: string, i: number) => join(logs, project, `${i.toString(16).padStart(8, '0')}-2222-4c1e-9d1a-aa0000000002.jsonl`)
const rollout = (i: number) => join(logs, '2026', '03', '04', `rollout-2026-03-04T10-00-00-${codexIdOf(i)}.jsonl`)

const ingest = () => countDisk(() => ingestToStore({ format: 'auto', path: logs, folder: store, workers: 1 }))

/** How often something was asked of each file below a folder. */
function times(calls: DiskCalls, call: DiskCalls[number]['call'], below: RegExp): { [path: string]: number } {
  const counts: { [path: string]: number } = {}
  for (const one of calls)
    if (one.call === call && below.test(relative(folder, one.path))) counts[basename(one.path)] = (counts[basename(one.path)] ?? 0) + 1
  return counts
}

it('rows that were staged are written once and read once, and what is in the store is not read back', async () => {
  for (let i = 0; i < 6; i++) writeClaudeSession(session('-repo', i), 20_000, i)
  for (let i = 0; i < 6; i++) writeCodexRollout(rollout(i), 20_000, i)
  const calls = await ingest()
  const staged = /\.staging-[^/\\]*[/\\]rows-/
  expect(times(calls, 'openSync', staged)).toEqual({ 'rows-1': 2 })
  expect(times(calls, 'readSync', staged)).toEqual({ 'rows-1': 1 })
  expect(times(calls, 'readSync', /store[/\\](?:rows|facts)[/\\]/)).toEqual({})
})

it('of rows whose id is taken, no more is read than they are asked for: once what changes, once what is written', async () => {
  // Sessions of one id that are not the same: all but the first take another name.
  for (let i = 0; i < 8; i++) writeClaudeSession(session(`-repo-${i}`, 1), 20_000 + 5000 * i, i)
  const calls = await ingest()
  const reads = Object.values(times(calls, 'readSync', /\.staging-/)).reduce((sum, n) => sum + n, 0)
  await using dataset = await openDataset(store)
  const renamed = (await Array.fromAsync(dataset.rows(), row => String(row['trace_id']))).filter(id => id.includes('~'))
  expect(renamed.length).toBe(7)
  // What changes and the facts, and once for the file they end in; a row is more than seventy columns.
  expect(reads).toBeLessThanOrEqual(7 * 3 + 2)
  expect(times(calls, 'readSync', /store[/\\](?:rows|facts)[/\\]/)).toEqual({})
})

it('a log is looked at a few times, however many lie beside it, and opening it takes no look before', async () => {
  for (let i = 0; i < 40; i++) writeClaudeSession(session('-repo', i), 3000, i)
  const calls = await ingest()
  const looks = new Map<string, number>()
  for (const { call, path } of calls)
    if (/stat/.test(call) && call !== 'fstatSync' && path.endsWith('.jsonl')) looks.set(path, (looks.get(path) ?? 0) + 1)
  const ofLogs = [...looks].filter(([path]) => path.startsWith(logs)).map(([, n]) => n)
  expect(ofLogs.length).toBe(40)
  // To know whether it changed, whether it may be read on from, and how it ends.
  expect(Math.max(...ofLogs)).toBeLessThanOrEqual(3)
})

it('a log is opened a few times, however many lie beside it, and a small one is read by one call each time', async () => {
  for (let i = 0; i < 40; i++) {
    writeClaudeSession(session('-repo', i), 3000, i)
    utimesSync(session('-repo', i), 1e9, 1e9) // of one changed just now, its ends are looked at too
  }
  const calls = await ingest()
  const logsOnly = /logs[/\\].*\.jsonl$/
  // To judge whose it is, to see how it begins and how it ends, and to be parsed.
  expect(Math.max(...Object.values(times(calls, 'openSync', logsOnly)))).toBeLessThanOrEqual(4)
  // What is parsed may grow meanwhile, and is read until nothing more comes.
  expect(Math.max(...Object.values(times(calls, 'readSync', logsOnly)))).toBeLessThanOrEqual(5)
})
