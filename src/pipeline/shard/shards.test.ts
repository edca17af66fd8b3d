import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folder, serve } from '../../../test/pipeline-scene.ts'
import { contentOf, numbersIn, overFile, withFunction } from '../../../test/shard-scene.ts'
import { CustomColumnConfig } from '../../column/custom.ts'
import { ExpressionColumnConfig } from '../../column/expression.ts'
import { customColumnGenerator } from '../../column/generator-function.ts'
import type { Compat } from '../../compat.ts'
import { filesOf } from '../../dataset/dataset-files.ts'
import { openDataset } from '../../dataset/open-dataset.ts'
import type { JsonObject } from '../../json/json.ts'
import { ModelProvider } from '../../model/model-provider.ts'
import { Prices } from '../../model/prices.ts'
import type { Row } from '../../row.ts'
import { FileContentsSeedSource } from '../../seed/file-contents.ts'
import { AgentRolloutSeedSource } from '../../seed/rollouts.ts'
import { HubServer } from '../../training/testing/hub-server.ts'
import { DataDesignerConfigBuilder } from '../config/builder.ts'
import { DataDesigner } from '../data-designer.ts'
import { publishRun } from '../results/publish-run.ts'
import type { RunConfigOptions } from '../rows/run-config.ts'
import { mergeShards } from './merge.ts'
import { openShards } from './open-shards.ts'
import { type PlanShardsOptions, planShards } from './plan-shards.ts'

const ROWS = 23
type Wanted = Omit<PlanShardsOptions, 'home' | 'of' | 'seed' | 'modelProviders'>

/** A server, and what one process and many shards make of a config over it. */
async function scene() {
  const server = await serve(({ prompt, response }) =>
    /Ask (4|17)$/.test(prompt) ? void response.writeHead(400).end('{"error":{"message":"no"}}') : `[${prompt}]`,
  )
  const modelProviders = [new ModelProvider({ name: 'here', endpoint: server.endpoint })]
  const single = async (builder: DataDesignerConfigBuilder, wanted: Wanted = {}) => {
    const path = folder()
    await new DataDesigner({ seed: 7, modelProviders }).create(builder, { ...wanted, path, errorRate: null })
    return contentOf(path)
  }
  const planned = async (builder: DataDesignerConfigBuilder, of: number, wanted: Wanted = {}) => {
    const home = folder()
    await planShards(builder, { ...wanted, home, of, seed: 7, modelProviders })
    const { run } = await openShards(home, { builder })
    return { home, run: (shard: number) => run(shard, { errorRate: null }) }
  }
  return { server, modelProviders, single, planned }
}

/** How many shards are made: one, more than there are rows, and numbers between; of most cases one number says enough. */
const SHARDS: { [what: string]: number[] } = { 'all rows of a file': [1, 4, 25], 'a shuffled file, drawn again and again': [3, 7] }

describe('shards give what one process gives, byte for byte', () => {
  const cases: [string, (path: string) => DataDesignerConfigBuilder, Wanted][] = [
    ['all rows of a file', path => withFunction(path), {}],
    ['some rows of a file', path => withFunction(path), { numRecords: 11, partRows: 2 }],
    ['a shuffled file', path => overFile(path, { samplingStrategy: 'shuffle' }), {}],
    [
      'a shuffled file, drawn again and again',
      path => overFile(path, { samplingStrategy: 'shuffle' }),
      { numRecords: 60, repeatSeed: true },
    ],
    ['rows that are accepted, up to so many', path => withFunction(path), { numRecords: 9, accept: 'n % 2 == 0' }],
    ['more accepted rows than there are', path => withFunction(path), { numRecords: 90, accept: 'n % 2 == 0' }],
    ['rows that become several', path => resized(path), {}],
    ['accepted rows of those that become several', path => resized(path), { numRecords: 14, accept: 'copy != 1' }],
    ['rows from nothing', () => fromNothing(), { numRecords: 20 }],
  ]
  for (const [what, make, wanted] of cases)
    it(`${what}, whatever the number and order of shards`, async () => {
      const { server, single, planned } = await scene()
      const path = numbersIn(folder(), ROWS)
      const whole = await single(make(path), wanted)
      expect(whole.rows.length).toBeGreaterThan(8)
      for (const of of SHARDS[what] ?? [5]) {
        const before = new Map(server.served)
        const { home, run } = await planned(make(path), of, wanted)
        const order = Array.from({ length: of }, (_, shard) => (shard * 11 + 3) % of)
        for (const shard of order) expect(['done', 'not needed']).toContain((await run(shard)).outcome)
        for (const shard of order) expect(['done before', 'not needed']).toContain((await run(shard)).outcome)
        expect((await mergeShards(home)).missing).toEqual([])
        expect(await contentOf(home)).toEqual(whole)
        // Within one shard a question is answered once.
        const most = Math.max(0, ...[...server.served].map(([prompt, n]) => n - (before.get(prompt) ?? 0)))
        expect(most).toBeLessThanOrEqual(wanted.repeatSeed ? of : 1)
        // Parts can be read as one table.
        await using dataset = await openDataset(home)
        expect(await dataset.count()).toBe(whole.rows.length)
        expect(filesOf(home).files.length).toBeGreaterThan(0)
      }
    }, 60_000)
})

function resized(path: string): DataDesignerConfigBuilder {
  const copies = customColumnGenerator({ requiredColumns: ['n'] }, (row: Row) =>
    Array.from({ length: Number(row['n']) % 4 }, (_, copy) => ({ ...row, copy })),
  )
  return withFunction(path).addColumn(new CustomColumnConfig({ name: 'copy', generatorFunction: copies, allowResize: true }))
}

function fromNothing(): DataDesignerConfigBuilder {
  return new DataDesignerConfigBuilder().addColumn(
    new ExpressionColumnConfig({ name: 'dice', expr: '{{ range(100000) | random }}', dtype: 'int' }),
  )
}

describe('how a run goes travels in the plan', () => {
  const native = (path: string) =>
    overFile(path).addColumn(new ExpressionColumnConfig({ name: 'halves', expr: '{{ [n, n] | batch(1) | list | length }}' }))
  const dropping = (path: string) => overFile(path).addColumn(new ExpressionColumnConfig({ name: 'gone', expr: '{{ n }}', drop: true }))
  it.each([
    ['templates of all of Jinja', native, { jinjaRenderingEngine: 'native' }, 'data_designer'],
    ['what is dropped is kept', dropping, { preserve_dropped_columns: true }, null],
    ['parts of so many rows', dropping, { bufferSize: 3 }, null],
    ['no end after failures', (path: string) => withFunction(path), { disable_early_shutdown: true }, null],
  ] as [string, typeof native, RunConfigOptions | JsonObject, Compat | null][])(
    '%s',
    async (_, make, runConfig, compat) => {
      const { modelProviders } = await scene()
      const path = numbersIn(folder(), ROWS)
      const whole = folder()
      await new DataDesigner({ seed: 7, modelProviders, runConfig, ...(compat === null ? {} : { compat }) }).create(make(path), {
        path: whole,
        errorRate: null,
      })
      const home = folder()
      const options = { home, of: 4, seed: 7, modelProviders, runConfig, compat }
      await planShards(make(path), options)
      const { run } = await openShards(home, { builder: make(path) })
      for (const shard of [3, 1, 0, 2]) expect((await run(shard)).outcome).toBe('done')
      await mergeShards(home)
      expect(await contentOf(home)).toEqual(await contentOf(whole))
      const rowsOf = (place: string, name: string) =>
        existsSync(join(place, 'artifacts', name)) && readdirSync(join(place, 'artifacts', name)).length > 0
      for (const name of existsSync(join(whole, 'artifacts')) ? readdirSync(join(whole, 'artifacts')) : [])
        expect(rowsOf(home, name)).toBe(true)
      if (compat !== null) await expect(planShards(make(path), { ...options, home: folder(), runConfig: {} })).rejects.toThrow('batch')
      if ('bufferSize' in runConfig) expect(Math.max(...(await mergeShards(home)).manifest!.parts.map(({ rows }) => rows))).toBe(3)
      expect((await planShards(make(path), options)).plan.run.seed).toBe(7)
      await expect(planShards(make(path), { ...options, runConfig: { maxConversationRestarts: 1 } })).rejects.toThrow(
        'differs in how the run goes',
      )
    },
    60_000,
  )
})

it('models are asked for a sign of life once, and what is planned again costs nothing', async () => {
  const { server, planned, modelProviders } = await scene()
  const path = numbersIn(folder(), ROWS)
  const { home, run } = await planned(withFunction(path), 4)
  for (let shard = 0; shard < 4; shard++) await run(shard)
  expect(server.health).toBe(1)
  const again = await planShards(withFunction(path), { home, of: 4, modelProviders })
  expect(again.plan.run.seed).toBe(7)
  expect(server.health).toBe(1)
  await expect(planShards(overFile(path), { home, of: 4, modelProviders })).rejects.toThrow('differs in the config')
  await expect(planShards(withFunction(path), { home, of: 5, modelProviders })).rejects.toThrow('differs in the number of shards')
  const { manifest } = await mergeShards(home)
  const bill = JSON.parse(readFileSync(join(home, 'usage.json'), 'utf8'))
  expect(bill.run.calls).toBe(server.served.size + 1)
  expect(manifest!.status).toBe('complete')
})

it('what attempts that died have paid is used, and is on the bill', async () => {
  const { server, planned, single } = await scene()
  const path = numbersIn(folder(), ROWS)
  const whole = await single(withFunction(path))
  const questions = () => [...server.asked.values()].reduce((sum, n) => sum + n, 0)
  const before = server.calls()
  const { home, run } = await planned(withFunction(path), 2)
  await run(0)
  await run(1)
  const [calls, asked] = [server.calls() - before, questions()]
  const firstAttempt = readdirSync(join(home, 'shards', '00001'))
  // As if the machine had died before the marker was made, in the middle of a line.
  renameSync(join(home, 'shards', '00001.json'), join(folder(), 'gone.json'))
  const log = join(home, 'shards', '00001', firstAttempt[0]!, 'cells', 'replies.jsonl')
  const size = readFileSync(log).length
  appendFileSync(log, '{"key":"torn')
  expect(await run(1)).toMatchObject({ outcome: 'done' })
  expect(readdirSync(join(home, 'shards', '00001')).length).toBe(2)
  expect(readFileSync(log).length).toBe(size + 12)
  // What was refused is asked again; no answer is.
  expect([server.calls() - before, questions()]).toEqual([calls, asked + 1])
  await mergeShards(home, { clean: true })
  expect(await contentOf(home)).toEqual(whole)
  expect(JSON.parse(readFileSync(join(home, 'usage.json'), 'utf8')).run.calls).toBe(calls + 1)
  expect(readdirSync(join(home, 'shards')).sort()).toEqual(['00000.json', '00001.json', 'merged', 'plan.json'])
  expect((await mergeShards(home)).wasMerged).toBe(true)
  expect(await contentOf(home)).toEqual(whole)
})

it('of racers for a shard one wins, the others lose, and the whole is as ever', async () => {
  const { planned, single } = await scene()
  const path = numbersIn(folder(), ROWS)
  const whole = await single(withFunction(path))
  const { home, run } = await planned(withFunction(path), 2)
  const outcomes = await Promise.all([0, 1, 0, 1, 0, 1].map(shard => run(shard)))
  expect(
    outcomes
      .filter(({ outcome }) => outcome === 'done')
      .map(({ shard }) => shard)
      .sort(),
  ).toEqual([0, 1])
  expect(outcomes.filter(({ outcome }) => outcome === 'lost').length).toBe(4)
  await mergeShards(home)
  expect(await contentOf(home)).toEqual(whole)
})

it('merge names what is missing, and a part that is not what its shard has written', async () => {
  const { planned } = await scene()
  const path = numbersIn(folder(), ROWS)
  const { home, run } = await planned(withFunction(path), 5)
  for (const shard of [0, 2, 4]) await run(shard)
  expect(await mergeShards(home)).toMatchObject({ missing: [1, 3], manifest: null })
  for (const shard of [1, 3]) await run(shard)
  const [attempt] = readdirSync(join(home, 'shards', '00003'))
  const part = join(home, 'shards', '00003', attempt!, 'parts', 'part-00000.parquet')
  const bytes = readFileSync(part)
  bytes[40]! ^= 1
  writeFileSync(part, bytes)
  await expect(mergeShards(home)).rejects.toThrow('is not what its shard has written')
})

it('a seed that has changed since is refused by name', async () => {
  const { planned } = await scene()
  const source = folder()
  const path = numbersIn(source, ROWS)
  const changed = await planned(withFunction(path), 2)
  writeFileSync(path, readFileSync(path, 'utf8').replace('"n":3', '"n":4'))
  await expect(changed.run(0)).rejects.toThrow(`'${path}' has changed`)
  const added = await planned(withFunction(join(source, '*.jsonl')), 2)
  writeFileSync(join(source, 'more.jsonl'), '{"n": 1}\n')
  await expect(added.run(0)).rejects.toThrow(`'${join(source, 'more.jsonl')}' has come`)
})

it('what shards cannot keep is refused by name, before anything is spent', async () => {
  const { server, planned } = await scene()
  const path = numbersIn(folder(), ROWS)
  const table = customColumnGenerator({ requiredColumns: ['n'] }, (rows: Row[]) => rows.map(row => ({ ...row, rank: 1 })))
  const ranked = withFunction(path).addColumn(
    new CustomColumnConfig({ name: 'rank', generatorFunction: table, generationStrategy: 'full_column' }),
  )
  await expect(planned(ranked, 2)).rejects.toThrow("column 'rank' sees all rows at once")
  const logs = folder()
  mkdirSync(join(logs, 'p'))
  writeFileSync(
    join(logs, 'p', 'a.jsonl'),
    '{"type":"user","uuid":"1","sessionId":"a","timestamp":"2026-01-02T03:04:05Z","message":{"role":"user","content":"Hi"}}\n',
  )
  const rollouts = new DataDesignerConfigBuilder()
    .withSeedDataset(new AgentRolloutSeedSource({ format: 'claude_code', path: logs }))
    .addColumn(new ExpressionColumnConfig({ name: 'x', expr: '{{ trace_id }}' }))
  await expect(planned(rollouts, 2)).rejects.toMatchObject({
    message: expect.stringContaining('agent logs'),
    hint: expect.stringContaining('Ingest'),
  })
  const contents = new DataDesignerConfigBuilder()
    .withSeedDataset(new FileContentsSeedSource({ path: logs }))
    .addColumn(new ExpressionColumnConfig({ name: 'x', expr: '{{ content }}' }))
  await expect(planned(contents, 2, { numRecords: 1 })).rejects.toThrow('may give none or several')
  await expect(planned(withFunction(path), 2, { maxCostUSD: 1 })).rejects.toThrow('the price of m is not known')
  expect([server.health, server.calls()]).toEqual([0, 0])
})

it('each shard keeps to its share of the budget, over all its attempts', async () => {
  const { server, planned } = await scene()
  const path = numbersIn(folder(), ROWS)
  const prices = new Prices({ m: { input: 1e6, output: 1e6 } }) // a dollar a token
  const { home, run } = await planned(overFile(path, { parallel: 1 }), 2, { maxCostUSD: 300, prices })
  const stopped = await run(0)
  expect(stopped).toMatchObject({ outcome: 'stopped', reason: expect.stringContaining('is used up') })
  const calls = server.calls()
  expect(calls).toBeLessThan(20)
  await expect(run(0)).rejects.toThrow(/of the run's budget of 150 USD are spent/)
  expect(server.calls()).toBe(calls)
  const { run: withMore } = await openShards(home)
  expect(await withMore(0, { maxCostUSD: 10_000, errorRate: null })).toMatchObject({ outcome: 'done' })
  expect(Math.max(...server.served.values())).toBe(1)
})

it('a budget is raised by planning again, and workers that are at work heed it; it is not lowered', async () => {
  const { server, planned, modelProviders } = await scene()
  const path = numbersIn(folder(), ROWS)
  const prices = new Prices({ m: { input: 1e6, output: 1e6 } })
  const builder = overFile(path, { parallel: 1 })
  const { home, run } = await planned(builder, 2, { maxCostUSD: 300, prices })
  expect(await run(0)).toMatchObject({ outcome: 'stopped' })
  const again = (maxCostUSD: number | null) => planShards(builder, { home, of: 2, modelProviders, prices, maxCostUSD })
  await expect(again(200)).rejects.toThrow('it is 300 USD')
  await again(300)
  await expect(run(0)).rejects.toThrow("of the run's budget of 150 USD are spent")
  await again(20_000)
  await expect(again(19_999)).rejects.toThrow('it is 20000 USD')
  for (const shard of [0, 1]) expect((await run(shard)).outcome).toBe('done')
  expect((await mergeShards(home)).manifest).toMatchObject({ terms: { max_cost_usd: 20_000 } })
  expect(Math.max(...server.served.values())).toBe(1)
  const free = await planned(builder, 2, { prices })
  await expect(planShards(builder, { home: free.home, of: 2, modelProviders, prices, maxCostUSD: 1 })).rejects.toThrow(
    'it is without a limit',
  )
})

it('what a model lets through is remembered from shard to shard', async () => {
  let refusals = 2
  const server = await serve(({ response, prompt }) =>
    refusals-- > 0 ? void response.writeHead(429, { 'retry-after': '0' }).end('{"error":{"message":"busy"}}') : `[${prompt}]`,
  )
  const home = folder()
  const modelProviders = [new ModelProvider({ name: 'here', endpoint: server.endpoint })]
  const builder = overFile(numbersIn(folder(), 12), { parallel: 8 })
  await planShards(builder, { home, of: 3, seed: 1, modelProviders })
  const { run } = await openShards(home)
  const limits: number[][] = []
  for (const shard of [0, 1]) {
    const seen: number[] = []
    limits.push(seen)
    await run(shard, { onProgress: ({ models }) => void seen.push(...models.map(({ limit }) => limit)) })
  }
  expect(limits[1]!.length).toBeGreaterThan(0)
  expect(Math.max(...limits[1]!)).toBeLessThan(8)
})

it('a merged run is a run: what failed can be made again, and is there when it is merged again', async () => {
  let isBroken = true
  const server = await serve(({ prompt, response }) =>
    isBroken && prompt === 'Ask 4' ? void response.writeHead(400).end('{"error":{"message":"no"}}') : `[${prompt}]`,
  )
  const home = folder()
  const modelProviders = [new ModelProvider({ name: 'here', endpoint: server.endpoint })]
  const builder = overFile(numbersIn(folder(), ROWS))
  await planShards(builder, { home, of: 3, seed: 7, modelProviders })
  const { run } = await openShards(home)
  for (const shard of [2, 0, 1]) await run(shard)
  expect((await mergeShards(home)).manifest).toMatchObject({ rows: ROWS - 1, rejects: 1 })
  isBroken = false
  const calls = server.calls()
  const designer = new DataDesigner({ modelProviders })
  const again = await designer.create(builder, { path: home, retryFailed: true })
  expect([again.manifest.rows, again.manifest.rejects, server.calls() - calls]).toEqual([ROWS, 0, 2])
  expect((await mergeShards(home)).wasMerged).toBe(true)
  expect((await again.loadDataset()).length).toBe(ROWS)
})

it('a merged run is published in one commit, and takes the place of the one before', async () => {
  const { planned, single } = await scene()
  const path = numbersIn(folder(), ROWS)
  const whole = await single(overFile(path))
  const hub = new HubServer()
  process.env['HF_ENDPOINT'] = await hub.start()
  process.env['HF_TOKEN'] = hub.token
  const place = 'hf://datasets/ada/numbers'
  try {
    const { home, run } = await planned(overFile(path), 3)
    await expect(publishRun(home, place)).rejects.toThrow('found no finished run there')
    for (const shard of [0, 1, 2]) await run(shard)
    await mergeShards(home)
    const { written } = await publishRun(home, place)
    const repo = hub.repos.get('ada/numbers')!
    expect([repo.commits.length, repo.commits[0]!.operations]).toEqual([1, written.length])
    // What is there is the run.
    const copy = folder()
    for (const [key, bytes] of repo.files) {
      mkdirSync(join(copy, key, '..'), { recursive: true })
      writeFileSync(join(copy, key), bytes)
    }
    // What is there is the run; what was asked for its failures stays where it was made.
    expect(await contentOf(copy)).toEqual({ ...whole, asked: whole.asked.map(([row]) => [row, []]) })
    expect([...repo.files.keys()].filter(key => /^(?:shards|cells)/.test(key))).toEqual([])
    repo.files.set('README.md', Buffer.from('Mine'))
    repo.files.set('notes.md', Buffer.from('Mine, too'))
    const other = await planned(overFile(path), 1)
    await other.run(0)
    await mergeShards(other.home)
    expect((await publishRun(other.home, place)).removed.length).toBeGreaterThan(0)
    expect([String(repo.files.get('README.md')), repo.files.has('notes.md'), repo.commits.length]).toEqual(['Mine', true, 2])
    expect([...repo.files.keys()].filter(key => key.startsWith('parts/')).length).toBe(
      (await mergeShards(other.home)).manifest!.parts.length,
    )
    const elsewhere = folder()
    await publishRun(other.home, elsewhere)
    expect(await contentOf(elsewhere)).toEqual({ ...whole, asked: whole.asked.map(([row]) => [row, []]) })
  } finally {
    await hub.stop()
  }
})
