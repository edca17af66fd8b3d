import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RolloutRow } from '../../rollout/conversation/row.ts'
import { jsonl } from '../../rollout/testing/read-logs.ts'
import { readFacts } from '../dataset-facts.ts'
import { mergeIngest } from '../ingest-shards/merge-ingest.ts'
import { ingestShard } from '../ingest-shards/parse-shard.ts'
import { planIngest } from '../ingest-shards/plan-ingest.ts'
import { ingestToFile } from '../ingest-to-file.ts'
import { openDataset } from '../open-dataset.ts'
import { ingestToStore } from './ingest.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tracewright-fullest-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const FILE = '01a00000-0000-7000-8000-0000000000c1'

/** A session of Claude Code whose answer took so much; `ends`: with a second turn. */
const session = (output: number, ends = false) => {
  const common = { sessionId: FILE, isSidechain: false, cwd: '/srv/kite', version: '2.1.0' }
  const turn = (i: number, text: string) => [
    {
      ...common,
      timestamp: `2026-03-01T10:00:0${i}.000Z`,
      type: 'user',
      uuid: `a${i}`,
      parentUuid: i === 0 ? null : `b${i - 1}`,
      message: { role: 'user', content: text },
    },
    {
      ...common,
      timestamp: `2026-03-01T10:00:0${i}.500Z`,
      type: 'assistant',
      uuid: `b${i}`,
      parentUuid: `a${i}`,
      requestId: `req_${i}`,
      message: {
        id: `msg_${i}`,
        role: 'assistant',
        model: 'm',
        content: [{ type: 'text', text: `${text}: done.` }],
        usage: { input_tokens: 100, output_tokens: output },
      },
    },
  ]
  return jsonl([...turn(0, 'Mend it'), ...(ends ? turn(1, 'And the tail') : [])])
}

function write(home: string, log: string): void {
  const path = join(folder, 'logs', home, 'projects/-srv-kite', `${FILE}.jsonl`)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, log)
}

const logs = () => ({ format: 'auto' as const, path: join(folder, 'logs') })
const ingest = (options = {}) => ingestToStore({ ...logs(), folder: join(folder, 'store'), workers: 1, ...options })

/** What rows and facts of a dataset say was taken, by session. */
async function told(name: string): Promise<{ rows: unknown[]; facts: unknown[] }> {
  await using dataset = await openDataset(join(folder, name))
  const rows = (await Array.fromAsync(dataset.rows({ orderBy: 'trace_id' }))) as unknown as RolloutRow[]
  const facts = await Array.fromAsync(readFacts(join(folder, name)))
  return {
    rows: rows.map(({ trace_id, messages, usage }) => [trace_id, messages.length, usage?.output_tokens]),
    facts: facts.map(({ trace_id, message_count, responses }) => [trace_id, message_count, responses.map(one => one.output_tokens)]),
  }
}

const EARLIER: [string, () => void, number, number[]][] = [
  ['tells fewer tokens', () => write('a', session(1)), 2, [412]],
  ['tells as many digits', () => write('a', session(111)), 2, [412]],
  ['ended earlier', () => write('a', session(412)), 4, [412, 412]],
]

describe.each(EARLIER)('where the first copy %s', (_, writeEarlier, messages, tokens) => {
  const expected = {
    rows: [[FILE, messages, tokens.reduce((sum, one) => sum + one)]],
    facts: [[FILE, messages, tokens]],
  }
  const writeBoth = () => {
    writeEarlier()
    write('b', session(412, messages > 2))
  }

  it('a store, a file and a merged ingest hold the other', async () => {
    writeBoth()
    await ingest()
    expect(await told('store')).toEqual(expected)
    await ingestToFile({ ...logs(), output: join(folder, 'rows.jsonl'), workers: 1 })
    expect(await told('rows.jsonl')).toEqual(expected)
    const home = join(folder, 'merged')
    await planIngest({ ...logs(), home, of: 2 })
    for (let shard = 0; shard < 2; shard++) await ingestShard(home, shard, { workers: 1 })
    await mergeIngest(home)
    expect(await told('merged')).toEqual(expected)
  })

  it('a store that held the first takes the other when it comes, and keeps it', async () => {
    writeEarlier()
    await ingest()
    writeBoth()
    await ingest()
    expect(await told('store')).toEqual(expected)
    expect(await ingest()).toMatchObject({ parsed: 0, bytesRead: 0 })
    expect(await told('store')).toEqual(expected)
  })
})
