import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { startCli } from './cli-process.ts'
import { type Answer, sleep, startModelServer } from './model-server.ts'

const clean: (() => unknown)[] = []
afterEach(async () => {
  for (const action of clean.splice(0).reverse()) await action()
})

/** A folder with a seed of so many rows, and a config that asks about each. */
function scene(rows: number): string {
  const cwd = mkdtempSync(join(tmpdir(), 'tracewright-trouble-'))
  clean.push(() => rmSync(cwd, { recursive: true, force: true }))
  writeFileSync(join(cwd, 'rows.jsonl'), Array.from({ length: rows }, (_, n) => `{"n": ${n}}\n`).join(''))
  writeFileSync(
    join(cwd, 'c.yaml'),
    `data_designer:
  seed_config: {source: {seed_type: local, path: rows.jsonl}}
  model_configs: [{alias: m, model: m, provider: lab, inference_parameters: {max_parallel_requests: 4}}]
  columns:
    - {name: a, column_type: llm-text, model_alias: m, prompt: "Say {{ n }}"}
    - {name: even, column_type: expression, expr: "{{ n % 2 == 0 }}", dtype: bool}
`,
  )
  writeFileSync(join(cwd, 'prices.json'), '{"m": {"input": 100000, "output": 0}}') // a dollar a call
  return cwd
}

async function serve(answer: Answer = ({ prompt }) => `[${prompt}]`) {
  const server = await startModelServer(answer)
  clean.push(() => server.close())
  return server
}

const manifestOf = (cwd: string, run = 'out') => JSON.parse(readFileSync(join(cwd, run, 'manifest.json'), 'utf8'))

describe('--exactly: reason, exit code and manifest', () => {
  const cases: [flags: string[], code: number, rows: number, reason: string | null][] = [
    [['--exactly', '30'], 0, 30, null],
    [['--exactly', '2'], 0, 2, null],
    [['--exactly', '10', '--accept', 'even'], 0, 10, null],
    [['--exactly', '20', '--accept', 'even'], 4, 15, 'Only 15 of 20 rows were accepted: the seed has no more than 30 rows to offer'],
    [['--exactly', '3', '--accept', 'n > 99'], 4, 0, 'Only 0 of 3 rows were accepted: the seed has no more than 30 rows to offer'],
    [['-n', '50'], 4, 30, 'Only 30 of 50 rows were drawn: the seed has no more, and its rows are drawn again only on request'],
    [['-n', '50', '--repeat-seed'], 0, 50, null],
    [['-n', 'all'], 0, 30, null],
    [[], 0, 30, null],
  ]
  for (const [flags, code, rows, reason] of cases)
    it(`${flags.join(' ')} → ${code}`, async () => {
      const cwd = scene(30)
      const server = await serve()
      const args = ['create', 'c.yaml', '-o', 'out', '-y', '--no-replies', '--provider', `lab=${server.endpoint}`]
      const run = await startCli([...args, ...flags], cwd).output
      expect(run.code, run.stderr).toBe(code)
      expect(manifestOf(cwd)).toMatchObject({ status: 'complete', rows, reason })
      if (reason !== null) expect(run.stdout).toContain(reason)
      if (flags.includes('--repeat-seed')) expect(run.stdout).toContain("The seed's 30 rows were drawn again, up to 2 times each")
      const again = await startCli([...args, ...flags.filter(flag => flag !== '--repeat-seed'), '--resume'], cwd).output
      expect(again.code, again.stderr).toBe(code)
      expect(manifestOf(cwd)).toMatchObject({ rows, reason })
    }, 30_000)
})

it('a budget stop says what was spent, and the command it prints spends no more', async () => {
  const cwd = scene(40)
  const server = await serve(async ({ prompt }) => {
    await sleep(5)
    return `[${prompt}]`
  })
  const flags = [
    '--max-cost',
    '10',
    '--prices',
    'prices.json',
    '--no-replies',
    '--part-rows',
    '3',
    '-y',
    '--provider',
    `lab=${server.endpoint}`,
  ]
  const stopped = await startCli(['create', 'c.yaml', '-n', '30', '-o', 'out', ...flags], cwd).output
  expect(stopped.code, stopped.stderr).toBe(4)
  const spent = server.calls() + server.health
  expect(stopped.stdout).toContain(`The budget of 10 USD is used up: ${spent} USD were spent`)
  const hint = /^Go on, with a larger --max-cost: (tracewright .*)$/m.exec(stopped.stdout)![1]!
  for (const flag of [
    '-n 30',
    '--max-cost 10',
    '--prices prices.json',
    '--no-replies',
    '--part-rows 3',
    `--provider lab=${server.endpoint}`,
    '--resume',
  ])
    expect(hint).toContain(flag.replace('-n ', '--num-records '))
  const calls = server.calls()
  const followed = await startCli(hint.split(' ').slice(1), cwd).output
  expect(followed.code).toBe(2)
  expect(followed.stderr).toContain(`Cannot go on: ${spent} USD of the run's budget of 10 USD are spent`)
  // Nor does a shorter one: the budget, the prices and the provider are the run's.
  const short = await startCli(['create', 'c.yaml', '-o', 'out', '--resume', '-y'], cwd).output
  expect([short.code, server.calls()]).toEqual([2, calls])
  const raised = await startCli(['create', 'c.yaml', '-o', 'out', '--resume', '-y', '--max-cost', '500'], cwd).output
  expect(raised.code, raised.stderr).toBe(0)
  expect(server.calls()).toBe(30)
  expect(raised.stdout).toContain(`${30 + server.health}.00 USD`)
}, 40_000)

it('a server that dies is told of where nobody watches, and so is that it is back', async () => {
  const cwd = scene(60)
  let isDown = false
  const server = await serve(({ prompt, response }) => {
    if (isDown) return void response.destroy()
    if (prompt === 'Say 20') isDown = true
    return `[${prompt}]`
  })
  const { output, stderr } = startCli(['create', 'c.yaml', '-o', 'out', '-y', '--no-replies', '--provider', `lab=${server.endpoint}`], cwd)
  const until = async (text: string) => {
    while (!stderr().includes(text)) await sleep(20)
  }
  await until('is down: ')
  expect(stderr()).toContain(`${server.endpoint} is down: the connection cut. Calls wait; those that wait for`)
  await until('· gives up in')
  isDown = false
  await until('is back after')
  const { code } = await output
  expect(code).toBe(0)
  expect(manifestOf(cwd)).toMatchObject({ status: 'complete', rows: 60 })
}, 60_000)

it('failures are counted by kind', async () => {
  const cwd = scene(8)
  const server = await serve(({ prompt, response }) => {
    const n = Number(prompt.split(' ')[1])
    if (n > 3) return `[${prompt}]`
    const message = n === 0 ? { content: null, refusal: 'No.' } : { content: n === 1 ? '' : 'Half' }
    const body = { choices: [{ finish_reason: n === 1 ? 'content_filter' : 'length', message: { role: 'assistant', ...message } }] }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  const run = await startCli(['create', 'c.yaml', '-o', 'out', '-y', '--no-replies', '--provider', `lab=${server.endpoint}`], cwd).output
  expect(run.code).toBe(0)
  expect(run.stdout).toContain('4 rows, 4 failures')
  expect(run.stdout).toContain('by kind: 2 cut_off, 1 refused, 1 filtered')
  expect(run.stdout).toContain('usage of 4 calls unknown')
  // They are asked anew when they are tried again.
  const calls = [...server.asked.values()].reduce((sum, n) => sum + n, 0)
  await startCli(['create', 'c.yaml', '-o', 'out', '-y', '--retry-failed'], cwd).output
  expect([...server.asked.values()].reduce((sum, n) => sum + n, 0)).toBe(calls + 4)
}, 30_000)

it('a start that fails leaves nothing, and says what to do', async () => {
  const cwd = scene(3)
  for (const [flags, said] of [
    [['--provider', 'other=http://127.0.0.1:9/v1'], "Unknown provider 'lab'"],
    [['--provider', 'lab=http://127.0.0.1:9/v1'], 'Cannot reach'],
    [['--provider', 'lab=http://127.0.0.1:9/v1', '--max-cost', '1', '--prices', 'none.json'], 'Cannot read prices: there is no such file'],
  ] as const) {
    const run = await startCli(['create', 'c.yaml', '-o', 'deep/out', '-y', '--no-replies', ...flags], cwd).output
    expect(run.stderr).toContain(said)
    expect(run.stderr).not.toMatch(/ENOENT|defect/)
    expect(existsSync(join(cwd, 'deep'))).toBe(false)
  }
}, 30_000)

describe('Ctrl-C before a run has begun ends with 130 and leaves nothing', () => {
  const interrupt = async (cwd: string, flags: string[], times: number, isThere: (said: string) => boolean) => {
    const { child, output, stderr } = startCli(['create', 'c.yaml', '-o', 'out', '-y', '--no-replies', ...flags], cwd)
    while (!isThere(stderr())) await sleep(10)
    // A signal that comes while the process is taken down by the system is the system's to answer: so many as are needed, and no more.
    for (let nth = 0; nth < times; nth++) {
      if (nth > 0) while (!stderr().includes('press Ctrl-C again')) await sleep(10)
      child.kill('SIGINT')
    }
    const { code, stderr: said } = await output
    expect([code, said]).toEqual([130, expect.not.stringContaining('defect')])
    expect(existsSync(join(cwd, 'out', 'manifest.json'))).toBe(false)
  }

  it('while the config is loaded', async () => {
    const cwd = scene(3)
    writeFileSync(join(cwd, 'slow.mjs'), "console.error('loading'); await new Promise(resolve => setTimeout(resolve, 60_000))")
    await interrupt(cwd, ['--functions', 'slow.mjs'], 1, said => said.includes('loading'))
  }, 30_000)

  it('while a model is asked for a sign of life', async () => {
    let connections = 0
    const silent = createServer(() => connections++)
    silent.listen(0, '127.0.0.1')
    await new Promise(resolve => silent.once('listening', resolve))
    clean.push(() => silent.close())
    const { port } = silent.address() as AddressInfo
    await interrupt(scene(3), ['--provider', `lab=http://127.0.0.1:${port}/v1`], 2, () => connections > 0)
  }, 30_000)
})

it('preview pays for the record it shows, and says how to see the next', async () => {
  const cwd = scene(5)
  const server = await serve()
  let args = ['preview', 'c.yaml', '--provider', `lab=${server.endpoint}`, '--seed', '4']
  for (let n = 0; n < 3; n++) {
    const shown = await startCli(args, cwd).output
    expect(shown.code, shown.stderr).toBe(0)
    expect(shown.stdout).toContain(`record ${n + 1} of`)
    expect(shown.stdout).toContain(`[Say ${n}]`)
    expect(server.calls()).toBe(n + 1)
    args = /^Next record: tracewright (.*)$/m.exec(shown.stderr)![1]!.split(' ')
  }
  const beyond = await startCli(['preview', 'c.yaml', '--provider', `lab=${server.endpoint}`, '--index', '5'], cwd).output
  expect(beyond.code).toBe(1)
  expect(beyond.stderr).toContain('There is no such record')
  expect(server.calls()).toBe(3)
}, 30_000)
