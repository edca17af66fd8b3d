import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { runStatus } from '../src/pipeline/creation/run-status.ts'
import { startCli } from './cli-process.ts'
import { type Answer, startModelServer } from './model-server.ts'

const clean: (() => unknown)[] = []
afterEach(async () => {
  for (const action of clean.splice(0).reverse()) await action()
})

/** A run in a process of its own, whose server does with its questions as it is told. */
async function running(answer: Answer) {
  const cwd = mkdtempSync(join(tmpdir(), 'tracewright-life-'))
  clean.push(() => rmSync(cwd, { recursive: true, force: true }))
  const server = await startModelServer(answer)
  clean.push(() => server.close())
  const seed = Array.from({ length: 40 }, (_, n) => `{"n":${n}}\n`).join('')
  writeFileSync(join(cwd, 'seed.jsonl'), seed)
  writeFileSync(
    join(cwd, 'config.yaml'),
    `data_designer:
  model_configs: [{ alias: m, model: m, provider: here, inference_parameters: { max_parallel_requests: 4 } }]
  seed_config: { source: { seed_type: local, path: seed.jsonl } }
  columns: [{ name: a, column_type: llm-text, model_alias: m, prompt: "Say {{ n }}" }]
`,
  )
  const args = ['create', 'config.yaml', '-o', 'out', '--yes', '--provider', `here=${server.endpoint}`]
  const { child, output } = startCli(args, cwd)
  clean.push(() => child.kill('SIGKILL') && output)
  const path = join(cwd, 'out')
  const status = () => (existsSync(join(path, 'manifest.json')) ? runStatus(path) : null)
  const state = () => status()?.life.state
  const cli = async (...flags: string[]) => (await startCli(['status', 'out', ...flags], cwd).output).stdout
  return { child, output, path, status, state, cli, endpoint: server.endpoint }
}

it('a run that waits for an answer lives; one that is killed is told from it at once', async () => {
  let asked = 0
  const run = await running(() => {
    asked++ // and never answered
  })
  await expect.poll(run.state, { timeout: 30_000 }).toBe('working')
  await expect.poll(() => asked, { timeout: 30_000 }).toBe(4)
  const first = run.status()!.life.seen_at!
  await expect.poll(() => run.status()!.life.seen_at! > first, { timeout: 30_000 }).toBe(true)
  expect(await run.cli()).toMatch(/^out: running · last sign of life \d+ seconds? ago, process \d+ of /)
  run.child.kill('SIGKILL')
  await run.output
  expect(run.status()).toMatchObject({ status: 'running', life: { state: 'dead' } })
  expect(await run.cli()).toMatch(/^out: killed: its process is gone; go on with --resume/)
}, 90_000)

it('a process that is there and says nothing is silent, not dead; what another host says is never called dead', async () => {
  const run = await running(() => {})
  await expect.poll(run.state, { timeout: 30_000 }).toBe('working')
  run.child.kill('SIGSTOP')
  const file = join(run.path, 'progress.json')
  const say = (more: object) => writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...more }))
  // What it wrote last is made an hour old, so that nobody has to wait.
  say({ at: new Date(Date.now() - 3_600_000).toISOString() })
  expect(run.state()).toBe('silent')
  expect(await run.cli()).toContain('running, but silent')
  const { process: mark } = JSON.parse(readFileSync(file, 'utf8'))
  say({ process: { ...mark, host: 'elsewhere', pid: 1 } })
  expect(run.state()).toBe('silent')
  // A number that was given to another process since is not the run's.
  if (mark.began !== null) {
    say({ process: { ...mark, pid: process.pid } })
    expect(run.state()).toBe('dead')
  }
  for (const damaged of ['', '{}', '[1]', '{"process":{"pid":"x"}}']) {
    writeFileSync(file, damaged)
    expect(run.state()).toBe('unknown')
  }
  run.child.kill('SIGCONT')
}, 90_000)

it('while its server is down it says which, since when, when it tries again and when it gives up; then that it is back', async () => {
  let [isDead, answered] = [false, 0]
  const run = await running(({ prompt, response }) => {
    if (answered === 8) isDead = true
    if (isDead) return void response.socket!.destroy()
    answered++
    return prompt
  })
  await expect.poll(run.state, { timeout: 60_000 }).toBe('waiting')
  const { pulse } = run.status()!.life
  const [trouble] = pulse!.endpoints
  expect(trouble).toMatchObject({ endpoint: run.endpoint, is_down: true })
  const at = (text: string | null) => Date.parse(text!)
  expect(at(trouble!.failing_since)).toBeLessThanOrEqual(at(pulse!.at))
  expect(at(trouble!.gives_up_at)).toBeGreaterThan(at(pulse!.at))
  if (trouble!.next_try_at !== null) expect(at(trouble!.next_try_at)).toBeGreaterThanOrEqual(at(pulse!.at))
  expect(await run.cli()).toMatch(/waits for a server[\s\S]*is down since [\s\S]*the run gives up at/)
  answered = 9
  isDead = false
  expect((await run.output).code).toBe(0)
  expect(run.status()).toMatchObject({ status: 'complete', life: { state: 'ended', pulse: { endpoints: [] } } })
}, 120_000)

it('failures are shown with prompt and reply, as lines and as data', async () => {
  const run = await running(({ prompt }) => (prompt === 'Say 5' ? '' : prompt))
  await run.output
  const text = await run.cli('--failures')
  expect(text).toMatch(/1 failed[\s\S]*column 'a', row 5 · empty_reply[\s\S]*asked m of here, http[\s\S]*\[user\]\nSay 5\n\[reply 1 of/)
  const [first, failure, ...others] = (await run.cli('--json'))
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
  expect(first).toMatchObject({ type: 'run', status: 'complete', rows: 39, rejects: 1 })
  expect(failure).toMatchObject({
    type: 'failure',
    row: '5',
    questions: [{ messages: [{ content: 'Say 5' }], model: 'm' }, ...Array(failure.questions.length - 1).fill({})],
  })
  expect(others).toEqual([])
}, 90_000)
