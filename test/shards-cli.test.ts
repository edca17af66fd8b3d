import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { ModelProvider } from '../src/model/model-provider.ts'
import { DataDesigner } from '../src/pipeline/data-designer.ts'
import { MAIN, startCli } from './cli-process.ts'
import { type ModelServer, sleep, startModelServer } from './model-server.ts'
import { cli, contentOf, numbersIn, overFile } from './shard-scene.ts'

const ROWS = 40
const SHARDS = 4
const clean: (() => unknown)[] = []
afterEach(async () => {
  for (const action of clean.splice(0).reverse()) await action()
})

/** A config in a file, a server, what one process makes of them, and a plan in `home`. */
async function scene(latency: number) {
  const cwd = mkdtempSync(join(tmpdir(), 'tracewright-shards-'))
  clean.push(() => rmSync(cwd, { recursive: true, force: true }))
  let wait = 0
  const server = await startModelServer(async ({ prompt, response }) => {
    await sleep(wait)
    return prompt === 'Ask 5' ? void response.writeHead(400).end('{"error":{"message":"no"}}') : `[${prompt}]`
  })
  clean.push(() => server.close())
  const builder = overFile(numbersIn(join(cwd, 'in'), ROWS))
  const modelProviders = [new ModelProvider({ name: 'here', endpoint: server.endpoint })]
  await new DataDesigner({ seed: 7, modelProviders }).create(builder, { path: join(cwd, 'whole') })
  const whole = await contentOf(join(cwd, 'whole'))
  for (const counts of [server.asked, server.served]) counts.clear()
  server.health = 0
  wait = latency
  writeFileSync(join(cwd, 'config.json'), JSON.stringify(builder.toJSON()))
  const plan = [
    'plan',
    'config.json',
    '-o',
    'home',
    '--of',
    `${SHARDS}`,
    '--seed',
    '7',
    '--part-rows',
    '5',
    '--provider',
    `here=${server.endpoint}`,
  ]
  await cli(plan, cwd)
  return { cwd, server, whole, home: join(cwd, 'home') }
}

/** Questions to which an attempt at a shard of a home has the reply on disk. */
function kept(home: string): Set<string> {
  const shards = readdirSync(join(home, 'shards')).filter(name => /^\d+$/.test(name))
  const logs = shards.flatMap(shard =>
    readdirSync(join(home, 'shards', shard)).map(name => join(home, 'shards', shard, name, 'cells', 'replies.jsonl')),
  )
  const lines = logs.filter(existsSync).flatMap(path => readFileSync(path, 'utf8').split('\n').slice(0, -1))
  return new Set(lines.flatMap(line => (JSON.parse(line).key === null ? [] : [JSON.parse(line).reply.text.slice(1, -1)])))
}

const questions = (server: ModelServer) => [...server.asked.values()].reduce((sum, n) => sum + n, 0)

it('shards whose processes are killed are made again, no reply on disk is paid twice, and the union is the single run', async () => {
  const { cwd, server, whole, home } = await scene(15)
  let kills = 0
  for (let shard = 0; shard < SHARDS; shard++)
    for (let attempt = 0; ; attempt++) {
      const before = new Map(server.asked)
      const paid = kept(home)
      const { child, output, stderr } = startCli(['create', '-o', 'home', '--shard', `${shard}/${SHARDS}`], cwd)
      const isOver = { value: false }
      void output.then(() => (isOver.value = true))
      while (!isOver.value && !stderr().includes(`Shard ${shard} started`)) await sleep(2)
      const limit = questions(server) + 3 + 2 * attempt
      while (!isOver.value && questions(server) < limit) await sleep(2)
      if (attempt < 2 && !isOver.value) {
        child.kill('SIGKILL')
        kills++
      }
      const { code, stderr: said } = await output
      await sleep(40) // what was under way arrives at the server
      for (const question of paid) expect(server.asked.get(question) ?? 0).toBe(before.get(question) ?? 0)
      if (code === 0) break
      expect(code, said).toBe(null)
    }
  expect(kills).toBeGreaterThan(SHARDS)
  const missing = await cli(['status', 'home'], cwd)
  expect(missing).toContain(`${SHARDS} of ${SHARDS} shards done`)
  expect(await cli(['merge', 'home'], cwd)).toContain(`${ROWS - 1} rows, 1 failure`)
  expect(await contentOf(home)).toEqual(whole)
  // Each kill costs no more than the calls that were under way: four at a time.
  expect([...server.asked.values()].filter(n => n > 1).length).toBeLessThanOrEqual(4 * kills)
  expect(server.health).toBe(1)
}, 120_000)

it('tasks of schedulers find their shards, in any order and any number of times; merge says what is missing', async () => {
  const { cwd, server, whole, home } = await scene(0)
  const task = (environment: { [name: string]: string }, tasks: number, code = 0) =>
    cli(['create', '-o', 'home', '--shard', `auto/${tasks}`, '--of', `${SHARDS}`], cwd, code, environment)
  expect(await task({ SLURM_ARRAY_TASK_ID: '3', SLURM_ARRAY_TASK_MIN: '2' }, 3)).toContain('Shard 1: done')
  expect(await cli(['merge', 'home'], cwd, 3)).toContain('3 shards missing: 0, 2, 3')
  expect(await task({ JOB_COMPLETION_INDEX: '0' }, 3)).toMatch(/Shard 0: done[\s\S]*Shard 3: done/)
  expect(await task({ AWS_BATCH_JOB_ARRAY_INDEX: '2' }, 4)).toContain('Shard 2: done')
  expect(await task({ JOB_COMPLETION_INDEX: '0' }, 3)).toMatch(/Shard 0: done before[\s\S]*Shard 3: done before/)
  expect(await task({}, 3, 2)).toContain('Cannot tell which shard this is')
  expect(await cli(['create', '-o', 'home', '--shard', '0/3'], cwd, 2)).toContain(`has ${SHARDS}`)
  expect(await cli(['create', '-o', 'home', '--shard', `4/${SHARDS}`], cwd, 2)).toContain('task 4 is none of 4')
  expect(await cli(['create', '-o', 'home', '--shard', `0/${SHARDS}`, '--seed', '8'], cwd, 2)).toContain('Cannot use --seed with --shard')
  expect(await cli(['create', '-o', 'nowhere', '--shard', '0/4'], cwd, 2)).toContain('no plan is there')
  expect(await cli(['status', 'nowhere'], cwd, 2)).toContain("Cannot tell how 'nowhere' stands: there is no such folder")
  await cli(['merge', 'home'], cwd)
  expect(await contentOf(home)).toEqual(whole)
  expect(Math.max(...server.asked.values())).toBe(1)
  expect(await cli(['query', 'home', 'select count(*) as n from rows'], cwd)).toContain(`${ROWS - 1}`)
}, 120_000)

it('SIGTERM saves what was paid, and says that the shard was stopped', async () => {
  const { cwd, server, whole, home } = await scene(25)
  const planned = questions(server) // five rows are tried to judge the others by
  const { child, output } = startCli(['create', '-o', 'home', '--shard', `1/${SHARDS}`], cwd)
  while (questions(server) < planned + 5) await sleep(2)
  child.kill('SIGTERM')
  const { code, stdout } = await output
  expect([code, stdout]).toEqual([130, expect.stringContaining('Shard 1: stopped')])
  expect([...server.served.keys()].filter(question => !kept(home).has(question))).toEqual([])
  for (let shard = 0; shard < SHARDS; shard++) await cli(['create', '-o', 'home', '--shard', `${shard}/${SHARDS}`], cwd)
  expect(Math.max(...server.served.values())).toBe(1)
  await cli(['merge', 'home'], cwd)
  expect(await contentOf(home)).toEqual(whole)
}, 120_000)

const hasNamespaces = spawnSync('unshare', ['--pid', '--fork', '--mount-proc', 'true']).status === 0

/** Run the command line in a container of its own, as far as process ids go. */
function contained(args: readonly string[], cwd: string): Promise<{ code: number | null; said: string }> {
  const program = join(cwd, 'run.mjs')
  writeFileSync(program, `const { main } = await import(${JSON.stringify(MAIN)}); await main(['node', ...process.argv.slice(1)])\n`)
  return new Promise(resolve => {
    const child = spawn('unshare', ['--pid', '--fork', '--mount-proc', process.execPath, program, ...args], {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', chunk => (said += chunk))
    child.once('close', code => resolve({ code, said }))
  })
}

it.skipIf(!hasNamespaces)(
  'two containers with process ids of their own work at one shard, and one of them finishes it (needs unshare)',
  async () => {
    const { cwd, whole, home } = await scene(5)
    for (let shard = 0; shard < SHARDS; shard++) {
      const racers = [0, 1].map(() => contained(['create', '-o', 'home', '--shard', `${shard}/${SHARDS}`], cwd))
      const ended = await Promise.all(racers)
      expect(ended.filter(({ said }) => said.includes(`Shard ${shard}: done,`)).length).toBe(1)
    }
    await cli(['merge', 'home'], cwd)
    expect(await contentOf(home)).toEqual(whole)
  },
  120_000,
)

it.skipIf(!hasNamespaces)(
  'two containers with process ids of their own never write one run together (needs unshare)',
  async () => {
    const { cwd, server, whole } = await scene(10)
    const before = new Map(server.asked)
    const args = ['create', 'config.json', '-o', 'plain', '--seed', '7', '-y', '--provider', `here=${server.endpoint}`]
    const ended = await Promise.all([0, 1].map(() => contained(args, cwd)))
    // A row that failed makes the winner's code another than 0.
    expect(ended.filter(({ said }) => /another|a run is there/.test(said)).length, ended.map(({ said }) => said).join('\n')).toBe(1)
    expect(await contentOf(join(cwd, 'plain'))).toEqual(whole)
    expect([...server.served].filter(([question, n]) => n - (before.get(question) ?? 0) > 1)).toEqual([])
  },
  120_000,
)
