import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { designer, folder, numbers, pipeline, serve } from '../../../test/pipeline-scene.ts'
import { ExpressionColumnConfig } from '../../column/expression.ts'
import { AgentRolloutSeedSource } from '../../seed/rollouts.ts'
import { DataDesignerConfigBuilder } from '../config/builder.ts'
import { DataDesigner } from '../data-designer.ts'
import type { RunEvent, RunProgress } from './run-events.ts'

/** Rows without a model: n, and whether it is even. */
const plain = (rows: number) =>
  numbers({ rows }).addColumn(new ExpressionColumnConfig({ name: 'even', expr: '{{ n % 2 == 0 }}', dtype: 'bool' }))

describe('exactly N is judged by what is committed', () => {
  const designer = new DataDesigner({ seed: 1 })
  for (const partRows of [4, 1000])
    for (const [what, accept, rows, wanted, made, reason] of [
      ['all accepted', 'true', 30, 30, 30, null],
      ['fewer than there are', 'true', 30, 2, 2, null],
      ['by a condition', 'even', 30, 10, 10, null],
      ['all that meet it', 'even', 30, 15, 15, null],
      ['too few', 'true', 12, 50, 12, 'Only 12 of 50 rows were accepted: the seed has no more than 12 rows to offer'],
      ['too few that meet it', 'even', 30, 20, 15, 'Only 15 of 20 rows were accepted: the seed has no more than 30 rows to offer'],
      ['none', 'false', 30, 5, 0, 'Only 0 of 5 rows were accepted: the seed has no more than 30 rows to offer'],
    ] as const)
      it(`${what}, parts of ${partRows}`, async () => {
        const path = folder()
        const results = await designer.create(plain(rows), { numRecords: wanted, accept, path, partRows })
        expect(results.manifest).toMatchObject({ status: 'complete', rows: made, reason })
        expect((await results.loadDataset()).length).toBe(made)
        // Resumed, it is what it was; more of it is judged anew.
        expect((await designer.create(plain(rows), { path, resume: true, partRows })).manifest).toMatchObject({ rows: made, reason })
        const more = await designer.create(plain(rows), { path, resume: true, numRecords: wanted + 1, partRows })
        const most = accept === 'even' ? Math.ceil(rows / 2) : accept === 'true' ? rows : 0
        expect(more.manifest.rows).toBe(Math.min(most, wanted + 1))
        expect(more.manifest.reason === null).toBe(wanted + 1 <= most)
      })
})

describe('how many', () => {
  it('is all there is, each once, where nobody says how many', async () => {
    for (const numRecords of [undefined, 'all'] as const) {
      const results = await new DataDesigner().create(plain(37), { path: folder(), ...(numRecords === undefined ? {} : { numRecords }) })
      expect(results.manifest).toMatchObject({ status: 'complete', reason: null, rows: 37, target: { num_records: null } })
    }
    const none = new DataDesignerConfigBuilder().addColumn(new ExpressionColumnConfig({ name: 'a', expr: '{{ 1 }}' }))
    expect((await new DataDesigner().create(none, { path: folder() })).manifest.rows).toBe(10)
    await expect(new DataDesigner().create(none, { path: folder(), numRecords: 'all' })).rejects.toThrow('the config has no seed')
  })

  it('is no more than the seed has, which is said', async () => {
    const path = folder()
    const results = await new DataDesigner({ seed: 1 }).create(plain(8), { path, numRecords: 30 })
    expect(results.manifest).toMatchObject({ status: 'complete', rows: 8, reason: expect.stringContaining('Only 8 of 30 rows were drawn') })
    const events: RunEvent[] = []
    const again = await new DataDesigner({ seed: 1 }).create(plain(8), {
      path,
      resume: true,
      repeatSeed: true,
      onEvent: event => void events.push(event),
    })
    expect(again.manifest).toMatchObject({ rows: 30, reason: null, seed_rows: 8 })
    expect(events).toContainEqual({ type: 'note', text: 'The seed has no more than 8 rows: they are drawn again, up to 4 times each' })
    // Resuming keeps to what was asked for.
    expect((await new DataDesigner({ seed: 1 }).create(plain(8), { path, resume: true, numRecords: 33 })).manifest.rows).toBe(33)
  })

  it('is what Data Designer makes, where it is held to its ways', async () => {
    const results = await new DataDesigner({ compat: 'data_designer' }).create(plain(3), { path: folder(), numRecords: 10 })
    expect(results.manifest).toMatchObject({ rows: 10, reason: null })
  })
})

it('progress counts the rows of before a resume', async () => {
  const path = folder()
  const create = (numRecords: number, resume: boolean) => {
    const told: RunProgress[] = []
    return new DataDesigner({ seed: 1 })
      .create(plain(100), { path, numRecords, resume, partRows: 10, onProgress: progress => void told.push(structuredClone(progress)) })
      .then(() => told)
  }
  expect((await create(30, false)).at(-1)).toMatchObject({ done: 30, target: 30, rows: 30 })
  const told = await create(100, true)
  expect(told.every(({ done, rows }) => done >= 30 && rows >= 30)).toBe(true)
  expect(told.at(-1)).toMatchObject({ done: 100, target: 100, rows: 100, drawn: 100 })
})

it('a start that fails leaves nothing behind', async () => {
  const outer = folder()
  const path = join(outer, 'not', 'there', 'yet')
  const server = await serve()
  const { existsSync } = await import('node:fs')
  const { ModelConfig } = await import('../../model/model-config.ts')
  const { LLMTextColumnConfig } = await import('../../column/llm-text.ts')
  const asks = (provider: string) =>
    new DataDesignerConfigBuilder({ modelConfigs: [new ModelConfig({ alias: 'x', model: 'x', provider })] }).addColumn(
      new LLMTextColumnConfig({ name: 'a', modelAlias: 'x', prompt: 'p' }),
    )
  const designs = designer(server)
  await expect(designs.create(asks('openai'), { path })).rejects.toThrow('OPENAI_API_KEY')
  await expect(designs.create(asks('opnai'), { path })).rejects.toThrow('opnai')
  await expect(designs.create(pipeline(), { path, maxCostUSD: 1 })).rejects.toThrow('price')
  await expect(new DataDesigner().create(new DataDesignerConfigBuilder(), { path })).rejects.toThrow()
  const logs = new DataDesignerConfigBuilder().withSeedDataset(new AgentRolloutSeedSource({ format: 'codex', path: join(outer, 'none') }))
  await expect(new DataDesigner().create(logs, { path })).rejects.toThrow()
  expect(existsSync(join(outer, 'not'))).toBe(false)
  // What was there stays.
  writeFileSync(join(outer, 'mine.txt'), 'x')
  await expect(designs.create(asks('openai'), { path: outer })).rejects.toThrow()
  expect((await import('node:fs')).readdirSync(outer)).toEqual(['mine.txt'])
})
