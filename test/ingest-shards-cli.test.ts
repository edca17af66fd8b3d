import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { codexIdOf, writeClaudeSession, writeCodexRollout } from '../bench/generate.ts'
import { ingestShards, planIngestAs } from '../src/cli/ingest/ingest-shards.ts'
import { startCli } from './cli-process.ts'
import { sleep } from './model-server.ts'
import { cli } from './shard-scene.ts'

const SHARDS = 3
let cwd = ''
afterEach(() => rmSync(cwd, { recursive: true, force: true }))

/** Logs of two agents, the second half copies of the first. */
function scene(): void {
  cwd = mkdtempSync(join(tmpdir(), 'tracewright-ingest-cli-'))
  for (let i = 0; i < 24; i++) {
    const n = i % 12
    writeClaudeSession(join(cwd, 'logs', `-repo-${i}`, `${n.toString(16).padStart(8, '0')}-2222-4c1e-9d1a-aa0000000002.jsonl`), 60_000, n)
    writeCodexRollout(join(cwd, 'logs', `2026-${i}`, `rollout-2026-03-04T10-00-00-${codexIdOf(n)}.jsonl`), 60_000, n)
  }
}

const rowsIn = (store: string) => cli(['query', store, 'select * from rows order by trace_id', '--json'], cwd)
const reportOf = (path: string) => {
  const { store: _store, ...report } = JSON.parse(readFileSync(join(cwd, path), 'utf8'))
  return report
}

it('shards of logs whose processes are killed are read again, and the store is the one that one ingest makes', async () => {
  scene()
  await cli(['ingest', 'logs', '-o', 'whole', '--report', 'whole.json', '-q'], cwd)
  expect(await cli(['ingest', 'logs', '-o', 'home', '--plan', '--of', `${SHARDS}`], cwd)).toContain(`${SHARDS} shards of 48 logs`)
  let kills = 0
  for (let shard = 0; shard < SHARDS; shard++) {
    const doomed = startCli(['ingest', '-o', 'home', '--shard', `${shard}/${SHARDS}`], cwd)
    let isOver = false
    void doomed.output.then(() => (isOver = true))
    while (!isOver && !doomed.stderr().includes(`Shard ${shard} started`)) await sleep(1)
    if (!isOver) kills++
    doomed.child.kill('SIGKILL')
    await doomed.output
    const begun = readdirSync(join(cwd, 'home', 'shards')).includes(`0000${shard}`)
    expect(begun).toBe(true)
    await cli(['ingest', '-o', 'home', '--shard', `auto/2`, '--of', `${SHARDS}`], cwd, 0, { JOB_COMPLETION_INDEX: `${shard % 2}` })
  }
  expect(kills).toBeGreaterThan(0)
  expect(await cli(['status', 'home'], cwd)).toContain(`${SHARDS} of ${SHARDS} shards done`)
  // A merge that is killed leaves no store, and nothing in the way of the next.
  const merging = startCli(['merge', 'home'], cwd)
  let isMerged = false
  void merging.output.then(() => (isMerged = true))
  while (!isMerged && !readdirSync(join(cwd, 'home', 'shards')).some(name => name.startsWith('merging-'))) await sleep(1)
  merging.child.kill('SIGKILL')
  await merging.output
  const said = await cli(['merge', 'home', '--clean', '--report', 'merged.json'], cwd)
  expect(said).toMatch(/36 rows from 48 logs|merged before/)
  expect(await rowsIn('home')).toBe(await rowsIn('whole'))
  if (!said.includes('merged before')) expect(reportOf('merged.json')).toEqual(reportOf('whole.json'))
  expect(readdirSync(join(cwd, 'home', 'shards')).filter(name => name.startsWith('merging-'))).toEqual([])
  expect(await cli(['ingest', 'logs', '-o', 'home'], cwd)).toContain('Nothing new to read')
}, 120_000)

it('what a plan says for all shards, and what shards cannot do, is refused by name', async () => {
  scene()
  const [home, logs] = [join(cwd, 'home'), join(cwd, 'logs')]
  const flags = { output: home, format: 'auto', recursive: true, branches: 'active', context: 'recorded', quiet: true } as const
  await expect(planIngestAs(logs, flags)).rejects.toThrow('--of N')
  await expect(planIngestAs(logs, { ...flags, of: 2, watch: true })).rejects.toThrow('Cannot use --watch with --plan')
  await planIngestAs(logs, { ...flags, of: 2 })
  await expect(ingestShards(logs, { ...flags, shard: '0/2' }, '')).rejects.toThrow('the plan says which logs')
  await expect(ingestShards(null, { ...flags, shard: '0/3' }, '')).rejects.toThrow('has 2')
  await expect(ingestShards(null, { ...flags, shard: '2/2' }, '')).rejects.toThrow('task 2 is none of 2')
  await expect(ingestShards(null, { ...flags, shard: '0/2', agent: 'codex' }, '')).rejects.toThrow('what selects sessions with --shard')
  await expect(ingestShards(null, { ...flags, shard: '0/2', report: 'r.json' }, '')).rejects.toThrow('Cannot use --report with --shard')
  await expect(ingestShards(null, { ...flags, shard: '0/2', output: logs }, '')).rejects.toThrow('no plan of an ingest is there')
  expect(await cli(['merge', 'home'], cwd, 3)).toContain('2 shards missing: 0, 1')
  expect(await cli(['create', '-o', 'home', '--shard', '0/2'], cwd, 2)).toContain('no plan is there')
}, 60_000)
