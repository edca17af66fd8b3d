import './frozen-prototypes.ts'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openDataset } from '../../src/dataset/open-dataset.ts'
import { ingestToStore } from '../../src/dataset/store/ingest.ts'
import { brokenInvariants } from '../../src/rollout/conversation/invariants.ts'
import { folderWith, readLogs, removeFolders } from '../../src/rollout/testing/read-logs.ts'
import { startCli } from '../cli-process.ts'
import { changedPrototypes } from './frozen-prototypes.ts'

/*
 * One bad log among good ones: whatever it does, it does to itself alone, in one thread and in several, on the way into a store, into
 * files and to a pipeline.
 */

afterAll(removeFolders)
afterAll(() => expect(changedPrototypes()).toEqual([]))

const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`
const objects = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`
const line = (record: object) => JSON.stringify(record)

const time = '2026-01-05T10:00:00.000Z'
const claude = (id: string, extra: object = {}) =>
  line({
    type: 'user',
    uuid: `u-${id}`,
    parentUuid: null,
    sessionId: id,
    timestamp: time,
    cwd: '/r',
    version: '2.0.0',
    message: { role: 'user', content: `say ${id}` },
    ...extra,
  })
const codex = (id: string) =>
  [
    line({ timestamp: time, type: 'session_meta', payload: { id, timestamp: time, cwd: '/r', originator: 'x', cli_version: '0.120.0' } }),
    line({
      timestamp: time,
      type: 'response_item',
      payload: { type: 'message', role: 'user', content: [{ type: 'input_text', text: `say ${id}` }] },
    }),
  ].join('\n')

/** Good logs, by path. */
const GOOD = { 'p/good-1.jsonl': `${claude('good-1')}\n`, 'p/good-2.jsonl': `${claude('good-2')}\n` }

/** A bad log beside them; some still give a row of their own. */
const BAD: { [name: string]: string } = {
  'deep tool input': `${claude('bad').replace('"say bad"', `[{"type":"tool_result","tool_use_id":"t","content":${nested(100_000)}}]`)}\n`,
  'deep objects': `${claude('bad')}\n{"type":"assistant","uuid":"a","parentUuid":"u-bad","sessionId":"bad","timestamp":"${time}","message":{"role":"assistant","id":"m","content":[{"type":"tool_use","id":"t","name":"T","input":${objects(60_000)}}]}}\n`,
  'deep where a word stands': `${claude('bad')}\n{"type":${nested(100_000)},"uuid":"x","sessionId":"bad"}\n`,
  'deep role': `${claude('bad').replace('"role":"user"', `"role":${nested(50_000)}`)}\n`,
  'types by birth': `${['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'].map(type => line({ type, version: type, uuid: type, sessionId: 'bad', timestamp: time, parentUuid: null })).join('\n')}\n${claude('bad')}\n{"type":"__proto__","version":"tool_calls","uuid":"1","sessionId":"bad"}\n{"type":"__proto__","version":"costUSD","uuid":"2","sessionId":"bad"}\n`,
  'keys by birth': `${claude('bad').replace('{"type"', '{"__proto__":{"cwd":"/evil"},"constructor":{"prototype":{"model":1}},"type"')}\n`,
  'thousands of unknown types': `${Array.from({ length: 3000 }, (_, i) => line({ type: `t${i}`.repeat(200), uuid: `${i}`, sessionId: 'bad', timestamp: time })).join('\n')}\n${claude('bad')}\n`,
  'half a character': `${claude('bad').replace('say bad', '\\ud83d and \\udc00')}\n`,
  'NUL bytes': `${'\0'.repeat(100_000)}\n${claude('bad')}\n`,
  'no JSON at all': `${'\u001b[2J{"'.repeat(2000)}\n`,
  'only numbers': `${'1'.repeat(100_000)}\n`,
}

function expectGood(rows: readonly { trace_id?: unknown; messages?: unknown }[]): void {
  for (const id of ['good-1', 'good-2']) {
    const row = rows.find(({ trace_id }) => trace_id === id)
    const messages = typeof row?.messages === 'string' ? JSON.parse(row.messages) : row?.messages // CSV has JSON text
    expect(messages, id).toEqual([{ role: 'user', content: [{ type: 'text', text: `say ${id}` }] }])
  }
}

describe.each(Object.entries(BAD))('%s', (_, content) => {
  const root = () => folderWith({ ...GOOD, 'p/bad.jsonl': content })

  it('leaves the rows of others as they are, and its own whole', async () => {
    const { rows } = await readLogs(root(), { format: 'claude_code' })
    expectGood(rows)
    for (const row of rows) expect(brokenInvariants(row)).toEqual([])
    expect(JSON.parse(JSON.stringify(rows))).toEqual(rows)
  })

  it.each([
    [1, 'jsonl'],
    [2, 'jsonl'],
    [2, 'parquet'],
  ] as const)('in a store, with %i threads, of %s', async (workers, codec) => {
    const logs = root()
    const folder = join(logs, 'store')
    await ingestToStore({ format: 'claude_code', path: join(logs, 'p'), folder, workers, codec, ...(workers > 1 ? { heapMB: 512 } : {}) })
    await using dataset = await openDataset(folder)
    expectGood(await Array.fromAsync(dataset.rows()))
  })
})

it('every bad log at once, in files of every kind and on stdout', async () => {
  const logs = folderWith({ ...GOOD })
  let i = 0
  for (const content of Object.values(BAD)) put(join(logs, 'p', `bad-${i++}.jsonl`), content)
  put(
    join(logs, 'p', 'rollout-2026-01-05T10-00-00-0199aaaa-0000-7000-8000-000000000001.jsonl'),
    codex('0199aaaa-0000-7000-8000-000000000001'),
  )
  const runs = ['rows.jsonl', 'rows.parquet', 'rows.csv', '-'].map(async name => {
    const output = name === '-' ? [] : ['-o', join(logs, name)]
    const { code, stdout, stderr } = await startCli(['ingest', join(logs, 'p'), '-f', 'claude_code', '-w', '1', ...output], logs).output
    expect(code, stderr).toBe(0)
    if (name === '-')
      return expectGood(
        stdout
          .trim()
          .split('\n')
          .map(text => JSON.parse(text)),
      )
    // Lines are exact, halves of characters included, which the engine of queries does not take.
    const rows = name.endsWith('.jsonl')
      ? linesOf(readFileSync(join(logs, name), 'utf8'))
      : await openDataset(join(logs, name)).then(dataset => Array.fromAsync(dataset.rows({ columns: ['trace_id', 'messages'] })))
    expectGood(rows)
  })
  await Promise.all(runs)
}, 60_000)

it('as seeds of preview and create', async () => {
  const logs = folderWith({ ...GOOD })
  let i = 0
  for (const content of Object.values(BAD)) put(join(logs, 'p', `bad-${i++}.jsonl`), content)
  put(
    join(logs, 'config.yaml'),
    `seed_config:\n  source: {seed_type: agent_rollout, format: claude_code, path: ${JSON.stringify(join(logs, 'p'))}}\n` +
      "columns:\n  - {column_type: expression, name: said, expr: '{{ messages[0].content[0].text }}'}\n",
  )
  const preview = await startCli(['preview', 'config.yaml', '-n', '13', '--json'], logs).output
  expect(preview.code, preview.stderr).toBe(0)
  expectGood(linesOf(preview.stdout))
  const create = await startCli(['create', 'config.yaml', '-n', 'all', '-o', 'run', '-y'], logs).output
  expect(create.code, create.stderr).toBe(0)
  expect(existsSync(join(logs, 'run', 'parts', 'part-00000.parquet'))).toBe(true)
}, 60_000)

function linesOf(text: string): { trace_id?: unknown; messages?: unknown }[] {
  return text
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as { trace_id?: unknown; messages?: unknown })
}

function put(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}
