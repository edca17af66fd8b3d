import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { codexIdOf, writeClaudeSession, writeCodexRollout } from '../bench/generate.ts'
import { RunFolder } from '../src/dataset/run/folder.ts'
import { Random } from '../src/random.ts'
import { type CliProcess, startCli, startPrinted } from './cli-process.ts'
import { sleep, startModelServer } from './model-server.ts'
import { cli, contentOf } from './shard-scene.ts'

/*
 * What a command prints to go on with is copied into a shell, and ends where nothing had stopped it: with flags by chance, stopped
 * or killed wherever chance has it.
 */

const clean: (() => unknown)[] = []
afterEach(async () => {
  for (const action of clean.splice(0).reverse()) await action()
})

/** A folder whose name a shell would take apart, with a seed, a config, a workflow, prices, and a server of models. */
async function scene() {
  const cwd = mkdtempSync(join(tmpdir(), "tracewright printed $(x) it's-"))
  clean.push(() => rmSync(cwd, { recursive: true, force: true }))
  const server = await startModelServer(async ({ prompt }) => {
    await sleep(15)
    return `[${prompt}]`
  })
  clean.push(() => server.close())
  const write = (name: string, text: string) => writeFileSync(join(cwd, name), text)
  write('rows.jsonl', Array.from({ length: 40 }, (_, n) => `{"n":${n}}\n`).join(''))
  write('my prices.json', '{"m": {"input": 1, "output": 1}}')
  const models = `model_configs: [{alias: m, model: m, provider: here, inference_parameters: {max_parallel_requests: 3}}]`
  const asked = (name: string, prompt: string) => `- {name: ${name}, column_type: llm-text, model_alias: m, prompt: '${prompt}'}`
  const dice = "- {name: dice, column_type: expression, expr: '{{ range(100000) | random }}', dtype: int}"
  const seed = 'seed_config: {source: {seed_type: local, path: rows.jsonl}}'
  write('my config.yaml', `${models}\n${seed}\ncolumns:\n${asked('a', 'Say {{ n }}')}\n${asked('b', 'Again {{ a }}')}\n${dice}\n`)
  write('draft.yaml', `${models}\n${seed}\ncolumns:\n${asked('a', 'Say {{ n }}')}\n`)
  write('judge.yaml', `${models}\ncolumns:\n${asked('c', 'Judge {{ a }}')}\n${dice}\n`)
  write(
    'my flow.yaml',
    'name: flow\nstages:\n- {name: draft, config: draft.yaml}\n- {name: judge, config: judge.yaml, num_records: 30, sampling_strategy: shuffle}\n',
  )
  return { cwd, server, provider: `here=${server.endpoint}` }
}

/** Stop a process when the server has answered so often, and give what it printed. */
async function stopped({ child, output }: CliProcess, signal: NodeJS.Signals, hasCome: () => boolean) {
  let isOver = false
  void output.then(() => (isOver = true))
  while (!isOver && !hasCome()) await sleep(3)
  child.kill(signal)
  return output
}

/** The command that stands behind a word, to the end of what was printed: a word of it may hold a line break. */
function printed(text: string, before = 'Go on: '): string {
  expect(text).toContain(before)
  return text.slice(text.lastIndexOf(before) + before.length).trim()
}

/** Of each option by chance, or of some always. */
function flagsOf(random: Random, options: readonly (readonly string[])[]): string[] {
  return options.flatMap(option => (random.next() < 0.5 ? option : []))
}

describe('create', () => {
  const LIMITS = [
    ['-n', '31'],
    ['--part-rows', '4'],
    ['--prices', 'my prices.json', '--max-cost', '9'],
    ['--name', "the 'one' $HOME"],
    ['--no-replies'],
    ['--repeat-seed'],
  ]
  for (let round = 0; round < 6; round++) {
    const signal = round % 2 === 0 ? 'SIGINT' : 'SIGKILL'
    it(`ends by the printed command, after ${signal}, as if nothing had been (${round})`, async () => {
      const random = new Random(`create ${round}`)
      const { cwd, server, provider } = await scene()
      const flags = [...flagsOf(random, LIMITS), '--seed', '7', '--provider', provider, '-y']
      await cli(['create', 'my config.yaml', '-o', 'whole', ...flags, ...(flags.includes('--name') ? [] : ['--name', 'out'])], cwd)
      const before = server.calls()
      const name = random.pick(['out', 'my out', '~out', "it's $(touch x)"])!
      let running = startCli(
        ['create', 'my config.yaml', '-o', name, ...flags, ...(flags.includes('--name') ? [] : ['--name', 'out'])],
        cwd,
      )
      let calls = before
      for (let stop = 0; ; stop++) {
        calls = Math.max(calls, server.calls()) + 5 + random.integer(20)
        const { code, stdout, stderr } = await stopped(running, signal, () => server.calls() >= calls && stop < 3)
        if (code === 0) break
        expect(code, stderr).toBe(signal === 'SIGINT' ? 130 : null)
        const said = signal === 'SIGINT' ? stdout : await cli(['status', name], cwd)
        running = startPrinted(printed(said), signal === 'SIGINT' ? cwd : '/')
      }
      expect(await contentOf(join(cwd, name))).toEqual(await contentOf(join(cwd, 'whole')))
      const terms = (folder: string) => new RunFolder(join(cwd, folder)).readManifest()!.terms
      expect(terms(name)).toEqual(terms('whole'))
      // A kill costs the calls under way, three of them and a sign of life, and a stop no more than the sign of life.
      if (signal === 'SIGINT') expect(server.calls() - before).toBe(before)
    }, 120_000)
  }

  it('Ctrl-C twice prints the same way on', async () => {
    const { cwd, server, provider } = await scene()
    const running = startCli(['create', 'my config.yaml', '-o', 'my out', '--seed', '7', '--provider', provider, '-y', '-n', '33'], cwd)
    const { output, child, stderr } = running
    while (server.calls() < 20) await sleep(3)
    child.kill('SIGINT')
    while (!stderr().includes('press Ctrl-C again')) await sleep(3)
    child.kill('SIGINT')
    const { code, stdout, stderr: said } = await output
    expect(code).toBe(130)
    const { code: after } = await startPrinted(printed(said + stdout), cwd).output
    expect(after).toBe(0)
    expect((await contentOf(join(cwd, 'my out'))).rows).toHaveLength(33)
  }, 60_000)
})

describe('workflow', () => {
  for (const [round, more] of [['--prices', 'my prices.json'], ['--target', 'judge'], ['--resume', 'always'], []].entries())
    it(`ends by the printed command as if nothing had been (${more.join(' ')})`, async () => {
      const random = new Random(`workflow ${round}`)
      const { cwd, server, provider } = await scene()
      const flags = ['--seed', '7', '--provider', provider]
      await cli(['workflow', 'my flow.yaml', '-o', 'whole', ...flags], cwd)
      const name = random.pick(['out', 'my out', '~out'])!
      const args = ['workflow', 'my flow.yaml', '-o', name, ...flags]
      let running = startCli([...args, ...(more[0] === '--resume' ? [] : more)], cwd)
      let calls = server.calls()
      for (let stop = 0; ; stop++) {
        calls = Math.max(calls, server.calls()) + 5 + random.integer(20)
        const { code, stdout, stderr } = await stopped(running, 'SIGINT', () => server.calls() >= calls && stop < 3)
        if (code === 0) break
        expect(code, stderr).toBe(130)
        const line = printed(stdout)
        for (const word of more) if (word.startsWith('--') && word !== '--resume') expect(line).toContain(word)
        // Who wants what is there to be kept, or to be told, does not get another way on.
        if (stop > 0 && more[0] === '--resume') expect(line).toContain('--resume always')
        running = more[0] === '--resume' && stop === 0 ? startCli([...args, ...more], cwd) : startPrinted(line, cwd)
      }
      for (const stage of ['stage-0-draft', 'stage-1-judge'])
        expect((await contentOf(join(cwd, name, stage))).rows).toEqual((await contentOf(join(cwd, 'whole', stage))).rows)
    }, 120_000)

  it('what is to be made again from a stage on is, and only once', async () => {
    const { cwd, server, provider } = await scene()
    const args = ['workflow', 'my flow.yaml', '-o', 'out', '--seed', '7', '--provider', provider]
    await cli(args, cwd)
    const before = server.calls()
    const again = startCli([...args, '--resume', '--rerun-from', 'judge'], cwd)
    const { code, stdout } = await stopped(again, 'SIGINT', () => server.calls() >= before + 8)
    expect(code).toBe(130)
    const line = printed(stdout)
    expect(line).not.toContain('--rerun-from')
    expect((await startPrinted(line, cwd).output).code).toBe(0)
    expect(server.calls()).toBe(before + 30)
  }, 60_000)
})

describe('create --shard', () => {
  it('says how to go on, and the shards are the run', async () => {
    const { cwd, server, provider } = await scene()
    await cli(['create', 'my config.yaml', '-o', 'whole', '--name', 'home', '--seed', '7', '--provider', provider, '-y'], cwd)
    const whole = server.calls()
    const said = await cli(
      [
        'plan',
        'my config.yaml',
        '-o',
        'my home',
        '--name',
        'home',
        '--of',
        '2',
        '--seed',
        '7',
        '--prices',
        'my prices.json',
        '--max-cost',
        '9',
        '--provider',
        provider,
        '-y',
      ],
      cwd,
    )
    const first = /^Make one: (.*)$/m.exec(said)![1]!
    const calls = server.calls()
    const { code, stderr } = await stopped(startPrinted(`${first} --max-cost 5`, cwd), 'SIGINT', () => server.calls() >= calls + 9)
    expect(code).toBe(130)
    expect(printed(stderr)).toContain('--max-cost 5')
    expect((await startPrinted(printed(stderr).replace(' --max-cost 5', ''), cwd).output).code).toBe(0)
    expect((await startPrinted(first.replace('0/2', '1/2'), cwd).output).code).toBe(0)
    const { code: merged } = await startPrinted(/^When all are made: (.*)$/m.exec(said)![1]!, cwd).output
    expect(merged).toBe(0)
    expect(server.calls()).toBe(2 * whole)
    expect((await contentOf(join(cwd, 'my home'))).rows).toEqual((await contentOf(join(cwd, 'whole'))).rows)
  }, 120_000)
})

describe('ingest', () => {
  const logs = (cwd: string, count: number, bytes: number) => {
    for (let i = 0; i < count; i++) {
      const id = `${i.toString(16).padStart(8, '0')}-2222-4c1e-9d1a-aa0000000002`
      writeClaudeSession(join(cwd, 'my logs', `-repo-${i}`, `${id}.jsonl`), bytes, i)
      if (i % 8 === 0) writeCodexRollout(join(cwd, 'my logs', 'x', `rollout-2026-03-04T10-00-00-${codexIdOf(i)}.jsonl`), bytes, i)
    }
  }
  const rowsIn = (cwd: string, store: string) => cli(['query', store, 'select * from rows order by trace_id', '--json'], cwd)
  const FLAGS = [
    ['--format', 'claude_code'],
    ['--branches', 'all'],
    ['--workers', '1'],
    ['--pattern', '*-aa00*.jsonl'],
    ['--codec', 'jsonl'],
    ['--context', 'as_sent'],
  ]

  for (let round = 0; round < 3; round++)
    it(`into a store ends by the printed command as if nothing had been (${round})`, async () => {
      const random = new Random(`ingest ${round}`)
      const { cwd } = await scene()
      logs(cwd, 500, 20_000)
      const flags = flagsOf(random, FLAGS)
      await cli(['ingest', 'my logs', '-o', 'whole', ...flags], cwd)
      let running = startCli(['ingest', 'my logs', '-o', 'my store', ...flags], cwd)
      let stops = 0
      for (; ; stops++) {
        // Whoever has taken the signal says so; before, there is nothing to go on with.
        const pause = 200 + random.integer(400)
        await running.begun
        await Promise.race([running.output, sleep(stops < 4 ? pause : 60_000)])
        running.child.kill('SIGINT')
        const { code, stderr } = await running.output
        if (code === 0) break
        expect(code, stderr).toBe(130)
        running = stderr.includes('Go on: ')
          ? startPrinted(printed(stderr), cwd)
          : startCli(['ingest', 'my logs', '-o', 'my store', ...flags], cwd)
      }
      expect(await rowsIn(cwd, 'my store')).toBe(await rowsIn(cwd, 'whole'))
    }, 120_000)

  it('in shards: what a plan prints reads them, and what a stopped shard prints goes on', async () => {
    const { cwd } = await scene()
    logs(cwd, 60, 60_000)
    await cli(['ingest', 'my logs', '-o', 'whole'], cwd)
    const said = await cli(['ingest', 'my logs', '-o', 'my home', '--plan', '--of', '2'], cwd)
    const first = /^Read one: (.*)$/m.exec(said)![1]!
    const running = startPrinted(`${first} --workers 1`, cwd)
    while (!running.stderr().includes('started')) await sleep(3)
    running.child.kill('SIGINT')
    const { code, stderr } = await running.output
    if (code === 130) expect(printed(stderr)).toContain('--workers 1')
    const goOn = code === 130 ? printed(stderr) : first
    expect((await startPrinted(goOn, cwd).output).code).toBe(0)
    expect((await startPrinted(first.replace('0/2', '1/2'), cwd).output).code).toBe(0)
    expect((await startPrinted(/^When all are read: (.*)$/m.exec(said)![1]!, cwd).output).code).toBe(0)
    expect(await rowsIn(cwd, 'my home')).toBe(await rowsIn(cwd, 'whole'))
  }, 120_000)

  it('scan, search and preview print commands that work', async () => {
    const { cwd, provider } = await scene()
    logs(cwd, 3, 6_000)
    const made = await startPrinted(printed(await cli(['scan', 'my logs'], cwd), 'Make rows of them: '), cwd).output
    expect(made).toMatchObject({ code: 0, stderr: expect.stringContaining('agent-rows') })
    const found = await cli(['search', 'the', '-s', 'agent-rows'], cwd, null as never).catch(() => '')
    if (found.includes('To read one: ')) {
      const { stdout } = await startCli(['query', 'agent-rows', 'select trace_id from rows limit 1', '--json'], cwd).output
      const line = printed(found, 'To read one: ').replace(' ID', ` ${JSON.parse(stdout).trace_id}`)
      expect((await startPrinted(line, cwd).output).code).toBe(0)
    }
    let line = ''
    const seen: string[] = []
    for (let n = 0; n < 3; n++) {
      const args = ['preview', 'my config.yaml', '--provider', provider, '--seed', '5', '--no-replies']
      const { code, stdout, stderr } = await (n === 0 ? startCli(args, cwd) : startPrinted(line, cwd)).output
      expect(code, stderr).toBe(0)
      seen.push(/\[Again \[Say (\d+)\]\]/.exec(stdout)![1]!)
      line = printed(stderr, 'Next record: ')
      for (const word of ['--provider', '--no-replies', '--seed 5']) expect(line).toContain(word)
    }
    expect(seen).toEqual(['0', '1', '2'])
  }, 120_000)
})

describe('whatever is printed to be copied runs as it stands', () => {
  /** Commands in what was printed: behind a colon, to the end of the line, without a word for the reader to fill in. */
  const commandsIn = (text: string) =>
    [...text.matchAll(/: (tracewright .*)$/gm)].map(match => match[1]!).filter(line => !/ (?:PATH|ID|DIR|FILE|HOME|N)\b/.test(line))

  it('by init, show, label, query, search, cost, export, ingest and scan', async () => {
    const random = new Random('printed')
    const { cwd } = await scene()
    const name = random.pick(['my store', "it's $(touch x)", '~store'])!
    writeClaudeSession(join(cwd, 'my logs', '-repo', `${'0'.repeat(8)}-2222-4c1e-9d1a-aa0000000002.jsonl`), 4_000, 1)
    await cli(['ingest', 'my logs', '-o', name], cwd)
    const said: string[][] = [
      [
        'init',
        '--rows',
        'nothing',
        '--topics',
        'kites',
        '--provider',
        'stand-in',
        '--output',
        random.pick(['a.yaml', 'my first.yaml', "it's.yaml"])!,
      ],
      ['init', '--rows', 'file', '--path', 'rows.jsonl', '--provider', 'stand-in', '--judge', '--output', 'of a file.yaml'],
      ['init', '--rows', 'sessions', '--format', 'claude_code', '--path', 'my logs', '--provider', 'stand-in', '--output', 'sessions.yaml'],
      ['show', 'nobody', '--store', name],
      ['label', 'nobody', 'accept', '--store', name],
      ['query', name],
      ['query', name, 'select nothing from rows'],
      ['search', 'the', '--store', name, '--limit', '1'],
      ['cost', name, '--by', random.pick(['day', 'model', 'session'])!],
      ['export', name, '--for', 'trl-sft', '-o', 'my export'],
      ['export', name, '--for', 'trl-sft', '-o', 'my export'],
      ['ingest', 'my prices.json', '--format', 'codex'],
      ['scan', 'my logs'],
    ]
    let count = 0
    for (const args of said) {
      const { stdout, stderr } = await startCli(args, cwd).output
      for (const line of commandsIn(`${stdout}\n${stderr}`)) {
        count++
        const { code, stderr: why } = await startPrinted(line, cwd).output
        expect([args.join(' '), line, code, why]).toEqual([args.join(' '), line, 0, why])
      }
    }
    expect(count).toBeGreaterThanOrEqual(9)
  }, 120_000)
})
