import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { costOf } from '../src/cost/cost-table.ts'
import { Sessions } from '../src/dataset/find-sessions.ts'
import { openDataset } from '../src/dataset/open-dataset.ts'
import { searchStore } from '../src/search/search-store.ts'
import { type Studio, startStudio } from '../src/studio/studio.ts'
import { startCli } from './cli-process.ts'

/*
 * Whoever reads a store while another process replaces its files gets all of it as it was or is, and never a file that is not there.
 */

const WRITER = new URL('../src/dataset/store/testing/write-again-and-again.ts', import.meta.url).pathname
const cwd = mkdtempSync(join(tmpdir(), 'tracewright-motion-'))
const store = join(cwd, 'store')
let writer: ChildProcess
let studio: Studio

beforeAll(async () => {
  mkdirSync(join(cwd, 'logs'))
  writer = spawn(process.execPath, [WRITER, join(cwd, 'logs'), store], { stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise(resolve => writer.stdout!.once('data', resolve))
  studio = await startStudio({ paths: [store] })
}, 60_000)
afterAll(async () => {
  await studio.close()
  const ended = new Promise(resolve => writer.once('exit', resolve))
  writer.kill('SIGKILL')
  await ended
  rmSync(cwd, { recursive: true, force: true })
})

const id = (session: number) => `${String(session).padStart(8, '0')}-2222-4222-8222-222222222222`

/** Ask again and again; the writer commits meanwhile. */
async function often(times: number, ask: (n: number) => Promise<unknown>): Promise<void> {
  for (let n = 0; n < times; n++) await ask(n)
  expect(writer.exitCode).toBeNull()
}

function get(path: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${studio.token}` }
    request({ host: '127.0.0.1', port: studio.port, path, headers, agent: false }, response => {
      let text = ''
      response.setEncoding('utf8').on('data', chunk => (text += chunk))
      response.on('end', () => resolve({ status: response.statusCode!, text }))
    })
      .on('error', reject)
      .end()
  })
}

describe('a store that is written all the time', { timeout: 120_000 }, () => {
  it('is opened and asked', () =>
    often(20, async () => {
      await using dataset = await openDataset(store)
      expect(await dataset.count()).toBe(6)
      expect((await dataset.query('select count(*)::int as n from rows'))[0]).toEqual({ n: 6 })
      expect((await dataset.query('select count(*)::int as n from facts'))[0]).toEqual({ n: 6 })
      expect(await Array.fromAsync(dataset.rows({ columns: ['trace_id'] }))).toHaveLength(6)
    }))

  it('is asked by who opened it long ago', async () => {
    await using dataset = await openDataset(store)
    await often(10, async () => {
      await new Promise(resolve => setTimeout(resolve, 30))
      const rows = await dataset.query('select trace_id, message_count from rows order by trace_id')
      expect(rows.map(row => row['trace_id'])).toEqual([0, 1, 2, 3, 4, 5].map(id))
      expect(await Array.fromAsync(dataset.rows())).toHaveLength(6)
      expect(await dataset.count('message_count > 0')).toBe(6)
    })
  })

  it('shows the session that was asked for, though rows move', () =>
    often(25, async n => {
      const sessions = await Sessions.find(store, id(n % 6))
      const { row } = await sessions.read(sessions.found[0]!)
      expect(row['trace_id']).toBe(id(n % 6))
    }))

  it('is searched, and its bill made', () =>
    often(12, async () => {
      expect((await searchStore(store, 'kite', { select: { agent: 'claude_code' } })).sessions).toHaveLength(6)
      await costOf(store)
    }))

  it('is looked at in the studio', async () => {
    const { text } = await get('/api/sources')
    const source = JSON.parse(text).data.sources[0].id
    await often(10, async n => {
      for (const path of [
        `/api/sources/${source}/sessions`,
        `/api/sources/${source}/sessions/${id(n % 6)}`,
        `/api/sources/${source}/overview`,
      ])
        expect(await get(path)).toMatchObject({ status: 200 })
    })
  })

  it('is read by the commands', () =>
    often(3, async n => {
      for (const args of [
        ['query', store, 'select count(*)::int as n from rows', '--json'],
        ['show', id(n), '-s', store],
        ['search', 'kite', '-s', store, '--count'],
      ]) {
        const { code, stderr } = await startCli(args, cwd).output
        expect([args[0], code, stderr]).toEqual([args[0], 0, expect.not.stringContaining('no such file')])
      }
    }))
})
