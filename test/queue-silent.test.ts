import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { ExpressionColumnConfig } from '../src/column/expression.ts'
import { DataDesignerConfigBuilder } from '../src/pipeline/config/builder.ts'
import { openShards } from '../src/pipeline/shard/open-shards.ts'
import { planShards } from '../src/pipeline/shard/plan-shards.ts'
import { openQueue } from '../src/queue/open-queue.ts'
import { type QueuedShard, ShardHandedBack } from '../src/queue/queue.ts'
import { watchRun } from '../src/queue/watch-run.ts'
import { work } from '../src/queue/work.ts'
import { hasRedis, startProxy, startRedis } from './queue-servers.ts'

const clean: (() => unknown)[] = []
afterEach(async () => {
  for (const action of clean.splice(0).reverse()) await action()
})

const TERMS = { patienceMs: 300, attempts: 1 }

describe.skipIf(!hasRedis)('a queue whose server', () => {
  /** A planned run of three shards, and a server of jobs behind a way that can be cut. */
  async function scene() {
    const home = join(mkdtempSync(join(tmpdir(), 'tracewright-silent-')), 'home')
    clean.push(() => rmSync(join(home, '..'), { recursive: true, force: true }))
    const redis = await startRedis()
    clean.push(() => redis.close())
    const proxy = await startProxy(redis.url)
    clean.push(() => proxy.close())
    const builder = new DataDesignerConfigBuilder().addColumn(new ExpressionColumnConfig({ name: 'x', expr: '{{ 1 }}' }))
    const frozen = await planShards(builder, { home, of: 3, numRecords: 3, seed: 7 })
    const stop = new AbortController()
    const troubles: string[] = []
    const options = { stop: stop.signal, terms: TERMS, everyMs: 20, onTrouble: (message: string) => void troubles.push(message) }
    return { home, redis, proxy, frozen, stop, options, troubles }
  }

  it('falls silent keeps nobody from seeing that all is done', async () => {
    const { home, proxy, frozen, options, troubles } = await scene()
    const watched = watchRun(proxy.url, home, frozen, options)
    await vi.waitUntil(async () => {
      await using queue = await openQueue(proxy.url)
      return (await queue.size()) === 3
    }, 10_000)
    proxy.cut(true)
    await vi.waitUntil(() => troubles.length > 0, 10_000)
    const shards = await openShards(home)
    for (const shard of [0, 1, 2]) await shards.run(shard)
    expect(await watched).toMatchObject({ failed: [], progress: { done: 3, of: 3 } })
    expect(new Set(troubles)).toEqual(new Set(['it has not answered for 0.3 s']))
  })

  it('never answered lets go of whoever stops', async () => {
    const { home, proxy, frozen, stop, options, troubles } = await scene()
    proxy.cut(true)
    const watched = watchRun(proxy.url, home, frozen, options)
    await vi.waitUntil(() => troubles.length > 0, 10_000)
    stop.abort()
    expect(await watched).toMatchObject({ progress: { done: 0 } })
  })

  it('falls silent lets go of a worker that hands its shard back', async () => {
    const { home, proxy, frozen } = await scene()
    const queue = await openQueue(proxy.url, TERMS)
    await queue.submit([{ home, plan: frozen.hash, shard: 0 }])
    const [begun, stopped] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const worker = await queue.work(
      async () => {
        begun.resolve()
        await stopped.promise
        throw new ShardHandedBack('stopped')
      },
      () => {},
    )
    await begun.promise
    proxy.cut(true)
    stopped.resolve()
    await worker[Symbol.asyncDispose]()
    await queue[Symbol.asyncDispose]()
  })

  it('holds strange jobs costs those alone', async () => {
    const { home, redis, frozen, stop, options } = await scene()
    const strange = [null, 5, 'x', [], {}, { home: 1 }, { home, plan: frozen.hash, shard: '0' }, { home, plan: frozen.hash, shard: -1 }]
    const words = { home, plan: '__proto__', shard: 1e300 }
    const { Queue } = await import('bullmq')
    const { hostname: host, port } = new URL(redis.url)
    const raw = new Queue('tracewright-shards', { connection: { host, port: Number(port) } })
    clean.push(() => raw.close())
    await raw.addBulk(
      [...strange, words].map((data, i) => ({ name: 'odd\u001b[2J', data: data as never, opts: { jobId: `odd-${i}`, attempts: 3 } })),
    )
    const begun: QueuedShard[] = []
    const working = work(redis.url, { stop: stop.signal, terms: TERMS, onShard: shard => void begun.push(shard) })
    expect(await watchRun(redis.url, home, frozen, options)).toMatchObject({ failed: [], progress: { done: 3 } })
    await vi.waitUntil(async () => (await raw.getFailedCount()) === strange.length + 1, 10_000)
    stop.abort()
    await working
    // One that was just done may be put into the queue again, and is found to be done.
    expect(new Set(begun.map(({ shard }) => shard))).toEqual(new Set([-1, 0, 1, 2]))
    const failed = await raw.getFailed()
    expect(failed.filter(job => job.attemptsMade > 1).map(({ id }) => id)).toEqual([])
    expect(failed.find(({ id }) => id === 'odd-0')!.failedReason).toBe(
      "Found job 'odd-0' that is no shard, expected its home, its plan and its number",
    )
  })
})
