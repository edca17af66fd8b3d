import { execFileSync } from 'node:child_process'
import { mkdirSync, unlinkSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { folderWith, jsonl, removeFolders } from '../../src/rollout/testing/read-logs.ts'
import { type CliProcess, MAIN, startCli } from '../cli-process.ts'
import { sources, textOf } from '../sources.ts'

/*
 * Named pipes that nobody writes to, devices that never end and sockets, in every place where a file can be named: each is refused in a
 * sentence.
 */

let folder = ''
let server: Server
let running: CliProcess | null = null

const config = (path: string) =>
  `seed_config: {source: {seed_type: local, path: ${path}}}\ncolumns:\n- {name: a, column_type: expression, expr: '{{ n }}'}\n`

const said = (role: string, more: object) => ({
  type: role,
  uuid: role,
  parentUuid: role === 'user' ? null : 'user',
  sessionId: 's',
  timestamp: '2026-01-01T00:00:00Z',
  message: { role, ...more },
})
const LOG = jsonl([
  said('user', { content: 'Hello' }),
  said('assistant', { id: 'm', model: 'm', content: [{ type: 'text', text: 'Hello' }] }),
])

beforeAll(async () => {
  folder = folderWith({
    'rows.jsonl': jsonl([{ n: 1 }]),
    'good.yaml': config('rows.jsonl'),
    'seed.yaml': config('pipe.jsonl'),
    'log/a.jsonl': LOG,
  })
  await startCli(['create', 'good.yaml', '-o', 'made'], folder).output
  unlinkSync(join(folder, 'made', 'progress.json'))
  for (const name of ['parts', 'run']) mkdirSync(join(folder, name))
  for (const name of [
    'pipe',
    'pipe.jsonl',
    'pipe.csv',
    'pipe.parquet',
    'pipe.json',
    'pipe.yaml',
    'pipe.mjs',
    'parts/a.parquet',
    'run/manifest.json',
    'made/progress.json',
  ])
    execFileSync('mkfifo', [join(folder, name)])
  server = createServer().listen(join(folder, 'socket.jsonl'))
  await new Promise(done => server.once('listening', done))
})
afterAll(() => server.close())
afterAll(removeFolders)
afterEach(() => void running?.child.kill('SIGKILL'))

const PLACES: [name: string, args: string[]][] = [
  ...['pipe.jsonl', 'pipe.csv', 'pipe.parquet', 'pipe.json', 'parts', 'socket.jsonl'].map((path): [string, string[]] => [
    `query ${path}`,
    ['query', path],
  ]),
  ['SQL of a query', ['query', 'rows.jsonl', '@pipe']],
  ['cost', ['cost', 'pipe.parquet']],
  ['export', ['export', 'pipe.parquet', '-o', 'exported']],
  ['show', ['show', 'pipe.jsonl']],
  ['show of a store', ['show', '-s', 'pipe.parquet']],
  ['label', ['label', 'last', 'accept', '-s', 'pipe.jsonl']],
  ['search', ['search', 'x', '-s', 'pipe.jsonl']],
  ['ingest', ['ingest', 'pipe.jsonl']],
  ['ingest of a device', ['ingest', '/dev/zero']],
  ['ingest of a socket', ['ingest', 'socket.jsonl']],
  ['scan', ['scan', 'pipe.jsonl']],
  ['explain', ['explain', 'pipe.jsonl']],
  ['a config', ['validate', 'pipe.yaml']],
  ['a config that is a program', ['validate', 'pipe.mjs']],
  ['a seed', ['preview', 'seed.yaml']],
  ['functions', ['preview', 'good.yaml', '--functions', 'pipe.mjs']],
  ['prices', ['create', 'good.yaml', '-o', 'run', '--max-cost', '1', '--prices', 'pipe']],
  ['providers', ['preview', 'good.yaml', '--providers', 'pipe']],
  ['a folder to create', ['create', 'good.yaml', '-o', 'pipe']],
  ['extensions', ['preview', 'good.yaml', '--extensions', './pipe.mjs']],
  ['a policy', ['export', 'rows.jsonl', '--for', 'trl-sft', '-o', 'exported', '--redact', 'pipe.yaml']],
  ['an evaluation', ['export', 'rows.jsonl', '--for', 'trl-sft', '-o', 'exported', '--decontaminate', 'pipe.jsonl']],
  ['the manifest of a run', ['query', 'run']],
  ['the sign of life of a run', ['status', 'made']],
  // Nobody reads these: to open them would wait, and no signal would be heard.
  ['rows to write', ['ingest', 'log', '-o', 'pipe.jsonl']],
  ['rows to write as CSV', ['ingest', 'log', '-o', 'pipe.csv']],
  ['rows to write as Parquet', ['ingest', 'log', '-o', 'pipe.parquet']],
  ['a page to write', ['show', 'log/a.jsonl', '--html', 'pipe']],
  ['a config to write', ['init', '--rows', 'nothing', '--topics', 'a', '--provider', 'stand-in', '-o', 'pipe.yaml', '--force']],
]

describe.skipIf(process.platform === 'win32')('a pipe, a device or a socket is refused', () => {
  it.each(PLACES)('as %s', async (_, args) => {
    running = startCli(args, folder)
    const { code, stdout, stderr } = await running.output
    expect(stderr).toMatch(/^tracewright: Cannot [^\n]*\n$/)
    expect(stderr).not.toMatch(/defect|\bE[A-Z]{4,}\b/)
    expect([1, 2]).toContain(code)
    expect(stdout).toBe('')
  })

  it('and whoever reads a pipe gets what is written', () => {
    const program = `const { main } = await import(${JSON.stringify(MAIN)}); await main(['node', 'tracewright', ...process.argv.slice(1)])`
    const script = 'cat pipe.jsonl & "$0" --input-type=module -e "$1" -- ingest log -q -o pipe.jsonl; wait'
    const rows = execFileSync('sh', ['-c', script, process.execPath, program], { cwd: folder, encoding: 'utf8' })
    expect(JSON.parse(rows)).toMatchObject({ root_session_id: 's', message_count: 2 })
  })

  it('by what opens files to read: nothing else in the sources does', () => {
    const OWN =
      /^src\/(?:disk\/|package-version|cost\/price-table|studio\/routes\/pages|dataset\/run\/process-mark|dataset\/store\/files)|\/testing\//
    const opening = /\b(?:readFileSync|readFile)\(|createReadStream\((?!'', \{ fd: openToRead)|openSync\([^)]*'r'\)/
    expect(sources.filter(path => !OWN.test(path) && opening.test(textOf(path)))).toEqual([])
  })

  it('but for a pipe that a shell hands over, which somebody writes to', () => {
    const program = `const { main } = await import(${JSON.stringify(MAIN)}); await main(['node', 'tracewright', ...process.argv.slice(1)])`
    const script = 'printf "select n + 1 m from rows" | "$0" --input-type=module -e "$1" -- query rows.jsonl @/dev/stdin --json'
    expect(execFileSync('sh', ['-c', script, process.execPath, program], { cwd: folder, encoding: 'utf8' })).toBe('{"m":2}\n')
  })
})
