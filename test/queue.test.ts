import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { ModelProvider } from '../src/model/model-provider.ts'
import { DataDesigner } from '../src/pipeline/data-designer.ts'
import { openQueue } from '../src/queue/open-queue.ts'
import * as queues from '../src/queue/queues.ts'
import { type CliProcess, startCli } from './cli-process.ts'
import { sleep, startModelServer } from './model-server.ts'
import { hasRedis, postgresPrograms, type QueueServer, startPostgres, startProxy, startRedis } from './queue-servers.ts'
import { contentOf, numbersIn, overFile } from './shard-scene.ts'

const ROWS = 60
const SHARDS = 6
const clean: (() => unknown)[] = []
afterEach(async () => {
  for (const action of clean.splice(0).reverse()) await action()
})

/** A queue, a model server, what one process makes, and a run that is handed to the queue. */
async function scene(queue: QueueServer, latency: number, refuses: RegExp = /^$/, shards = SHARDS) {
  clean.push(() => queue.close())
  const cwd = mkdtempSync(join(tmpdir(), 'tracewright-queue-'))
  clean.push(() => rmSync(cwd, { recursive: true, force: true }))
  let wait = 0
  const server = await startModelServer(async ({ prompt, response }) => {
    await sleep(wait)
    return refuses.test(prompt) ? void response.writeHead(400).end('{"error":{"message":"never"}}') : `[${prompt}]`
  })
  clean.push(() => server.close())
  const builder = overFile(numbersIn(join(cwd, 'in'), ROWS))
  const modelProviders = [new ModelProvider({ name: 'here', endpoint: server.endpoint })]
  await new DataDesigner({ seed: 7, modelProviders }).create(builder, { path: join(cwd, 'whole'), errorRate: null })
  for (const counts of [server.asked, server.served]) counts.clear()
  server.health = 0
  wait = latency
  writeFileSync(join(cwd, 'config.json'), JSON.stringify(builder.toJSON()))
  const provider = `here=${server.endpoint}`
  const args = [
    'create',
    'config.json',
    '-o',
    'home',
    '--queue',
    queue.url,
    '--of',
    `${shards}`,
    '--seed',
    '7',
    '--provider',
    provider,
    '--yes',
  ]
  const worker = (url = queue.url, more: string[] = []) => {
    const started = startCli(['work', url, '--lock', '3', ...more], cwd)
    clean.push(async () => {
      started.child.kill('SIGKILL')
      await started.output
    })
    return started
  }
  return {
    cwd,
    server,
    worker,
    queue: queue.url,
    run: (config = 'config.json') => startCli(args.with(1, config), cwd),
    whole: () => contentOf(join(cwd, 'whole')),
    made: () => contentOf(join(cwd, 'home')),
  }
}

/** Calls that were made for a question that had been asked before. */
const askedAgain = ({ asked }: { asked: ReadonlyMap<string, number> }) => [...asked.values()].reduce((sum, n) => sum + n - 1, 0)

/** Questions of one shard, each of which may be asked again where two workers have it at once: two a row. */
const OF_A_SHARD = (2 * ROWS) / SHARDS

/** Resolves when a worker has said for the nth time that a shard is started; false where it is over before. */
async function started({ stderr, output }: CliProcess, times = 1): Promise<boolean> {
  let isOver = false
  void output.then(() => (isOver = true))
  while (!isOver && stderr().split(' started').length <= times) await sleep(5)
  return !isOver
}

it('every kind of queue is told by its URL, and what is none is refused', async () => {
  for (const queue of Object.values(queues)) expect(Object.values(queues).filter(({ matches }) => matches(queue.example))).toEqual([queue])
  await expect(openQueue('amqp://127.0.0.1')).rejects.toThrow("Cannot open a queue: expected 'postgres://")
})

describe.skipIf(!hasRedis)('over Redis (needs redis-server: apt-get install redis-server)', () => {
  it('workers that are killed lose their shards to others, and the union is the single run', async () => {
    const { server, worker, run, whole, made, queue } = await scene(await startRedis(), 20)
    const whole_ = await whole()
    const planned = run()
    let kills = 0
    for (; kills < 3; kills++) {
      const doomed = worker()
      if (!(await started(doomed))) break
      const questions = server.calls()
      while (server.calls() < questions + 3) await sleep(5)
      doomed.child.kill('SIGKILL')
    }
    worker()
    const shown = worker(queue, ['--board', '0'])
    const { code, stdout, stderr } = await planned.output
    expect(code, stderr).toBe(0)
    expect(shown.stderr()).toMatch(/Dashboard: http:\/\/127\.0\.0\.1:\d+/)
    expect(stdout).toContain(`${ROWS} rows, 0 failures`)
    expect(await made()).toEqual(whole_)
    expect(kills).toBe(3)
    // A death costs the calls that were under way: four at a time.
    expect(askedAgain(server)).toBeLessThanOrEqual(4 * kills)
    expect(server.health).toBe(1)
  }, 120_000)

  it('a worker that freezes past its lock loses its shard, and changes nothing when it wakes up', async () => {
    const { server, worker, run, whole, made } = await scene(await startRedis(), 40)
    const planned = run()
    const frozen = worker()
    expect(await started(frozen)).toBe(true)
    frozen.child.kill('SIGSTOP')
    worker()
    expect((await planned.output).code).toBe(0)
    frozen.child.kill('SIGCONT')
    frozen.child.kill('SIGTERM')
    const { stdout, stderr } = await frozen.output
    const shard = /Shard (\d+) of .* started/.exec(stderr)![1]
    // Where it was frozen decides what it finds: that it lost the race, that it was told to stop, or that all was done.
    expect(stdout).toMatch(new RegExp(`Shard ${shard}: (?:another finished it first|stopped|done before)`))
    expect(stdout).not.toMatch(new RegExp(`Shard ${shard}: done,`))
    expect(await made()).toEqual(await whole())
    // Those under way when it froze, and those it began before it knew.
    expect(askedAgain(server)).toBeLessThanOrEqual(8)
    expect(server.health).toBe(1)
  }, 120_000)

  it('a worker that is cut off from the queue costs nothing but time', async () => {
    const { server, queue, worker, run, whole, made } = await scene(await startRedis(), 40)
    const proxy = await startProxy(queue)
    clean.push(() => proxy.close())
    const planned = run()
    const cutOff = worker(proxy.url)
    expect(await started(cutOff)).toBe(true)
    proxy.cut(true)
    worker()
    expect((await planned.output).code).toBe(0)
    expect(await made()).toEqual(await whole())
    proxy.cut(false)
    cutOff.child.kill('SIGTERM')
    expect((await cutOff.output).code).toBe(130)
    expect(askedAgain(server)).toBeLessThanOrEqual(OF_A_SHARD)
  }, 120_000)

  it('Redis may die and lose everything: what is missing is submitted again', async () => {
    const redis = await startRedis()
    const { worker, run, whole, made, server } = await scene(redis, 30)
    const planned = run()
    const first = worker()
    await started(first, 2)
    await redis.kill()
    await sleep(200)
    await redis.again()
    const { Redis } = await import('ioredis')
    const client = new Redis(redis.url)
    await client.flushall()
    client.disconnect()
    worker()
    expect((await planned.output).code).toBe(0)
    expect(await made()).toEqual(await whole())
    expect(server.health).toBe(1)
    // The shard that was under way is no longer anybody's, and may be made twice.
    expect(askedAgain(server)).toBeLessThanOrEqual(OF_A_SHARD)
  }, 120_000)

  it('a shard that kills whoever works at it is given up, and the others are made', async () => {
    const { cwd, run, queue } = await scene(await startRedis(), 0)
    writeFileSync(
      join(cwd, 'poisoned.mjs'),
      `import { CustomColumnConfig, customColumnGenerator, loadConfig } from 'tracewright'
const bite = customColumnGenerator({ requiredColumns: ['n'] }, row => {
  if (row.n === 25) process.kill(process.pid, 'SIGKILL')
  return { ...row, bitten: false }
})
export const configBuilder = (await loadConfig('config.json')).addColumn(new CustomColumnConfig({ name: 'bitten', generatorFunction: bite }))
`,
    )
    // Whoever dies is replaced, as a scheduler would.
    const over = new AbortController()
    const replacing = Promise.all(
      [0, 1].map(async () => {
        while (!over.signal.aborted) {
          const { child, output } = startCli(['work', queue, '--lock', '2', '--lost', '1', '--config', 'poisoned.mjs'], cwd)
          const end = () => void child.kill('SIGKILL')
          over.signal.addEventListener('abort', end)
          await output
          over.signal.removeEventListener('abort', end)
        }
      }),
    )
    clean.push(() => replacing)
    clean.push(() => over.abort())
    // On a busy machine others may be silent for too long, too: those are made when the run is submitted again.
    for (let tries = 1; ; tries++) {
      const { code, stderr } = await run('poisoned.mjs').output
      expect(code).toBe(3)
      expect(stderr).toMatch(/Shard 2 failed after \d starts: .*stalled more than allowable limit/)
      if (tries < 4 && !stderr.includes('1 shard missing')) continue
      expect(stderr).toContain('Not merged: 1 shard missing: 2')
      break
    }
  }, 180_000)

  it('a shard that fails whatever is tried is given up with its cause, and the others are made', async () => {
    const { worker, run } = await scene(await startRedis(), 0, /Ask [12]?[0-9]$/, 2)
    const planned = run()
    worker()
    const { code, stderr } = await planned.output
    expect(code).toBe(3)
    expect(stderr).toContain('Shard 0 failed after 3 starts: ')
    expect(stderr).toContain('of the last 20 rows failed')
    expect(stderr).toMatch(/1 of 2 shards done[\s\S]*Not merged: 1 shard missing: 0/)
  }, 120_000)
})

describe.skipIf(postgresPrograms === null)('over PostgreSQL (needs postgres: apt-get install postgresql)', () => {
  it('workers that are killed lose their shards to others, and the union is the single run', async () => {
    const { worker, run, whole, made, server } = await scene(await startPostgres(), 20)
    const planned = run()
    const doomed = worker()
    expect(await started(doomed)).toBe(true)
    doomed.child.kill('SIGKILL')
    worker()
    const { code, stderr } = await planned.output
    expect(code, stderr).toBe(0)
    expect(await made()).toEqual(await whole())
    expect(askedAgain(server)).toBeLessThanOrEqual(4)
  }, 120_000)
})
