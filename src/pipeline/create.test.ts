import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { sleep } from '../../test/model-server.ts'
import { designer, expected, folder, numbers, pipeline, serve } from '../../test/pipeline-scene.ts'
import { storedTypesOf } from '../codec/stored-types.ts'
import { CustomColumnConfig } from '../column/custom.ts'
import { customColumnGenerator } from '../column/generator-function.ts'
import { LLMTextColumnConfig } from '../column/llm-text.ts'
import { Prices } from '../model/prices.ts'
import type { Row } from '../row.ts'
import { RowsSeedSource } from '../seed/rows.ts'
import { DataDesignerConfigBuilder } from './config/builder.ts'
import type { RunEstimate } from './creation/estimate.ts'
import type { RunEvent, RunProgress } from './creation/run-events.ts'

it('create() makes rows in the order of the seed, a bill, and a folder that can be read', async () => {
  const server = await serve(async ({ prompt }) => {
    await sleep(Math.random() * 5)
    return `[${prompt}]`
  })
  const path = folder()
  const results = await designer(server).create(pipeline(), {
    numRecords: 30,
    path,
    partRows: 7,
    prices: new Prices({ m: { input: 1, output: 2 } }),
  })
  expect(await results.loadDataset()).toMatchObject(expected(30))
  expect(server.calls()).toBe(60)
  expect(results.usage.run).toMatchObject({ calls: 61, input_tokens: 610, output_tokens: 305 })
  expect(results.usage.run.cost_usd).toBeCloseTo((610 * 1 + 305 * 2) / 1e6)
  expect(results.usage.columns).toMatchObject({ a: { calls: 30 }, b: { calls: 30 }, '(health check)': { calls: 1 } })
  expect(results.manifest).toMatchObject({ status: 'complete', rows: 30, drawn_rows: 30, rejects: 0 })
  expect(results.manifest.parts.map(part => part.rows)).toEqual([7, 7, 7, 7, 2])
  expect((await results.loadAnalysis()).column_statistics.find(column => column.column_name === 'a')).toMatchObject({
    num_unique: 30,
    num_null: 0,
  })
  expect(await results.export(join(path, 'all.jsonl'))).toBe(30)
  expect(readFileSync(join(path, 'all.jsonl'), 'utf8').split('\n').length).toBe(31)
  expect(JSON.parse(readFileSync(join(path, 'plan.json'), 'utf8')).columns[2]).toEqual({
    name: 'b',
    column_type: 'llm-text',
    reads: ['a'],
    makes: ['b'],
  })
})

it('create() gives the same rows whatever the timing', async () => {
  const quick = await serve()
  const slow = await serve(async ({ prompt }) => {
    await sleep(Math.random() * 30)
    return `[${prompt}]`
  })
  const config = (parallel: number) => pipeline({ rows: 20, first: 'First {{ (n * 0) + (range(5) | random) }}', parallel })
  const one = await designer(quick).create(config(1), { numRecords: 40, path: folder() })
  const many = await designer(slow).create(config(32), { numRecords: 40, path: folder(), partRows: 3 })
  expect(await many.loadDataset()).toEqual(await one.loadDataset())
  // Equal questions are asked once, also where they are asked at the same time.
  expect(quick.calls()).toBe(10)
  expect(slow.calls()).toBe(10)
})

it('create() takes a column that makes many rows of one, or none, and one that sees all rows, in the middle', async () => {
  const server = await serve()
  const repeat = customColumnGenerator({ requiredColumns: ['a'] }, (row: Row) =>
    Array.from({ length: Number(row['n']) % 3 }, (_, i) => ({ ...row, copy: i })),
  )
  const rank = customColumnGenerator({ requiredColumns: ['b'] }, (rows: Row[]) => rows.map((row, i) => ({ ...row, rank: rows.length - i })))
  const config = numbers({ rows: 12 })
    .addColumn(new LLMTextColumnConfig({ name: 'a', modelAlias: 'm', prompt: 'First {{ n }}' }))
    .addColumn(new CustomColumnConfig({ name: 'copy', generatorFunction: repeat, allowResize: true }))
    .addColumn(new LLMTextColumnConfig({ name: 'b', modelAlias: 'm', prompt: 'Copy {{ copy }} of {{ a }}' }))
  const resized = await designer(server).create(config, { numRecords: 12, path: folder(), partRows: 2 })
  expect(resized.manifest).toMatchObject({ rows: 12, drawn_rows: 12, status: 'complete' })
  expect(server.calls()).toBe(12 + 12)
  config
    .addColumn(new CustomColumnConfig({ name: 'rank', generatorFunction: rank, generationStrategy: 'full_column' }))
    .addColumn(new LLMTextColumnConfig({ name: 'c', modelAlias: 'm', prompt: 'Rank {{ rank }}' }))
  const ranked = await designer(server).create(config, { numRecords: 12, path: folder(), partRows: 5 })
  expect((await ranked.loadDataset()).map(row => row['c'])).toEqual(Array.from({ length: 12 }, (_, i) => `[Rank ${12 - i}]`))
  expect(ranked.manifest).toMatchObject({ rows: 12, status: 'complete' })
})

it('create() pays nothing for what a preview has shown, in memory or in a file', async () => {
  const server = await serve()
  const dataDesigner = designer(server)
  await dataDesigner.preview(pipeline(), { numRecords: 10 })
  expect(server.calls()).toBe(20)
  const results = await dataDesigner.create(pipeline(), { numRecords: 30, path: folder() })
  expect(server.calls()).toBe(60)
  expect(results.usage.run.calls).toBe(41)

  const repliesPath = join(folder(), 'replies', 'replies.jsonl')
  await designer(server).preview(pipeline({ first: 'Other {{ n }}' }), { numRecords: 10, repliesPath })
  await designer(server).create(pipeline({ first: 'Other {{ n }}' }), { numRecords: 30, path: folder(), repliesPath })
  expect(server.calls()).toBe(120)
})

it('create() estimates the whole from a few rows, which are kept, and can be called off', async () => {
  const server = await serve()
  const path = folder()
  const estimates: RunEstimate[] = []
  const onEstimate = (estimate: RunEstimate) => void estimates.push(estimate)
  const declined = await designer(server).create(pipeline({ rows: 200 }), { numRecords: 200, path, onEstimate: () => false })
  expect(declined.manifest).toMatchObject({ status: 'stopped', rows: 0 })
  expect(server.calls()).toBe(10)
  const prices = new Prices({ m: { input: 1, output: 2 } })
  await designer(server).create(pipeline({ rows: 200 }), { path, resume: true, onEstimate, prices })
  expect(server.calls()).toBe(400)
  expect(estimates).toMatchObject([
    { rows: 200, sample_rows: 5, bill: { calls: 400, input_tokens: 4000, output_tokens: 2000 }, unpriced: [] },
  ])
  expect(estimates[0]!.bill.cost_usd).toBeCloseTo(0.008)
})

it('create() tells how far it is and what happens', async () => {
  const server = await serve()
  const events: RunEvent[] = []
  let last: RunProgress | null = null
  await designer(server).create(pipeline(), {
    numRecords: 30,
    path: folder(),
    partRows: 20,
    onEvent: event => void events.push(event),
    onProgress: progress => void (last = progress),
  })
  expect(events.map(event => event.type)).toEqual(['begin', 'part', 'part', 'end'])
  expect(last).toMatchObject({
    target: 30,
    done: 30,
    rows: 30,
    failed: 0,
    columns: { a: { done: 30 }, b: { done: 30 } },
    bill: { calls: 61 },
  })
})

it('create() keeps a second writer out of a folder', async () => {
  const server = await serve(async ({ prompt }) => {
    await sleep(20)
    return prompt
  })
  const path = folder()
  const first = designer(server).create(pipeline(), { numRecords: 30, path })
  await expect(designer(server).create(pipeline(), { numRecords: 30, path, resume: true })).rejects.toMatchObject({ kind: 'file' })
  await first
  await expect(designer(server).create(pipeline(), { numRecords: 30, path })).rejects.toMatchObject({ kind: 'usage' })
})

it('create() brings parts to the types all rows need, also those of an earlier session', async () => {
  const server = await serve()
  const path = folder()
  const config = () =>
    new DataDesignerConfigBuilder().withSeedDataset(new RowsSeedSource({ rows: [1, 2, 3, 2.5, 'four', null].map(v => ({ v })) }))
  await designer(server).create(config(), { numRecords: 3, path, partRows: 1 })
  const results = await designer(server).create(config(), { numRecords: 6, path, partRows: 1, resume: true })
  expect((await results.loadDataset()).map(row => row['v'])).toEqual([1, 2, 3, 2.5, 'four', null])
  const stored = results.manifest.parts.map(({ file }) => storedTypesOf(join(path, 'parts', file)))
  expect(new Set((await Promise.all(stored)).map(types => JSON.stringify(types))).size).toBe(1)
})
