// What shards of logs cost and how they scale: CPU and time a shard over one ingest, and MB per second with 1, 2 and 4 processes, merge apart.
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { ingestShard, ingestToStore, mergeIngest, planIngest } from '../dist/index.js'
import { codexIdOf, writeClaudeSession, writeCodexRollout } from './generate.ts'

const LOGS = Number(process.argv[2] ?? 400)
const LOG_BYTES = 400_000
const SHARDS = 16
const cli = join(import.meta.dirname, '..', 'bin', 'tracewright.mjs')
const folder = mkdtempSync(join(tmpdir(), 'tracewright-bench-ingest-shards-'))
const logs = join(folder, 'logs')
for (let i = 0; i < LOGS; i++)
  i % 2 === 0
    ? writeClaudeSession(
        join(logs, `-repo-${i % 20}`, `${i.toString(16).padStart(8, '0')}-2222-4c1e-9d1a-aa0000000002.jsonl`),
        LOG_BYTES,
        i,
      )
    : writeCodexRollout(join(logs, '2026', `${i % 20}`, `rollout-2026-03-04T10-00-00-${codexIdOf(i)}.jsonl`), LOG_BYTES, i)
const files = readdirSync(logs, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
const megabytes = files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0) / 1e6

/** Seconds, and seconds of CPU of this process, that something takes. */
async function measured(action: () => Promise<unknown>): Promise<{ seconds: number; cpu: number }> {
  const [start, before] = [performance.now(), process.cpuUsage()]
  await action()
  const { user, system } = process.cpuUsage(before)
  return { seconds: (performance.now() - start) / 1000, cpu: (user + system) / 1e6 }
}

/** Logs in shards, in one thread of this process; the merge apart. */
async function sharded(of: number) {
  const home = join(folder, `shards-${of}`)
  const plan = await measured(() => planIngest({ format: 'auto', path: logs, home, of }))
  const parse = await measured(async () => {
    for (let shard = 0; shard < of; shard++) await ingestShard(home, shard, { workers: 1 })
  })
  return { plan, parse, merge: await measured(() => mergeIngest(home)) }
}

const whole = (name: string) => ingestToStore({ format: 'auto', path: logs, folder: join(folder, name), workers: 1 })
await whole('warm')
const alone = await measured(() => whole('whole'))
const few = await sharded(4)
const many = await sharded(104)
const overhead = { cpu_ms: (many.parse.cpu - few.parse.cpu) * 10, wall_ms: (many.parse.seconds - few.parse.seconds) * 10 }

const scaling: { processes: number; mb_per_second: number }[] = []
for (const processes of [1, 2, 4]) {
  const home = join(folder, `scale-${processes}`)
  await planIngest({ format: 'auto', path: logs, home, of: SHARDS })
  const make = (task: number) => {
    const args = [cli, 'ingest', '-o', home, '--shard', `${task}/${processes}`, '--of', `${SHARDS}`, '--workers', '1']
    return new Promise(resolve => spawn(process.execPath, args, { stdio: 'ignore' }).once('close', resolve))
  }
  const { seconds } = await measured(() => Promise.all(Array.from({ length: processes }, (_, task) => make(task))))
  scaling.push({ processes, mb_per_second: megabytes / seconds })
}
rmSync(folder, { recursive: true, force: true })
console.log(JSON.stringify({ logs: LOGS, megabytes, alone, few, many, overhead, scaling, load: loadavg()[0] }, null, 2))
