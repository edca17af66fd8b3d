import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { ingestToStore } from '../src/dataset/store/ingest.ts'
import { refuseOccupied } from '../src/disk/overwrite.ts'
import { startCli } from './cli-process.ts'
import { root } from './sources.ts'

const top = mkdtempSync(join(tmpdir(), 'tracewright-overwrite-'))
afterAll(() => rmSync(top, { recursive: true, force: true }))

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(top, 'work-'))
  cpSync(join(root, 'examples/logs/codex'), join(folder, 'logs'), { recursive: true })
  put(
    'stand-in.yaml',
    `columns: [{ name: a, column_type: llm-text, prompt: 'About {{ trace_id }}', model_alias: m }]
model_configs: [{ alias: m, model: x, provider: stand-in }]
seed_config: { source: { seed_type: agent_rollout, format: codex, path: logs } }
`,
  )
})

function put(path: string, text: string): string {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
  return path
}

const run = (...args: string[]) => startCli(args, folder).output
const mine = 'What I wrote.\n'.repeat(100)

describe.each([
  ['ingest', ['ingest', 'logs', '-q']],
  ['query', ['query', 'rows.parquet']],
])('%s -o FILE', (verb, args) => {
  beforeEach(async () => {
    if (verb === 'query') expect((await run('ingest', 'logs', '-q', '-o', 'rows.parquet')).code).toBe(0)
  })

  it.each(['out.jsonl', 'out.parquet', 'out.csv'])('%s is not written over without --force', async output => {
    put(output, mine)
    const { code, stderr } = await run(...args, '-o', output)
    expect(code).toBe(2)
    expect(stderr).toMatch(/Cannot write 'out\.\w+': it is there already, and holds 1,400 bytes\. Name another file, or .* --force/)
    expect(readFileSync(join(folder, output), 'utf8')).toBe(mine)
    expect((await run(...args, '-o', output, '--force')).code).toBe(0)
    expect(readFileSync(join(folder, output), 'utf8')).not.toBe(mine)
  })

  it('an empty file is written, and a device is left one', async () => {
    put('out.jsonl', '')
    expect((await run(...args, '-o', 'out.jsonl')).code).toBe(0)
    expect(readFileSync(join(folder, 'out.jsonl'), 'utf8')).toMatch(/^\{"trace_id"/)
    expect((await run(...args, '-o', '/dev/null')).code).toBe(0)
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true)
  })

  it('what fails leaves nothing', async () => {
    const before = readdirSync(folder).sort()
    const failing = verb === 'ingest' ? ['ingest', 'nowhere'] : ['query', 'rows.parquet', 'select nothing from rows']
    expect((await run(...failing, '-o', 'out.jsonl')).code).toBeGreaterThan(0)
    expect(readdirSync(folder).sort()).toEqual(before)
  })
})

describe('a folder that holds other things', () => {
  const verbs = [
    ['ingest', ['ingest', 'logs', '-q', '-o', 'place']],
    ['create', ['create', 'stand-in.yaml', '-y', '--no-replies', '-o', 'place']],
    ['export', ['export', 'rows.jsonl', '-q', '-o', 'place']],
  ] as const

  it.each(verbs)('gets no dataset of %s without --force', async (verb, args) => {
    if (verb === 'export') await run('ingest', 'logs', '-q', '-o', 'rows.jsonl')
    for (const path of ['place/thesis.md', 'place/rows/mine.txt', 'place/parts/mine.txt', 'place/data/mine.txt']) put(path, mine)
    const refused = await run(...args)
    expect(refused.code).toBe(2)
    expect(refused.stderr).toMatch(/Cannot put an? \w+ into 'place': it holds other things, '\w+'.* --force/)
    expect(readdirSync(join(folder, 'place')).sort()).toEqual(['data', 'parts', 'rows', 'thesis.md'])
    const forced = await run(...args, '--force')
    expect(forced.code, forced.stderr).toBe(0)
    for (const path of ['thesis.md', 'rows/mine.txt', 'parts/mine.txt', 'data/mine.txt'])
      expect(readFileSync(join(folder, 'place', path), 'utf8')).toBe(mine)
  })

  it.each(verbs)('as little where its folders only bear the names that those of %s have', async (verb, args) => {
    if (verb === 'export') await run('ingest', 'logs', '-q', '-o', 'rows.jsonl')
    const own = { ingest: 'rows', create: 'parts', export: 'data' }[verb]
    put(`place/${own}/mine.csv`, mine)
    expect((await run(...args)).code).toBe(2)
    expect(readFileSync(join(folder, 'place', own, 'mine.csv'), 'utf8')).toBe(mine)
  })

  it('an export that is there stays until it is told to go', async () => {
    await run('ingest', 'logs', '-q', '-o', 'rows.jsonl')
    expect((await run('export', 'rows.jsonl', '-q', '-o', 'sft')).code).toBe(0)
    expect(await run('export', 'rows.jsonl', '-q', '-o', 'sft')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/an export is there already/),
    })
    put('sft/notes.txt', mine)
    expect((await run('export', 'rows.jsonl', '-q', '-o', 'sft', '--force')).code).toBe(0)
    expect(existsSync(join(folder, 'sft/notes.txt'))).toBe(true)
  })

  it('a store and a run are gone on with, also one that was killed at its start', async () => {
    expect((await run('ingest', 'logs', '-q', '-o', 'store')).code).toBe(0)
    expect((await run('ingest', 'logs', '-q', '-o', 'store')).code).toBe(0)
    put('begun/rows/.rows-000001.parquet.rows', 'half')
    put('begun/.lock', '')
    put('begun/.staging-abc/x', 'half')
    expect((await run('ingest', 'logs', '-q', '-o', 'begun')).code).toBe(0)
    put('run/parts/part-00000.parquet.tmp', 'half')
    put('run/cells/replies.jsonl', '')
    expect((await run('create', 'stand-in.yaml', '-y', '--no-replies', '-o', 'run')).code).toBe(0)
  })

  it('nor does code put a store there without `force`', async () => {
    put('place/thesis.md', mine)
    const options = { format: 'auto', path: join(folder, 'logs'), folder: join(folder, 'place') } as const
    await expect(ingestToStore(options)).rejects.toThrow(/it holds other things, 'thesis\.md'/)
    expect((await ingestToStore({ ...options, force: true })).rows).toBeGreaterThan(0)
  })
})

describe('a start that fails leaves nothing', () => {
  it.each([
    ['a store of no logs', ['ingest', 'empty', '-o', 'place']],
    ['a run whose provider has no key', ['create', 'keyless.yaml', '-y', '--no-replies', '-o', 'place']],
    ['an export of nothing', ['export', 'nowhere.jsonl', '-o', 'place']],
  ])('%s', async (_, args) => {
    mkdirSync(join(folder, 'empty'))
    put('keyless.yaml', readFileSync(join(folder, 'stand-in.yaml'), 'utf8').replace('stand-in', 'openai'))
    const without = startCli(args, folder, { OPENAI_API_KEY: '' }).output
    expect((await without).code).toBeGreaterThan(0)
    expect(existsSync(join(folder, 'place'))).toBe(false)
    mkdirSync(join(folder, 'place'))
    expect((await startCli(args, folder, { OPENAI_API_KEY: '' }).output).code).toBeGreaterThan(0)
    expect(readdirSync(join(folder, 'place'))).toEqual([])
  })
})

it('a report takes the place of a report, and of nothing else', async () => {
  expect((await run('ingest', 'logs', '-q', '--report', 'report.json')).code).toBe(0)
  expect((await run('ingest', 'logs', '-q', '--report', 'report.json')).code).toBe(0)
  put('mine.json', mine)
  expect((await run('ingest', 'logs', '-q', '--report', 'mine.json')).code).toBe(2)
  expect((await run('ingest', 'logs', '-q', '-o', 'store', '--report', 'mine.json')).code).toBe(2)
  expect(readFileSync(join(folder, 'mine.json'), 'utf8')).toBe(mine)
})

it('what a lock leaves in a folder while others wait for it is nobody’s', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tracewright-lock-'))
  for (const name of ['.lock', '.lock-journal', '.lock-wal', '.lock-shm', '.lock-host', '.staging-x']) writeFileSync(join(folder, name), '')
  refuseOccupied(folder, 'a dataset', {})
  writeFileSync(join(folder, '.lockers'), '')
  expect(() => refuseOccupied(folder, 'a dataset', {})).toThrow("it holds other things, '.lockers'")
  rmSync(folder, { recursive: true })
})

describe('a file where a folder is wanted, and what is no log of replies', () => {
  it.each([
    [['init', '--into', 'mine'], 2, "Cannot copy example 'distill.yaml' into 'mine': it is a file, expected a folder"],
    [['init', '--into', 'mine/below'], 1, "Cannot write 'mine/below/distill.yaml': a part of the path is no folder"],
    [['ingest', 'logs', '-o', 'mine/below/store'], 1, "Cannot make store 'mine/below/store': a part of the path is no folder"],
    [['ingest', 'logs', '-o', 'mine/rows.csv'], 1, "Cannot write 'mine/rows.csv': a part of the path is no folder"],
    [['create', 'stand-in.yaml', '-y', '-o', 'mine/run'], 1, "Cannot make run 'mine/run': a part of the path is no folder"],
    [['plan', 'drawn.yaml', '--of', '2', '-y', '-o', 'mine/run'], 1, "Cannot write into 'mine/run': a part of the path is no folder"],
    [
      ['plan', 'drawn.yaml', '--of', '2', '-y', '-o', 'logs'],
      2,
      /^tracewright: Cannot put a plan into 'logs': it holds other things, .* or use --force/,
    ],
    [['preview', 'stand-in.yaml', '--replies', 'mine/replies'], 1, "Cannot make folder 'mine': a part of the path is no folder"],
    [
      ['preview', 'stand-in.yaml', '--replies', 'mine'],
      2,
      "Cannot keep replies in 'mine': it holds something else. Name a file that is not there yet, or one that --replies made",
    ],
    [['preview', 'stand-in.yaml', '--functions', 'logs'], 2, 'logs: Cannot load functions: it is a folder, expected a file'],
    [
      ['preview', 'stand-in.yaml', '--functions', 'gone.ts'],
      2,
      'gone.ts: Cannot load functions: there is no such file. Name a module that exports the functions by the names that custom columns have for them',
    ],
  ] as [string[], number, string | RegExp][])('%j', async (args, code, sentence) => {
    put('mine', mine)
    put('drawn.yaml', 'columns: [{ name: a, column_type: sampler, sampler_type: uuid, params: {} }]\n')
    const found = await run(...args)
    expect([found.code, found.stderr.trim()]).toEqual([
      code,
      typeof sentence === 'string' ? `tracewright: ${sentence}` : expect.stringMatching(sentence),
    ])
    expect(readFileSync(join(folder, 'mine'), 'utf8')).toBe(mine)
    expect(readdirSync(folder).sort()).toEqual(['drawn.yaml', 'logs', 'mine', 'stand-in.yaml'])
  })
})
