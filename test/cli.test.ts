import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from './sources.ts'

const logs = join(root, 'examples', 'logs')
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tracewright-cli-'))
  mkdirSync(join(folder, 'home'))
  mkdirSync(join(folder, 'empty'))
  cpSync(join(logs, 'codex'), join(folder, 'codex'), { recursive: true })
  const session = readFileSync(join(logs, 'claude_code/-repo-lighthouse/5f3c1a70-1111-4c1e-9d1a-aa0000000001.jsonl'), 'utf8')
  writeFileSync(join(folder, 'cut.jsonl'), session.slice(0, 1500))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Run the built command line with an empty home. */
async function tracewright(args: string[], env: NodeJS.ProcessEnv = {}): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [join(root, 'bin', 'tracewright.mjs'), ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: join(folder, 'home'), ...env },
  })
  const [out, err]: [Buffer[], Buffer[]] = [[], []]
  child.stdout.on('data', piece => out.push(piece))
  child.stderr.on('data', piece => err.push(piece))
  const code = await new Promise<number | null>(done => child.on('close', done))
  return { code, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() }
}

function config(name: string, text: string): string {
  writeFileSync(join(folder, name), text)
  return name
}

describe('bad input gives one sentence that says what to do', () => {
  const cases: { name: string; args: () => string[]; code: number; says: RegExp; env?: NodeJS.ProcessEnv }[] = [
    {
      name: 'a missing path',
      args: () => ['ingest', 'nowhere', '--format', 'codex'],
      code: 1,
      says: /Cannot read '.*nowhere': there is no such file or folder/,
    },
    {
      name: 'an empty folder',
      args: () => ['ingest', 'empty', '--format', 'codex'],
      code: 1,
      says: /no codex logs were found under .*empty.*Name the folder, or another format/,
    },
    {
      name: 'no matching file',
      args: () => ['ingest', 'codex', '--format', 'codex', '--pattern', '*.log'],
      code: 1,
      says: /no files matched '\*\.log'/,
    },
    {
      name: 'the wrong format',
      args: () => ['ingest', 'codex', '--format', 'claude_code'],
      code: 1,
      says: /Looks like Codex \(format 'codex'\): read it with that format/,
    },
    {
      name: 'an unknown format',
      args: () => ['ingest', 'codex', '--format', 'codx'],
      code: 2,
      says: /Unknown rollout format 'codx': expected one of .*Did you mean 'codex'\?/,
    },
    {
      name: 'ATIF without a path',
      args: () => ['ingest', '--format', 'atif'],
      code: 2,
      says: /A path is required for format 'atif'.*Name the folder/,
    },
    {
      name: 'no logs at the usual place',
      args: () => ['ingest', '--format', 'codex'],
      code: 1,
      says: /no codex logs were found under .*\.codex\/sessions/,
    },
    {
      name: 'an output that is no file format',
      args: () => ['ingest', 'codex', '-o', 'rows.xml'],
      code: 2,
      says: /Cannot tell the format of 'rows\.xml': expected a name that ends in/,
    },
    {
      name: 'an output in no folder',
      args: () => ['ingest', 'codex', '-o', 'no/rows.jsonl'],
      code: 1,
      says: /Cannot write 'no\/rows\.jsonl': there is no such file or folder/,
    },
    { name: 'an unknown command', args: () => ['ingst'], code: 2, says: /unknown command 'ingst'/ },
    { name: 'an unknown option', args: () => ['ingest', '--fromat', 'codex'], code: 2, says: /unknown option '--fromat'/ },
    {
      name: 'a missing config',
      args: () => ['preview', 'none.yaml'],
      code: 1,
      says: /Cannot load config 'none\.yaml': there is no such file/,
    },
    {
      name: 'broken YAML',
      args: () => ['validate', config('broken.yaml', 'columns:\n  - name: [a\n  - b: c\n')],
      code: 2,
      says: /broken\.yaml:\d+:\d+: Cannot parse config/,
    },
    {
      name: 'a misspelt column in a template',
      args: () => ['validate', config('typo.yaml', CONFIG('{{ trace_idd }}'))],
      code: 2,
      says: /column 'a': reads 'trace_idd', which is neither a column nor in the seed\. Did you mean 'trace_id'\?/,
    },
    {
      name: 'a column type that is not there',
      args: () => ['validate', config('type.yaml', CONFIG('{{ trace_id }}', 'vision'))],
      code: 2,
      says: /column 'a': column_type: found 'vision', expected one of/,
    },
    {
      name: 'a missing API key',
      args: () => ['preview', config('key.yaml', MODEL_CONFIG('nvidia'))],
      code: 1,
      says: /no environment variable NVIDIA_API_KEY, expected an API key.*export NVIDIA_API_KEY/,
    },
    {
      name: 'an unreachable model server',
      args: () => ['preview', config('server.yaml', MODEL_CONFIG('lm-studio'))],
      code: 1,
      says: /localhost:1234/,
    },
  ]
  for (const { name, args, code, says, env } of cases) {
    it(name, async () => {
      const result = await tracewright(args(), env)
      expect(result.err).toMatch(says)
      expect(result.err).not.toMatch(/\n\s+at |defect/)
      expect(result.code).toBe(code)
    })
  }
})

const CONFIG = (expr: string, type = 'expression') => `
columns: [{ name: a, column_type: ${type}, expr: '${expr}' }]
model_configs: []
seed_config: { source: { seed_type: agent_rollout, format: codex, path: codex } }
`
const MODEL_CONFIG = (provider: string) => `
columns: [{ name: a, column_type: llm-text, prompt: 'About {{ trace_id }}', model_alias: m }]
model_configs: [{ alias: m, model: some-model, provider: ${provider} }]
seed_config: { source: { seed_type: agent_rollout, format: codex, path: codex } }
`

it('a torn log gives what can be read, and says what could not', async () => {
  const { code, out, err } = await tracewright(['ingest', 'cut.jsonl', '--format', 'claude_code'])
  expect(code).toBe(0)
  expect(JSON.parse(out).message_count).toBeGreaterThan(0)
  expect(err).toMatch(/unreadable: cut\.jsonl:3 @\d+: torn tail/)
  expect((await tracewright(['ingest', 'cut.jsonl', '--format', 'claude_code', '--strict'])).code).toBe(3)
})

it('ingest writes rows to stdout, a balanced report to a file, and the summary to stderr', async () => {
  const { code, out, err } = await tracewright(['ingest', logs, '--report', 'report.json'])
  expect(code).toBe(0)
  const rows = out
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
  expect(new Set(rows.map(row => row.source_kind))).toEqual(new Set(['atif', 'claude_code', 'codex', 'hermes_agent', 'pi_coding_agent']))
  expect(err).toMatch(/^8 rows from 8 logs/)
  const report = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8'))
  expect(report.totals.rows).toBe(8)
  for (const unit of report.units) {
    const sum = Object.values(unit.buckets)
      .flatMap(bucket => (typeof bucket === 'number' ? bucket : Object.values(bucket as object)))
      .reduce((a, b) => a + b, 0)
    expect(sum, unit.key).toBe(unit.records)
  }
})

it('explain says of each record where it went', async () => {
  const { code, out } = await tracewright(['explain', 'codex', '--json'])
  expect(code).toBe(0)
  const fates = out
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
  expect(fates).toHaveLength(21)
  expect(fates.every(fate => fate.bucket !== null)).toBe(true)
  const emitted = fates.filter(fate => fate.bucket === 'emitted')
  expect(emitted.length).toBeGreaterThan(0)
  expect(emitted.every(fate => fate.messages.length > 0)).toBe(true)
})

it('scan tells which agents have logs, and where it looked when there are none', async () => {
  expect((await tracewright(['scan'])).out).toMatch(/No agent logs found\. Looked in:\n(?: {2}~\/.*\n)* {2}~\/\.claude\/projects\n/)
  const { out } = await tracewright(['scan', '--json'], { CODEX_HOME: folder, CLAUDE_CONFIG_DIR: folder })
  expect(JSON.parse(out).every((entry: { sessions: number }) => entry.sessions === 0)).toBe(true)
  cpSync(join(logs, 'codex'), join(folder, 'agent', 'sessions'), { recursive: true })
  const found = JSON.parse((await tracewright(['scan', '--json'], { CODEX_HOME: join(folder, 'agent') })).out)
  expect(found.find((entry: { format: string }) => entry.format === 'codex')).toMatchObject({ sessions: 2, files: 2 })
})

it('preview asks a real server, shows a record, and prints rows as JSON on request', async () => {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', piece => pieces.push(piece))
    request.on('end', () => {
      asked.push(Buffer.concat(pieces).toString())
      response.setHeader('content-type', 'application/json')
      const message = { role: 'assistant', content: 'A short summary.' }
      response.end(JSON.stringify({ choices: [{ finish_reason: 'stop', message }], usage: { prompt_tokens: 5, completion_tokens: 3 } }))
    })
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  try {
    writeFileSync(
      join(folder, 'live.mjs'),
      `import * as t from ${JSON.stringify(join(root, 'dist', 'index.js'))}
       export const configBuilder = new t.DataDesignerConfigBuilder({ modelConfigs: [new t.ModelConfig({ alias: 'm', model: 'x', provider: 'ollama' })] })
       configBuilder.withSeedDataset(new t.AgentRolloutSeedSource({ format: 'codex', path: 'codex' }))
       configBuilder.addColumn(new t.LLMTextColumnConfig({ name: 'summary', modelAlias: 'm', prompt: 'Sum up {{ trace_id }}' }))`,
    )
    const port = (server.address() as AddressInfo).port
    const args = ['preview', 'live.mjs', '-n', '2', '--provider', `ollama=http://127.0.0.1:${port}/v1`]
    const shown = await tracewright(args)
    expect(shown.out).toMatch(/record 1 of 2[\s\S]*summary\s+A short summary\./)
    expect(shown.err).toMatch(/2 rows, 0 failures, seed \d+/)
    expect(asked.filter(body => body.includes('Sum up 019cb000')).length).toBeGreaterThan(0)
    const json = await tracewright([...args, '--json'])
    expect(
      json.out
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line).summary),
    ).toEqual(['A short summary.', 'A short summary.'])
  } finally {
    server.close()
  }
})

it('help is shown in less than the blink of an eye', async () => {
  const times: number[] = []
  for (let i = 0; i < 5; i++) {
    const startedAt = performance.now()
    expect((await tracewright(['--help'])).code).toBe(0)
    times.push(performance.now() - startedAt)
  }
  const bare: number[] = []
  for (let i = 0; i < 5; i++) {
    const startedAt = performance.now()
    await new Promise(done => spawn(process.execPath, ['-e', '0']).on('close', done))
    bare.push(performance.now() - startedAt)
  }
  // A ratio to a bare Node of the same moment: the machine may be busy.
  expect(Math.min(...times) / Math.min(...bare)).toBeLessThan(4)
})

it('help fits a terminal of 80 columns, its last lines too', async () => {
  const { out } = await tracewright(['--help'])
  expect(out).toContain('Exit codes:')
  expect(out.split('\n').filter(line => line.length > 80)).toEqual([])
})

it('an ingest tells rows from logs, and one of each from many', async () => {
  const rewound = join(root, 'src', 'rollout', 'formats', 'copilot-cli', 'fixtures', 'rewind', 'logs')
  for (const [branches, rows] of [
    ['all', '2 rows'],
    ['active', '1 row'],
  ] as const) {
    const args = ['ingest', rewound, '--branches', branches, '-o', `rows-of-${branches}`]
    const first = await tracewright(args)
    expect(first.err).toContain(`${rows} from 1 log`)
    expect(first.err).toContain(`The store has ${rows}: ${rows} added, 0 logs unchanged and not read\n`)
    expect((await tracewright(args)).err).toContain(`The store has ${rows}: 0 rows added, 1 log unchanged and not read\n`)
  }
})

it('no library but that of the command line is loaded before it is known which command is meant', async () => {
  const told = `import { registerHooks } from 'node:module'
    const names = new Set()
    registerHooks({ load(url, context, next) { names.add(/node_modules[/]((?:@[^/]+[/])?[^/]+)/.exec(url)?.[1]); return next(url, context) } })
    process.on('exit', () => process.stderr.write([...names].filter(name => name !== undefined).join()))`
  const { code, err } = await tracewright(['--help'], { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(told)}` })
  expect([code, err]).toEqual([0, 'commander'])
})
