import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folder, serve } from '../../../test/pipeline-scene.ts'
import { CustomColumnConfig } from '../../column/custom.ts'
import { ExpressionColumnConfig } from '../../column/expression.ts'
import { customColumnGenerator } from '../../column/generator-function.ts'
import { LLMTextColumnConfig } from '../../column/llm-text.ts'
import { ModelConfig } from '../../model/model-config.ts'
import { ModelProvider } from '../../model/model-provider.ts'
import type { Outcome, Row } from '../../row.ts'
import { LocalFileSeedSource } from '../../seed/file.ts'
import { AgentRolloutSeedSource } from '../../seed/rollouts.ts'
import type { OpenSeed, SeedSource } from '../../seed/seed.ts'
import { IndexRange, PartitionBlock, type SelectionStrategy } from '../../seed/select.ts'
import { DataDesignerConfigBuilder } from '../config/builder.ts'
import { DataDesigner } from '../data-designer.ts'

/** Things of which some give nothing, some a reject and some several rows. */
const uneven: SeedSource = {
  seedType: 'test',
  columns: ['n'],
  async open(): Promise<OpenSeed> {
    return {
      columns: ['n'],
      size: 23,
      place: 'a test',
      read: async (index): Promise<Outcome[]> =>
        index % 5 === 1
          ? [{ reject: { at: `thing ${index}`, reason: 'torn' } }]
          : Array.from({ length: index % 4 }, (_, i) => ({ row: { n: index * 10 + i } })),
      close: () => {},
    }
  },
  toJSON: () => ({ seed_type: 'test' }),
}

describe('parts of a seed give what the whole gives', () => {
  const every = (parts: number) => Array.from({ length: parts }, (_, index) => new PartitionBlock({ index, numPartitions: parts }))
  const cuts: [string, SelectionStrategy[]][] = [
    ['two blocks', every(2)],
    ['seven blocks', every(7)],
    ['ranges', [new IndexRange({ start: 0, end: 4 }), new IndexRange({ start: 5, end: 5 }), new IndexRange({ start: 6, end: 22 })]],
  ]
  for (const [what, parts] of cuts)
    for (const [kind, make] of [
      ['rows of a file', fileOf],
      ['things that give none, one or several', () => uneven],
    ] as const)
      it(`${what} of ${kind}, byte for byte, failures named alike`, async () => {
        const server = await serve()
        const source = make()
        const made = async (selection: SelectionStrategy | null) => {
          const path = folder()
          const config = new DataDesignerConfigBuilder({ modelConfigs: [new ModelConfig({ alias: 'm', model: 'm' })] })
            .withSeedDataset(source, { selectionStrategy: selection })
            .addColumn(new ExpressionColumnConfig({ name: 'dice', expr: '{{ range(100000) | random }}', dtype: 'int' }))
            .addColumn(new LLMTextColumnConfig({ name: 'asked', modelAlias: 'm', prompt: '{{ n }} {{ range(1000) | random }}' }))
            .addColumn(
              new CustomColumnConfig({
                name: 'drawn',
                generatorFunction: customColumnGenerator({ requiredColumns: ['n'] }, (row: Row, { rng }) => {
                  if (Number(row['n']) % 9 === 2) throw new Error('no nines')
                  return { ...row, drawn: rng() }
                }),
              }),
            )
          const designer = new DataDesigner({ seed: 7, modelProviders: [new ModelProvider({ name: 'here', endpoint: server.endpoint })] })
          const results = await designer.create(config, { path, errorRate: null, partRows: 3 })
          return {
            rows: (await results.loadDataset()).map(row => JSON.stringify(row)),
            failures: results.failures.map(({ row, at }) => `${row} ${at}`),
          }
        }
        const whole = await made(null)
        const each: Awaited<ReturnType<typeof made>>[] = []
        for (const part of parts)
          each.push(
            await made(part).catch(error =>
              /none of what was selected/.test(error.message) ? { rows: [], failures: [] } : Promise.reject(error),
            ),
          )
        expect(whole.rows.length).toBeGreaterThan(10)
        expect(whole.failures.length).toBeGreaterThan(0)
        expect(each.flatMap(part => part.rows)).toEqual(whole.rows)
        expect(each.flatMap(part => part.failures).filter(failure => !/^null/.test(failure))).toEqual(
          whole.failures.filter(failure => !/^null/.test(failure)),
        )
        expect(new Set(whole.rows.map(row => JSON.parse(row).dice)).size).toBeGreaterThan(10)
      })
})

it('a thing that is rejected no more has its row, and those behind it stay as they were', async () => {
  const made = async (isMended: boolean) => {
    const source: SeedSource = {
      ...uneven,
      open: async () => ({
        columns: ['n'],
        size: 9,
        place: 'a test',
        read: async index => (index === 2 && !isMended ? [{ reject: { at: 'two', reason: 'torn' } }] : [{ row: { n: index } }]),
        close: () => {},
      }),
    }
    const config = new DataDesignerConfigBuilder()
      .withSeedDataset(source)
      .addColumn(new ExpressionColumnConfig({ name: 'dice', expr: '{{ range(100000) | random }}', dtype: 'int' }))
    const results = await new DataDesigner({ seed: 7 }).create(config, { path: folder() })
    return (await results.loadDataset()).map(row => JSON.stringify(row))
  }
  const [before, after] = [await made(false), await made(true)]
  expect([before.length, after.length]).toEqual([8, 9])
  expect(after.toSpliced(2, 1)).toEqual(before)
})

function fileOf(): SeedSource {
  const path = join(folder(), 'rows.jsonl')
  writeFileSync(path, Array.from({ length: 23 }, (_, n) => `{"n": ${n}}\n`).join(''))
  return new LocalFileSeedSource({ path })
}

it('blocks of agent logs are refused, and a range of them says that it knows no copies outside of it', async () => {
  const path = folder()
  for (const name of ['a', 'b', 'copy-of-a']) {
    const sessionId = name === 'b' ? '00000000-0000-4000-8000-00000000000b' : '00000000-0000-4000-8000-00000000000a'
    const lines = [
      {
        type: 'user',
        uuid: `${name}1`,
        parentUuid: null,
        sessionId,
        timestamp: '2026-01-02T03:04:05Z',
        message: { role: 'user', content: `Do ${sessionId}` },
      },
      {
        type: 'assistant',
        uuid: `${name}2`,
        parentUuid: `${name}1`,
        sessionId,
        timestamp: '2026-01-02T03:04:06Z',
        message: { id: 'm', role: 'assistant', model: 'm', content: [{ type: 'text', text: 'Done' }], usage: {} },
      },
    ]
    mkdirSync(join(path, name))
    writeFileSync(join(path, name, `${sessionId}.jsonl`), lines.map(line => `${JSON.stringify(line)}\n`).join(''))
  }
  const said: string[] = []
  const partOf = (selectionStrategy: SelectionStrategy, compat: 'data_designer' | null = null) =>
    new DataDesignerConfigBuilder().withSeedDataset(new AgentRolloutSeedSource({ format: 'claude_code', path, compat }), {
      selectionStrategy,
    })
  for (const index of [0, 1]) {
    const block = partOf(new PartitionBlock({ index, numPartitions: 2 }))
    await expect(new DataDesigner().validate(block)).rejects.toThrow(/cannot be partitioned.*Ingest the logs into a store/)
    const made = folder()
    await expect(new DataDesigner().create(block, { path: made })).rejects.toThrow('cannot be partitioned')
    expect(readdirSync(made)).toEqual([])
    const range = partOf(new IndexRange({ start: index, end: index + 1 }))
    await new DataDesigner().create(range, { path: folder(), onEvent: event => void (event.type === 'note' && said.push(event.text)) })
    expect((await new DataDesigner().validate(range)).warnings.join()).toContain('copies')
  }
  expect(said.filter(text => text.includes('copies')).length).toBe(2)
  const reference = partOf(new PartitionBlock({ index: 0, numPartitions: 2 }), 'data_designer')
  expect((await new DataDesigner().validate(reference)).warnings).toEqual([])
})
