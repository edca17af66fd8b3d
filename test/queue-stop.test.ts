import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { startCli, startPrinted } from './cli-process.ts'
import { sleep, startModelServer } from './model-server.ts'
import { hasRedis, startRedis } from './queue-servers.ts'
import { contentOf, numbersIn, overFile } from './shard-scene.ts'

const clean: (() => unknown)[] = []
afterEach(async () => {
  for (const action of clean.splice(0).reverse()) await action()
})

describe.skipIf(!hasRedis)('a run in a queue that is stopped', () => {
  /** `holds`: questions that are not answered until the gate is open. */
  async function scene(holds = /^$/) {
    const cwd = mkdtempSync(join(tmpdir(), 'tracewright-queue-stop-'))
    clean.push(() => rmSync(cwd, { recursive: true, force: true }))
    const queue = await startRedis()
    clean.push(() => queue.close())
    const gate = Promise.withResolvers<void>()
    const server = await startModelServer(async ({ prompt }) => {
      await sleep(20)
      if (holds.test(prompt)) await gate.promise
      return `[${prompt}]`
    })
    clean.push(() => server.close())
    writeFileSync(join(cwd, 'config.json'), JSON.stringify(overFile(numbersIn(join(cwd, 'in'), 30)).toJSON()))
    writeFileSync(join(cwd, 'prices.json'), '{"m": {"input": 1, "output": 1}}')
    const flags = [
      '--name',
      'n',
      '--seed',
      '7',
      '--prices',
      'prices.json',
      '--max-cost',
      '5',
      '--provider',
      `here=${server.endpoint}`,
      '--yes',
    ]
    const args = ['create', 'config.json', '-o', 'my home', '--queue', queue.url, '--of', '6', ...flags]
    const worker = () => {
      const started = startCli(['work', queue.url, '--lock', '3'], cwd)
      clean.push(async () => {
        started.child.kill('SIGKILL')
        await started.output
      })
      return started
    }
    return { cwd, queue, server, args, flags, worker, gate }
  }

  it('says what is done and how to go on, takes back what nobody began, and is the single run in the end', async () => {
    // Rows of the first two shards are answered, whatever the time they take.
    const { cwd, args, flags, worker, gate } = await scene(/^Ask [12]\d$/)
    const whole = startCli(['create', 'config.json', '-o', 'whole', ...flags], cwd)
    const watching = startCli(args, cwd)
    const first = worker()
    while (!watching.stderr().includes('2 of 6 shards done')) await sleep(10)
    watching.child.kill('SIGINT')
    const { code, stdout, stderr } = await watching.output
    expect(code).toBe(130)
    expect(stderr).toContain('Stopping: shards that no worker has begun are taken back; press Ctrl-C again to stop at once')
    expect(stdout).toContain('Stopped: 2 of 6 shards done, 10 rows, in my home; workers finish the shards they have, and take no others\n')
    gate.resolve()
    expect((await whole.output).code).toBe(0)
    const [how, goOn] = ['How it stands: ', 'Go on: '].map(word =>
      stdout
        .split('\n')
        .find(line => line.startsWith(word))!
        .slice(word.length),
    )
    // What was taken back is begun by nobody: the worker has nothing more to do.
    first.child.kill('SIGINT')
    expect((await first.output).code).toBe(130)
    const { stdout: table } = await startPrinted(how!, cwd).output
    expect(table).toMatch(/[23] of 6 shards done/)
    for (const word of ['--max-cost 5', '--prices prices.json', '--provider here=', '--of 6', '--queue redis://', '--seed 7', '--name n'])
      expect(goOn).toContain(word)
    const again = startPrinted(goOn!, cwd)
    worker()
    const ended = await again.output
    expect(ended.code, ended.stderr).toBe(0)
    expect(ended.stdout).toContain('30 rows, 0 failures')
    expect((await contentOf(join(cwd, 'my home'))).rows).toEqual((await contentOf(join(cwd, 'whole'))).rows)
  }, 120_000)

  it('is left at once where its queue does not answer and Ctrl-C is pressed twice', async () => {
    const { cwd, queue, args } = await scene()
    const watching = startCli(args, cwd)
    while (!watching.stderr().includes('0 of 6 shards done')) await sleep(10)
    await queue.kill()
    watching.child.kill('SIGINT')
    while (!watching.stderr().includes('press Ctrl-C again') && watching.child.exitCode === null) await sleep(10)
    watching.child.kill('SIGINT')
    const { code, stderr } = await watching.output
    // Whether the queue is missed before the second signal is up to chance: in both cases it ends, and says why or how to go on.
    expect(code === 130 || code === 1).toBe(true)
    if (code === 130) expect(stderr).toMatch(/Go on: tracewright create config\.json .*--queue/)
  }, 60_000)

  it('a worker ends at once when it is asked twice, and its shard goes to others', async () => {
    const { cwd, args, server, worker } = await scene()
    const watching = startCli(args, cwd)
    const asked = worker()
    while (server.calls() < 30) await sleep(5)
    asked.child.kill('SIGINT')
    while (!asked.stderr().includes('press Ctrl-C again')) await sleep(2)
    asked.child.kill('SIGINT')
    expect((await asked.output).code).toBe(130)
    worker()
    const { code, stderr } = await watching.output
    expect(code, stderr).toBe(0)
    expect(stderr).not.toContain('failed after')
  }, 120_000)
})
