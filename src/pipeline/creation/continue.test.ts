import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CustomColumnConfig } from '../../column/custom.ts'
import { ExpressionColumnConfig } from '../../column/expression.ts'
import { ModelConfig } from '../../model/model-config.ts'
import { ToolConfig } from '../../model/tools/tool-config.ts'
import type { Row } from '../../row.ts'
import { ScalarInequalityConstraint } from '../../sampler/constraint.ts'
import { RowsSeedSource } from '../../seed/rows.ts'
import { DataDesignerConfigBuilder } from '../config/builder.ts'
import { DataDesigner } from '../data-designer.ts'
import { DropColumnsProcessorConfig } from '../processors/drop-columns.ts'
import { SchemaTransformProcessorConfig } from '../processors/schema-transform.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tracewright-continue-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const rows = [1, 2, 3].map(n => ({ n, big: 9007199254740993n as unknown as number, text: `kite ${n}` }))
const writer = new ModelConfig({ alias: 'writer', model: 'm', provider: 'stand-in' })

function kites(): DataDesignerConfigBuilder {
  return new DataDesignerConfigBuilder({ modelConfigs: [writer] })
    .addToolConfig(new ToolConfig({ toolAlias: 'box', providers: ['p'] }))
    .withSeedDataset(new RowsSeedSource({ rows }))
    .addColumn(new ExpressionColumnConfig({ name: 'loud', expr: '{{ text | upper }}' }))
    .addColumn(new ExpressionColumnConfig({ name: 'aside', expr: '{{ n * 2 }}', dtype: 'int', drop: true }))
    .addProcessor(new SchemaTransformProcessorConfig({ name: 'chat', template: { said: '{{ loud }}' } }))
    .addProcessor(new DropColumnsProcessorConfig({ name: 'less', columnNames: ['te*'] }))
}

describe('a dataset that was made', () => {
  it('is counted, and gone on from with its models, its tools, and its rows as a seed', async () => {
    const made = await new DataDesigner().create(kites(), { path: join(folder, 'made') })
    expect(made.countRecords()).toBe(3)
    const next = await made.toConfigBuilder()
    expect(next.modelConfigs).toEqual([writer])
    expect(next.toolConfigs.map(({ toolAlias }) => toolAlias)).toEqual(['box'])
    expect(next.columns).toEqual([])
    expect(next.toJSON()).toMatchObject({
      data_designer: { seed_config: { source: { seed_type: 'dataset', path: join(folder, 'made') } } },
    })
    const { dataset } = await new DataDesigner().preview(next.addColumn(new ExpressionColumnConfig({ name: 'again', expr: '{{ loud }}!' })))
    expect(dataset.map(row => [row['again'], row['big']])).toEqual([1, 2, 3].map(n => [`KITE ${n}!`, 9007199254740993n]))
  })

  it('is gone on from with some of its columns', async () => {
    const made = await new DataDesigner().create(kites(), { path: join(folder, 'some') })
    const next = await made.toConfigBuilder(['loud'])
    const { dataset } = await new DataDesigner().preview(next.addColumn(new ExpressionColumnConfig({ name: 'again', expr: '{{ loud }}!' })))
    expect(dataset[0]).toEqual({ loud: 'KITE 1', again: 'KITE 1!' })
    await expect(made.toConfigBuilder(['lout'])).rejects.toThrow('found no lout')
  })

  it('says where a processor put what it made', async () => {
    const made = await new DataDesigner().create(kites(), { path: join(folder, 'where') })
    expect(existsSync(made.getPathToProcessorArtifacts('chat'))).toBe(true)
    expect(() => made.getPathToProcessorArtifacts('less')).toThrow('those that made rows are chat')
  })
})

describe('what is dropped', () => {
  const expected: Row[] = rows.map(({ n, text }) => ({ text, aside: 2 * n }))

  it.each([[{ preserveDroppedColumns: true }], [{ preserve_dropped_columns: true }]])('is kept beside the rows by %j', async runConfig => {
    const designer = new DataDesigner({ runConfig })
    const { dataset, processorArtifacts } = await designer.preview(kites())
    expect(Object.keys(dataset[0]!)).toEqual(['n', 'big', 'loud'])
    expect(processorArtifacts['dropped-columns']).toEqual(expected)
    const made = await designer.create(kites(), { path: join(folder, Object.keys(runConfig)[0]!) })
    expect(await made.loadDroppedColumns()).toEqual(expected)
    expect(await made.loadDataset()).toEqual(dataset)
  })

  it('is not kept where nobody asked for it', async () => {
    const { processorArtifacts } = await new DataDesigner().preview(kites())
    expect(Object.keys(processorArtifacts)).toEqual(['chat'])
    const made = await new DataDesigner().create(kites(), { path: join(folder, 'gone') })
    expect(made.processors).toEqual(['chat'])
  })
})

describe('a preview', () => {
  it('is gone on from', async () => {
    const preview = await new DataDesigner().preview(kites(), { numRecords: 2 })
    const count = new CustomColumnConfig({ name: 'long', generatorFunction: (row: Row) => ({ ...row, long: String(row['loud']).length }) })
    const { dataset } = await new DataDesigner().preview(preview.toConfigBuilder(['loud']).addColumn(count))
    expect(dataset).toEqual([
      { loud: 'KITE 1', long: 6 },
      { loud: 'KITE 2', long: 6 },
    ])
    expect((await new DataDesigner().preview(preview.toConfigBuilder().addColumn(count))).dataset).toHaveLength(2)
  })
})

describe('a builder', () => {
  it('tells what is in it', () => {
    const builder = kites().addConstraint(new ScalarInequalityConstraint({ targetColumn: 'n', operator: 'gt', rhs: 1 }))
    expect(builder.getColumnConfig('loud').columnType).toBe('expression')
    expect(() => builder.getColumnConfig('lout')).toThrow(expect.objectContaining({ hint: "Did you mean 'loud'?" }))
    expect(builder.getColumnConfigs().map(({ name }) => name)).toEqual(['loud', 'aside'])
    expect([builder.numColumnsOfType('expression'), builder.numColumnsOfType('llm-text')]).toEqual([2, 0])
    expect(builder.getColumnsExcludingType('expression')).toEqual([])
    expect(builder.allowedReferences).toEqual(['loud', 'aside'])
    expect(builder.getConstraints('n')).toHaveLength(1)
    expect(builder.getProcessorConfigs().map(({ name }) => name)).toEqual(['chat', 'less'])
    expect(builder.getSeedConfig()?.source.seedType).toBe('df')
    expect(builder.getToolConfig('box').providers).toEqual(['p'])
    expect(() => builder.getToolConfig('bax')).toThrow("Found no tools 'bax'")
  })

  it('gives back what was put into it', () => {
    const builder = kites().addConstraint(new ScalarInequalityConstraint({ targetColumn: 'n', operator: 'gt', rhs: 1 }))
    builder.deleteConstraints('n').deleteColumn('aside').deleteModelConfig('writer').deleteToolConfig('box')
    expect([builder.constraints, builder.modelConfigs, builder.toolConfigs]).toEqual([[], [], []])
    expect(builder.columns.map(({ name }) => name)).toEqual(['loud'])
    expect(() => builder.deleteModelConfig('writer')).toThrow("Found no model 'writer'")
    expect(() => builder.deleteColumn('aside')).toThrow("Found no column 'aside'")
  })

  it('carries profilers', () => {
    const builder = new DataDesignerConfigBuilder().addProfiler({ model_alias: 'judge', summary_score_sample_size: 5 })
    expect(builder.getProfilers()).toEqual([{ model_alias: 'judge', summary_score_sample_size: 5 }])
    expect(builder.toJSON()).toMatchObject({ data_designer: { profilers: builder.getProfilers() } })
    expect(() => builder.addProfiler({ model: 'judge' })).toThrow("Unknown key 'model'")
    expect(new DataDesignerConfigBuilder().getProfilers()).toEqual([])
  })
})
