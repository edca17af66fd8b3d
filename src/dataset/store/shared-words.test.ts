import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RolloutRow } from '../../rollout/conversation/row.ts'
import { jsonl, readLogs } from '../../rollout/testing/read-logs.ts'
import { openDataset } from '../open-dataset.ts'
import { ingestToStore } from './ingest.ts'
import type { StoreIngestOptions } from './ingest-options.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tracewright-shared-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const SHARED = ['Mend it', 'Mended.', 'And the tail', 'Tail done.']

/** A fork of a session that is not there, with an end of its own. */
const fork = (id: string, ...end: string[]) => {
  const idOf = (i: number) => (i < SHARED.length ? `${i}` : `${id}${i}`)
  return jsonl([
    { type: 'session', version: 3, id, timestamp: '2026-05-01T10:00:00.000Z', cwd: '/srv', parentSession: '/gone/x.jsonl' },
    ...[...SHARED, ...end].map((text, i) => ({
      type: 'message',
      id: idOf(i),
      parentId: i === 0 ? null : idOf(i - 1),
      timestamp: new Date(Date.UTC(2026, 4, 1, 10, 0, i)).toISOString(),
      message: { role: i % 2 === 0 ? 'user' : 'assistant', content: text },
    })),
  ])
}

function write(path: string, text: string): string {
  const full = join(folder, path)
  mkdirSync(join(full, '..'), { recursive: true })
  writeFileSync(full, text)
  return full
}

const ingest = (options: Partial<StoreIngestOptions> = {}) =>
  ingestToStore({ format: 'auto', path: join(folder, 'logs'), folder: join(folder, 'store'), workers: 1, ...options })

async function trained(store = 'store'): Promise<{ [id: string]: string[] }> {
  await using dataset = await openDataset(join(folder, store))
  const rows = (await Array.fromAsync(dataset.rows({ orderBy: 'trace_id' }))) as unknown as RolloutRow[]
  return Object.fromEntries(rows.map(row => [row.trace_id, trainedIn(row)]))
}

const trainedIn = ({ messages, message_meta }: RolloutRow) =>
  messages.flatMap(({ content }, i) => (message_meta[i]!.train ? [String(content[0]!['text'])] : []))

describe('A store of logs that share words', () => {
  it('has the rows that reading them one by one gives, however many threads and whatever codec', async () => {
    for (const name of 'abcdefgh') write(`logs/${name}.jsonl`, fork(name, 'On', `${name} on.`))
    const { rows } = await readLogs(join(folder, 'logs'))
    const expected = Object.fromEntries(rows.map(row => [row.trace_id, trainedIn(row)]))
    expect(expected).toMatchObject({ a: ['Mended.', 'Tail done.', 'a on.'], h: ['h on.'] })
    const ways: Partial<StoreIngestOptions>[] = [{}, { workers: 2 }, { codec: 'jsonl' }, { codec: 'jsonl', workers: 2 }]
    for (const [i, way] of ways.entries()) {
      const result = await ingest({ ...way, folder: join(folder, `store-${i}`) })
      expect(result.trainableTwice).toEqual({ messages: 0, tokens: 0 })
      expect(await trained(`store-${i}`)).toEqual(expected)
    }
  })

  it('lets a log that comes later and stands before another have what both say', async () => {
    write('logs/b.jsonl', fork('b', 'Left', 'Went left.'))
    await ingest()
    expect(await trained()).toEqual({ b: ['Mended.', 'Tail done.', 'Went left.'] })
    write('logs/a.jsonl', fork('a', 'Right', 'Went right.'))
    const result = await ingest()
    expect(await trained()).toEqual({ a: ['Mended.', 'Tail done.', 'Went right.'], b: ['Went left.'] })
    expect(result.trainableTwice.tokens).toBe(0)
    expect(await ingest()).toMatchObject({ parsed: 0, trainableTwice: { messages: 0 } })
  })

  it('lets a log that is gone keep what it says, and another that goes on from it only what is new', async () => {
    const gone = write('logs/b.jsonl', fork('b', 'Left', 'Went left.'))
    await ingest()
    rmSync(gone)
    write('logs/a.jsonl', fork('a', 'Right', 'Went right.'))
    await ingest()
    expect(await trained()).toEqual({ a: ['Went right.'], b: ['Mended.', 'Tail done.', 'Went left.'] })
    expect(await ingest()).toMatchObject({ parsed: 0, trainableTwice: { messages: 0 } })
  })

  it('keeps a session once that was moved', async () => {
    const gone = write('logs/b.jsonl', fork('b', 'Left', 'Went left.'))
    await ingest()
    rmSync(gone)
    write('logs/elsewhere/b.jsonl', fork('b', 'Left', 'Went left.'))
    await ingest()
    expect(await trained()).toEqual({ b: ['Mended.', 'Tail done.', 'Went left.'] })
  })

  it('lets logs of another folder, read in turns, keep what they have', async () => {
    write('logs/a.jsonl', fork('a', 'Left', 'Went left.'))
    write('more/b.jsonl', fork('b', 'Right', 'Went right.'))
    const once = { a: ['Mended.', 'Tail done.', 'Went left.'], b: ['Went right.'] }
    await ingest()
    for (const path of ['more', 'logs', 'more', 'logs']) {
      expect((await ingest({ path: join(folder, path) })).trainableTwice.tokens).toBe(0)
      expect(await trained(), path).toEqual(once)
    }
  })
})
