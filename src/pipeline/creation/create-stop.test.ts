import { getEventListeners } from 'node:events'
import { expect, it } from 'vitest'
import { sleep } from '../../../test/model-server.ts'
import { designer, expected, folder, numbers, pipeline, serve } from '../../../test/pipeline-scene.ts'
import { CustomColumnConfig } from '../../column/custom.ts'
import { ExpressionColumnConfig } from '../../column/expression.ts'
import { customColumnGenerator } from '../../column/generator-function.ts'
import { LLMTextColumnConfig } from '../../column/llm-text.ts'
import { Prices } from '../../model/prices.ts'
import type { Row } from '../../row.ts'
import { DataDesignerConfigBuilder } from '../config/builder.ts'
import { DataDesigner } from '../data-designer.ts'

const prices = new Prices({ m: { input: 100_000, output: 0 } }) // a dollar a call

it('create() stops when the budget is used up, and goes on with another', async () => {
  const server = await serve(async ({ prompt }) => {
    await sleep(5)
    return `[${prompt}]`
  })
  const path = folder()
  const options = { path, prices, partRows: 4 }
  const first = await designer(server).create(pipeline({ parallel: 4 }), { ...options, numRecords: 30, maxCostUSD: 20 })
  expect(first.manifest).toMatchObject({ status: 'stopped', reason: expect.stringContaining('budget of 20 USD') })
  const { cost_usd } = first.usage.run
  expect(cost_usd).toBe(server.calls() + 1)
  // Only calls that were started before the last replies were billed may exceed it.
  expect(cost_usd).toBeGreaterThanOrEqual(20)
  expect(cost_usd).toBeLessThanOrEqual(20 + 8)
  // What it says was spent is the bill, calls that were under way included; and nobody goes on past a budget by leaving it out.
  expect(first.manifest.reason).toContain(`${cost_usd} USD were spent`)
  for (const budget of [{}, { maxCostUSD: 20 }, { maxCostUSD: cost_usd! }])
    await expect(designer(server).create(pipeline({ parallel: 4 }), { path, resume: true, ...budget })).rejects.toMatchObject({
      kind: 'usage',
      message: `Cannot go on: ${cost_usd} USD of the run's budget of ${budget.maxCostUSD ?? 20} USD are spent`,
    })
  // The budget of before, the prices of before: a larger one is all that must be said. Nor must the provider be named again.
  const raised = await new DataDesigner({ seed: 1 }).create(pipeline({ parallel: 4 }), { path, partRows: 4, resume: true, maxCostUSD: 40 })
  expect(raised.manifest).toMatchObject({ status: 'stopped', reason: expect.stringContaining('budget of 40 USD') })
  await expect(new DataDesigner({ seed: 1 }).create(pipeline(), { path, resume: true })).rejects.toThrow('budget of 40 USD')
  const second = await designer(server).create(pipeline({ parallel: 4 }), { ...options, resume: true, maxCostUSD: 1000 })
  expect(second.manifest.status).toBe('complete')
  expect(server.calls()).toBe(60)
  expect(second.usage.run.cost_usd).toBe(60 + server.health)
  expect(await second.loadDataset()).toMatchObject(expected(30))
  await expect(designer(server).create(pipeline(), { path: folder(), maxCostUSD: 1 })).rejects.toThrow('price of m is not known')
})

it('create() gives up when too many rows fail, and says why', async () => {
  const server = await serve(({ prompt, response }) =>
    /First [1-9]\d/.test(prompt) ? void response.writeHead(400).end('{"error":{"message":"the model is not well"}}') : `[${prompt}]`,
  )
  const path = folder()
  const results = await designer(server).create(pipeline({ rows: 500 }), { numRecords: 500, path })
  expect(results.manifest).toMatchObject({
    status: 'stopped',
    reason: expect.stringMatching(/11 of the last 20 rows failed: 11 × column 'a': .*not well/),
  })
  expect(server.asked.size).toBeLessThan(100)
  expect(results.manifest.rows).toBe(10)
  const through = await designer(server).create(pipeline({ rows: 500 }), { numRecords: 60, path, resume: true, errorRate: null })
  expect(through.manifest).toMatchObject({ status: 'complete', rows: 10, rejects: 50 })
})

it('create() draws until exactly N rows are accepted, and no more than it must', async () => {
  const server = await serve(({ prompt }) => (Number(prompt.split(' ')[1]) % 3 === 0 ? 'good' : 'bad'))
  const config = () =>
    numbers({ rows: 300 })
      .addColumn(new LLMTextColumnConfig({ name: 'verdict', modelAlias: 'm', prompt: 'Judge {{ n }}', drop: true }))
      .addColumn(new ExpressionColumnConfig({ name: 'twice', expr: '{{ n * 2 }}', dtype: 'int' }))
  const path = folder()
  const accept = "verdict == 'good'"
  const results = await designer(server).create(config(), { numRecords: 20, accept, path, partRows: 6 })
  expect(results.manifest).toMatchObject({ status: 'complete', rows: 20, declined: 38, drawn_rows: 58 })
  expect(await results.loadDataset()).toEqual(Array.from({ length: 20 }, (_, i) => ({ n: 3 * i, twice: 6 * i })))
  expect(server.calls()).toBeLessThan(58 + 8)
  const more = await designer(server).create(config(), { numRecords: 25, path, resume: true })
  expect(more.manifest).toMatchObject({ status: 'complete', rows: 25, drawn_rows: 73 })
  expect([...server.served.values()].every(n => n === 1)).toBe(true)
})

it('create() says why exactly N rows cannot be had', async () => {
  const server = await serve(() => 'bad')
  const config = numbers({ rows: 30 }).addColumn(new LLMTextColumnConfig({ name: 'verdict', modelAlias: 'm', prompt: 'Judge {{ n }}' }))
  const results = await designer(server).create(config, { numRecords: 5, accept: "verdict == 'good'", path: folder() })
  expect(results.manifest).toMatchObject({
    status: 'complete',
    rows: 0,
    declined: 30,
    reason: expect.stringContaining('Only 0 of 5 rows were accepted'),
  })
  const unknown = designer(server).create(config, { numRecords: 5, accept: 'verdct', path: folder() })
  await expect(unknown).rejects.toMatchObject({ kind: 'usage', hint: "Did you mean 'verdict'?" })
  expect(server.calls()).toBe(30)
})

it('create() does not show half of the rows to a step that sees them all', async () => {
  const stop = new AbortController()
  const server = await serve(({ prompt }) => {
    if (prompt === 'First 9') stop.abort()
    return `[${prompt}]`
  })
  const seen: number[] = []
  const all = customColumnGenerator({ requiredColumns: ['a'] }, (rows: Row[]) => {
    seen.push(rows.length)
    return rows.map(row => ({ ...row, all: rows.length }))
  })
  const config = numbers({ rows: 30, parallel: 2 })
    .addColumn(new LLMTextColumnConfig({ name: 'a', modelAlias: 'm', prompt: 'First {{ n }}' }))
    .addColumn(new CustomColumnConfig({ name: 'all', generatorFunction: all, generationStrategy: 'full_column' }))
  const path = folder()
  const first = await designer(server).create(config, { numRecords: 30, path, stop: stop.signal })
  expect(first.manifest).toMatchObject({ status: 'stopped', rows: 0 })
  const second = await designer(server).create(config, { path, resume: true })
  expect(seen).toEqual([30])
  expect(second.manifest).toMatchObject({ status: 'complete', rows: 30, rejects: 0 })
  expect(server.calls()).toBe(30)
})

it('create() survives refusals, lost connections, broken replies and a slow server', async () => {
  const trouble = ['429', 'close', 'garbage', 'ok'] as const
  const server = await serve(({ prompt, nth, response }) => {
    const kind = nth > 1 ? 'ok' : trouble[Number(/\d+/.exec(prompt)![0]) % 4]
    if (kind === '429') return void response.writeHead(429, { 'retry-after-ms': '20' }).end('{}')
    if (kind === 'close') return void response.destroy()
    if (kind === 'garbage') return void response.writeHead(200, { 'content-type': 'application/json' }).end('{"choices":[{"mess')
    return `[${prompt}]`
  })
  const results = await designer(server).create(pipeline({ rows: 12, parallel: 12 }), { numRecords: 12, path: folder() })
  expect(await results.loadDataset()).toMatchObject(expected(12))
  expect([...server.served.values()].every(n => n === 1)).toBe(true)
})

it.each(['onBatchComplete', 'onProgress', 'onEvent'] as const)(
  'an error on the way (%s) ends a run that waits for rows to be accepted',
  async how => {
    const path = folder()
    const config = new DataDesignerConfigBuilder().addColumn(new ExpressionColumnConfig({ name: 'x', expr: '{{ [0, 1] | random }}' }))
    const broken = () => {
      throw new Error('the disk is full')
    }
    // More rows may be under way than are wanted yet.
    const making = new DataDesigner({ seed: 1 }).create(config, { path, numRecords: 3, accept: "x == '1'", partRows: 1, [how]: broken })
    await expect(making).rejects.toThrow('the disk is full')
    const whole = await new DataDesigner({ seed: 1 }).create(config, { path, partRows: 1, resume: true })
    expect(whole.manifest).toMatchObject({ status: 'complete', rows: 3 })
  },
)

it('signals that outlive a run keep nothing of it', async () => {
  const [stop, abort] = [new AbortController(), new AbortController()]
  const config = new DataDesignerConfigBuilder().addColumn(new ExpressionColumnConfig({ name: 'x', expr: '1' }))
  for (let run = 0; run < 3; run++)
    await new DataDesigner({ seed: 1 }).create(config, { path: folder(), numRecords: 1, stop: stop.signal, signal: abort.signal })
  for (const { signal } of [stop, abort]) expect(getEventListeners(signal, 'abort')).toEqual([])
})
