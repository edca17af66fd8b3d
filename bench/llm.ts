import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Agent, request } from 'undici'
import { LLMTextColumnConfig } from '../src/column/llm-text.ts'
import { ModelConfig } from '../src/model/model-config.ts'
import { ModelProvider } from '../src/model/model-provider.ts'
import { DataDesignerConfigBuilder } from '../src/pipeline/config/builder.ts'
import { DataDesigner } from '../src/pipeline/data-designer.ts'
import type { SeedSource } from '../src/seed/seed.ts'

/** One figure: what was measured, the floor or ideal of the same run, and their ratio. */
export type BenchRow = { name: string; measured: string; floor: string; ratio: number; target: string }

const PROMPT = `${'Sum up what follows, in a sentence. '.repeat(30)}{{ n }}`

/** Cells a second, cost of a resume, memory: each against what the machine gave in the same run. */
export async function benchLLM(): Promise<BenchRow[]> {
  return [await withoutLatency(), await withLatency(), await resume(), await memory()]
}

async function withoutLatency(): Promise<BenchRow> {
  const [cells, concurrency] = [10_000, 64]
  return withServer(0, async endpoint => {
    await bareCalls(endpoint, 2000, concurrency)
    await makeCells(endpoint, 2000, concurrency)
    const floor = await bareCalls(endpoint, cells, concurrency)
    const measured = await makeCells(endpoint, cells, concurrency)
    return {
      name: `LLM cells, no latency, ${concurrency} at once`,
      measured: `${Math.round(measured)} cells/s`,
      floor: `${Math.round(floor)} bare undici calls/s`,
      ratio: measured / floor,
      target: '≥ 0.5',
    }
  })
}

async function withLatency(): Promise<BenchRow> {
  const [cells, concurrency, latency] = [25_600, 256, 200]
  return withServer(latency, async endpoint => {
    const floor = (concurrency * 1000) / latency
    const measured = await makeCells(endpoint, cells, concurrency)
    return {
      name: `LLM cells, ${latency} ms latency, ${concurrency} at once`,
      measured: `${Math.round(measured)} cells/s`,
      floor: `${floor} cells/s if nothing took time but the server`,
      ratio: measured / floor,
      target: '≥ 0.9',
    }
  })
}

/** Everything is kept: once the run is finished, and once its parts are gone and only the replies are left. */
async function resume(): Promise<BenchRow> {
  const cells = 10_000
  return withServer(0, endpoint =>
    inFolder(async path => {
      const first = await seconds(() => create(endpoint, { cells, concurrency: 64, path }))
      const done = await seconds(() => create(endpoint, { cells, concurrency: 64, path, resume: true }))
      const fromReplies = await seconds(() => create(endpoint, { cells, concurrency: 64, path, resume: true, extra: true }))
      return {
        name: `Resume of ${cells} cells, all done (config changed: ${fromReplies.toFixed(2)} s)`,
        measured: `${(done * 1000).toFixed(0)} ms`,
        floor: `${first.toFixed(2)} s to make them`,
        ratio: done / first,
        target: '≤ 0.05',
      }
    }),
  )
}

/** Peak memory of a process that makes 1,000 rows and of one that makes 100,000. */
async function memory(): Promise<BenchRow> {
  const [few, many] = [1000, 100_000]
  return withServer(0, async endpoint => {
    const [low, high] = [await peakOf(endpoint, few), await peakOf(endpoint, many)]
    return {
      name: `Peak memory, ${many} rows against ${few}`,
      measured: `${Math.round(high)} MB`,
      floor: `${Math.round(low)} MB`,
      ratio: high / low,
      target: '≤ 2',
    }
  })
}

async function bareCalls(endpoint: string, calls: number, concurrency: number): Promise<number> {
  const agent = new Agent({ connections: 1024 })
  let left = calls
  const ask = async () => {
    while (left-- > 0) {
      const body = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: PROMPT.replace('{{ n }}', `${left}`) }] })
      const response = await request(`${endpoint}/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
        dispatcher: agent,
      })
      await response.body.json()
    }
  }
  const took = await seconds(() => Promise.all(Array.from({ length: concurrency }, ask)))
  await agent.close()
  return calls / took
}

function makeCells(endpoint: string, cells: number, concurrency: number): Promise<number> {
  return inFolder(async path => cells / (await seconds(() => create(endpoint, { cells, concurrency, path }))))
}

type CreateRun = { cells: number; concurrency: number; path: string; resume?: boolean; extra?: boolean }

async function create(endpoint: string, { cells, concurrency, path, resume = false, extra = false }: CreateRun): Promise<void> {
  const inferenceParameters = { maxParallelRequests: concurrency }
  const builder = new DataDesignerConfigBuilder({
    modelConfigs: [new ModelConfig({ alias: 'm', model: 'm', inferenceParameters, skipHealthCheck: true })],
  })
    .withSeedDataset(countingSeed(cells))
    .addColumn(new LLMTextColumnConfig({ name: 'reply', modelAlias: 'm', prompt: PROMPT, extractReasoningContent: extra }))
  const designer = new DataDesigner({ seed: 1, modelProviders: [new ModelProvider({ name: 'here', endpoint })] })
  const { manifest } = await designer.create(builder, { numRecords: cells, path, resume })
  if (manifest.rows !== cells) throw new Error(`made ${manifest.rows} of ${cells} rows: ${manifest.reason}`)
}

/** Rows that are numbered, and nowhere in memory. */
function countingSeed(size: number): SeedSource {
  const open = async () => ({ columns: ['n'], size, place: 'numbers', read: async (n: number) => [{ row: { n } }], close: () => {} })
  return { seedType: 'numbers', columns: ['n'], open, toJSON: () => ({ seed_type: 'numbers', size }) }
}

async function peakOf(endpoint: string, rows: number): Promise<number> {
  const child = fork(import.meta.filename, ['peak', endpoint, String(rows)])
  return answerOf(child)
}

async function withServer<T>(latency: number, action: (endpoint: string) => Promise<T>): Promise<T> {
  const child = fork(join(import.meta.dirname, 'model-server.ts'), [String(latency)])
  try {
    return await action(`http://127.0.0.1:${await answerOf(child)}/v1`)
  } finally {
    child.disconnect()
  }
}

async function inFolder<T>(action: (path: string) => Promise<T>): Promise<T> {
  const path = mkdtempSync(join(tmpdir(), 'tracewright-bench-'))
  try {
    return await action(path)
  } finally {
    rmSync(path, { recursive: true, force: true })
  }
}

function answerOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('message', message => resolve(Number(message)))
    child.once('exit', code => reject(new Error(`the process ended with ${code} before it answered`)))
  })
}

async function seconds(action: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await action()
  return (performance.now() - start) / 1000
}

if (process.argv[2] === 'peak') {
  const rows = Number(process.argv[4])
  await inFolder(path => create(process.argv[3]!, { cells: rows, concurrency: 64, path }))
  process.send!(process.resourceUsage().maxRSS / 1024, () => process.exit())
} else if (process.argv[1] === import.meta.filename) console.table(await benchLLM())
