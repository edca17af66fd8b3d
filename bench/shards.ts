// What shards cost and how they scale: CPU and time a shard over a run of one process, and cells per second with 1, 2 and 4 workers.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  DataDesigner,
  DataDesignerConfigBuilder,
  LLMTextColumnConfig,
  LocalFileSeedSource,
  ModelConfig,
  ModelProvider,
  mergeShards,
  openShards,
  planShards,
} from '../dist/index.js'

const ROWS = Number(process.argv[2] ?? 1600)
const LATENCY_MS = 100
const PARALLEL = 16
const cli = join(import.meta.dirname, '..', 'bin', 'tracewright.mjs')
const folder = mkdtempSync(join(tmpdir(), 'tracewright-bench-shards-'))

/** A server that takes its time and counts. */
let latency = 0
const server = createServer((request, response) => {
  request.resume().on('end', () =>
    setTimeout(() => {
      const message = { role: 'assistant', content: 'An answer' }
      const body = { choices: [{ index: 0, finish_reason: 'stop', message }], usage: { prompt_tokens: 10, completion_tokens: 5 } }
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }, latency),
  )
}).listen(0, '127.0.0.1')
await new Promise(resolve => server.once('listening', resolve))
const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
const modelProviders = [new ModelProvider({ name: 'here', endpoint })]
const seed = join(folder, 'rows.jsonl')
writeFileSync(seed, Array.from({ length: ROWS }, (_, n) => `{"n":${n}}\n`).join(''))
const builder = new DataDesignerConfigBuilder({
  modelConfigs: [new ModelConfig({ alias: 'm', model: 'm', provider: 'here', inferenceParameters: { maxParallelRequests: PARALLEL } })],
})
  .withSeedDataset(new LocalFileSeedSource({ path: seed }))
  .addColumn(new LLMTextColumnConfig({ name: 'a', modelAlias: 'm', prompt: 'Say {{ n }}' }))
writeFileSync(join(folder, 'config.json'), JSON.stringify(builder.toJSON()))

/** Seconds, and seconds of CPU of this process, that something takes. */
async function measured(action: () => Promise<unknown>): Promise<{ seconds: number; cpu: number }> {
  const [start, before] = [performance.now(), process.cpuUsage()]
  await action()
  const { user, system } = process.cpuUsage(before)
  return { seconds: (performance.now() - start) / 1000, cpu: (user + system) / 1e6 }
}

/** A run in shards, in this process. */
async function sharded(of: number): Promise<void> {
  const home = join(folder, `shards-${of}`)
  await planShards(builder, { home, of, seed: 1, modelProviders })
  const { run } = await openShards(home)
  for (let shard = 0; shard < of; shard++) await run(shard)
  await mergeShards(home)
}

const whole = () => new DataDesigner({ seed: 1, modelProviders }).create(builder, { path: join(folder, `whole-${Math.random()}`) })
await measured(whole)
const alone = await measured(whole)
const few = await measured(() => sharded(4))
const many = await measured(() => sharded(104))
const overhead = { cpu_ms: ((many.cpu - few.cpu) / 100) * 1000, wall_ms: ((many.seconds - few.seconds) / 100) * 1000 }

latency = LATENCY_MS
const scaling: { workers: number; cells_per_second: number; ideal: number }[] = []
for (const workers of [1, 2, 4]) {
  const home = join(folder, `scale-${workers}`)
  await planShards(builder, { home, of: 16, seed: 1, modelProviders })
  const { seconds } = await measured(() =>
    Promise.all(
      Array.from(
        { length: workers },
        (_, worker) =>
          new Promise(resolve =>
            spawn(process.execPath, [cli, 'create', '-o', home, '--shard', `${worker}/${workers}`, '--of', '16'], { stdio: 'ignore' }).once(
              'close',
              resolve,
            ),
          ),
      ),
    ),
  )
  scaling.push({ workers, cells_per_second: ROWS / seconds, ideal: (workers * PARALLEL * 1000) / LATENCY_MS })
}
server.closeAllConnections()
server.close()
rmSync(folder, { recursive: true, force: true })
console.log(JSON.stringify({ rows: ROWS, alone, few, many, overhead, scaling, load: loadavg()[0] }, null, 2))
