// Measures reading, storing and starting, as ratios against a floor of the same run, and writes docs/performance.md.
// --quick: smaller logs, a few minutes. --logs DIR: real logs beside the generated ones. --studio: the studio alone, into docs/studio.md.
import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { withBlock } from '../scripts/docs.ts'
import { codexIdOf, writeClaudeSession, writeCodexRollout } from './generate.ts'
import { benchLLM } from './llm.ts'
import type { Measured } from './part.ts'
import { benchReadSide } from './read-side.ts'
import { benchStudio } from './studio.ts'

const root = join(import.meta.dirname, '..')
const isQuick = process.argv.includes('--quick')
const given = process.argv.indexOf('--logs')
const folder = mkdtempSync(join(tmpdir(), 'tracewright-bench-'))
const REPEATS = 3

function measure(part: string, logs: string, store = mkdtempSync(join(folder, 'out-'))): Measured {
  const { stdout, stderr, status } = spawnSync(process.execPath, [join(root, 'bench', 'part.ts'), part, logs, store], {
    encoding: 'utf8',
    maxBuffer: 1 << 24,
  })
  if (status !== 0) throw new Error(`${part} over ${logs}: ${stderr}`)
  return JSON.parse(stdout) as Measured
}

/** The middle of several ratios, each against a floor measured right before: a machine that others use changes by the minute. */
function ratioOf(part: string, logs: string): { ratio: number; cpuRatio: number; rssMB: number; speed: number } {
  const ratios = Array.from({ length: REPEATS }, () => {
    const floor = measure('floor', logs)
    const measured = measure(part, logs)
    return {
      ratio: measured.seconds / floor.seconds,
      cpuRatio: measured.cpuSeconds / floor.seconds,
      rssMB: measured.rssMB,
      speed: measured.bytes / 1e6 / measured.seconds,
    }
  })
  return ratios.sort((a, b) => a.ratio - b.ratio)[Math.floor(REPEATS / 2)]!
}

function claudeLogs(name: string, count: number, bytes: number): string {
  const logs = join(folder, name)
  for (let i = 0; i < count; i++)
    writeClaudeSession(join(logs, `-repo-${i % 50}`, `${i.toString(16).padStart(8, '0')}-2222-4c1e-9d1a-aa0000000002.jsonl`), bytes, i)
  return logs
}

function codexLogs(name: string, count: number, bytes: number, compacted = 0): string {
  const logs = join(folder, name)
  for (let i = 0; i < count; i++)
    writeCodexRollout(join(logs, '2026', '03', '04', `rollout-2026-03-04T10-00-00-${codexIdOf(i)}.jsonl`), bytes, i, compacted)
  return logs
}

const table = (rows: (string | number)[][]) => rows.map(cells => `| ${cells.join(' | ')} |`).join('\n')
const times = (n: number) => `${n.toFixed(2)} ×`
const mb = (n: number) => `${Math.round(n)} MB`

function speed(): string {
  const size = isQuick ? 75 : 400
  const sets: [string, string][] = [
    [`Claude Code, ${size} sessions of 2 MB`, claudeLogs('claude', size, 2e6)],
    [`Codex, ${size} rollouts of 2 MB`, codexLogs('codex', size, 2e6)],
    ...(given < 0 ? [] : ([['logs given with `--logs`', process.argv[given + 1]!]] as [string, string][])),
  ]
  const lines = sets.flatMap(([name, logs]) =>
    (['rows', 'store'] as const).map(part => {
      const { ratio, cpuRatio, speed } = ratioOf(part, logs)
      return [
        name,
        part === 'rows' ? 'to rows, one thread' : 'to a Parquet store',
        times(ratio),
        times(cpuRatio),
        `${Math.round(speed)} MB/s`,
      ]
    }),
  )
  return table([
    ['Logs', 'Work', 'Time against the floor', 'CPU time against the floor', 'Speed'],
    ['---', '---', '---:', '---:', '---:'],
    ...lines,
  ])
}

function memory(): string {
  const unit = isQuick ? 4 : 25
  const corpora = [1, 4, 16].map(n => ['Claude Code', `${n * unit} sessions of 2 MB`, claudeLogs(`corpus-${n}`, n * unit, 2e6)] as const)
  const files = (isQuick ? [20e6] : [50e6, 200e6]).map(
    size => ['Claude Code', `one session of ${mb(size / 1e6)}`, claudeLogs(`file-${size}`, 1, size)] as const,
  )
  const compacted = isQuick ? 150e6 : 1.5e9
  const long = [
    'Codex',
    `one rollout of ${mb(compacted / 1e6)}, nine tenths compactions`,
    codexLogs('compacted', 1, compacted, 0.9),
  ] as const
  const lines = [...corpora, ...files, long].map(([agent, what, logs]) => {
    const { largestRowMB } = measure('largest', logs)
    return [agent, what, mb(largestRowMB), mb(measure('rows', logs).rssMB), mb(measure('store', logs).rssMB)]
  })
  return table([
    ['Logs', 'Size', 'Largest row', 'Peak memory, to rows', 'Peak memory, to a store'],
    ['---', '---', '---:', '---:', '---:'],
    ...lines,
  ])
}

/** A log that keeps growing: read whole, whole and leaving what it knows, and read on from there. */
function growing(): string {
  const size = isQuick ? 20e6 : 100e6
  const logs = claudeLogs('growing', 1, size)
  const log = join(logs, readdirSync(logs, { recursive: true, encoding: 'utf8' }).find(name => name.endsWith('.jsonl'))!)
  const store = mkdtempSync(join(folder, 'growing-'))
  const grow = () => appendFileSync(log, readFileSync(log, 'utf8').split('\n').slice(-7).join('\n'))
  const name = `a session of ${mb(size / 1e6)}`
  const lines = [`First ingest of ${name}`, 'It grew: read whole once more', 'It grew again: read on'].map((work, i) => {
    if (i > 0) grow()
    const { seconds, readMB } = measure('store', logs, store)
    return [work, `${seconds.toFixed(2)} s`, `${readMB < 10 ? readMB.toFixed(2) : Math.round(readMB)} MB`]
  })
  return table([['Work', 'Time', 'Read'], ['---', '---:', '---:'], ...lines])
}

function many(): string {
  const count = isQuick ? 5000 : 50_000
  const logs = claudeLogs('many', count, 2000)
  const store = mkdtempSync(join(folder, 'many-'))
  const config = join(store, 'preview.json')
  const source = { seed_type: 'agent_rollout', format: 'claude_code', path: logs }
  const column = { name: 'first', column_type: 'expression', expr: '{{ messages | first }}' }
  writeFileSync(config, JSON.stringify({ data_designer: { seed_config: { source }, columns: [column] } }))
  const preview = commandTime('preview', config, '-n', '3')
  const first = measure('store', logs, store)
  const { parsed } = measure('store', logs, store)
  const second = commandTime('ingest', logs, '-o', join(store, 'store'))
  const help = Array.from({ length: 5 }, () => commandTime('--help')).sort((a, b) => a - b)[2]!
  const name = `${count.toLocaleString('en-US')} sessions`
  return table([
    ['Work', 'Time', 'Logs parsed'],
    ['---', '---:', '---:'],
    [`First ingest of ${name} into a store`, `${first.seconds.toFixed(1)} s`, first.parsed],
    ['The same again, nothing changed', `${(second / 1000).toFixed(2)} s`, parsed],
    [`\`preview -n 3\` over ${name}`, `${(preview / 1000).toFixed(2)} s`, '–'],
    ['`tracewright --help`', `${Math.round(help)} ms`, '–'],
  ])
}

async function readSide(): Promise<string> {
  const lines = await benchReadSide(isQuick ? 200 : 2000, isQuick ? 128 : 512)
  return table([
    ['Work', 'Time', 'Peak memory', 'Limit of the engine', 'Temporary files'],
    ['---', '---:', '---:', '---:', '---:'],
    ...lines.map(({ work, time, peakMemory, limit, temporary }) => [work, time, peakMemory, limit, temporary]),
  ])
}

async function models(): Promise<string> {
  const lines = (await benchLLM()).map(({ name, measured, floor, ratio, target }) => [name, measured, floor, ratio.toPrecision(2), target])
  return table([['Work', 'Measured', 'Floor', 'Ratio', 'Target'], ['---', '---:', '---:', '---:', '---:'], ...lines])
}

/** The studio has its table in its own page. */
async function studio(): Promise<void> {
  const lines = await benchStudio(isQuick ? 5000 : 50_000)
  if (lines === null) return
  const content = table([
    ['What', 'Measured', 'At most'],
    ['---', '---:', '---:'],
    ...lines.map(({ what, measured, budget }) => [what, measured, budget]),
  ])
  const page = join(root, 'docs', 'studio.md')
  if (!process.argv.includes('--print')) writeFileSync(page, withBlock(readFileSync(page, 'utf8'), 'studio', content))
  console.log(content)
}

/** Milliseconds that a command takes, its start and its end included. */
function commandTime(...args: readonly string[]): number {
  const startedAt = performance.now()
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'bin', 'tracewright.mjs'), ...args], {
    maxBuffer: 1 << 24,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`tracewright ${args.join(' ')}: ${stderr}`)
  return performance.now() - startedAt
}

try {
  mkdirSync(folder, { recursive: true })
  await studio()
  if (process.argv.includes('--studio')) process.exit()
  const machine = `Node ${process.version}, ${availableParallelism()} cores, ${process.platform} ${process.arch}; ${isQuick ? 'quick' : 'full'} run.`
  const content = [
    machine,
    '### Speed',
    speed(),
    '### Memory',
    memory(),
    '### Many logs, and starting',
    many(),
    '### Logs that grow',
    growing(),
    '### Reading more than fits in memory',
    await readSide(),
    '### Models',
    await models(),
  ].join('\n\n')
  const page = join(root, 'docs', 'performance.md')
  if (!process.argv.includes('--print')) writeFileSync(page, withBlock(readFileSync(page, 'utf8'), 'bench', content))
  console.log(content)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
