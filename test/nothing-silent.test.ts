import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import * as dd from '../src/index.ts'

/*
 * JavaScript takes options that nobody knows without a word: wherever options are taken, the unknown are refused and the right name told.
 */

const folder = mkdtempSync(join(tmpdir(), 'tracewright-silent-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const model = { alias: 'a', model: 'm', provider: 'stand-in' }
const prompted = { name: 'e', prompt: '1', modelAlias: 'm' }
const uniform = { distributionType: 'uniform', params: { low: 0, high: 1 } }
const rows = () => new dd.DataDesignerConfigBuilder().withSeedDataset(new dd.DataFrameSeedSource({ df: [{ a: 1 }] }))
const make = (Class: unknown, options: object) => new (Class as new (options: object) => object)(options)

/** What is made, with an option in snake case or misspelt, and the name it should have. */
const MADE: [what: string, make: () => unknown, right: string][] = [
  ['parameters of a model', () => make(dd.ModelConfig, { ...model, inferenceParameters: { temprature: 1 } }), 'temperature'],
  ['parameters of a model, in snake case', () => make(dd.ModelConfig, { ...model, inferenceParameters: { top_p: 1 } }), 'topP'],
  ['a distribution', () => make(dd.ModelConfig, { ...model, inferenceParameters: { topP: { ...uniform, parms: 1 } } }), 'params'],
  ['a skip', () => make(dd.ExpressionColumnConfig, { name: 'e', expr: '1', skip: { when: '{{ a }}', valu: 1 } }), 'value'],
  ['a picture', () => make(dd.LLMTextColumnConfig, { ...prompted, multiModalContext: [{ column_name: 'a' }] }), 'columnName'],
  [
    'a sound',
    () => make(dd.LLMTextColumnConfig, { ...prompted, multiModalContext: [{ modality: 'audio', columnName: 'a', audio_format: 'mp3' }] }),
    'audioFormat',
  ],
  ['a file of rows', () => make(dd.LocalFileSeedSource, { path: 'a.csv', pth: 1 }), 'path'],
  ['sessions', () => make(dd.AgentRolloutSeedSource, { format: 'codex', file_pattern: '*' }), 'filePattern'],
  ['a folder', () => make(dd.DirectorySeedSource, { path: '.', file_pattern: '*' }), 'filePattern'],
  ['contents of files', () => make(dd.FileContentsSeedSource, { path: '.', encodng: 'utf-8' }), 'encoding'],
  ['a dataset', () => make(dd.DatasetSeedSource, { path: '.', selct: {} }), 'select'],
  ['a range', () => make(dd.IndexRange, { start: 0, end: 1, ends: 1 }), 'end'],
  ['a part', () => make(dd.PartitionBlock, { index: 0, num_partitions: 2 }), 'numPartitions'],
  [
    'a seed',
    () => rows().withSeedDataset(new dd.RowsSeedSource({ rows: [] }), { sampling_strategy: 'shuffle' } as never),
    'samplingStrategy',
  ],
  ['a generator', () => dd.customColumnGenerator({ required_columns: ['a'] } as never, row => row), 'requiredColumns'],
  ['dropped columns', () => make(dd.DropColumnsProcessorConfig, { name: 'a', column_names: ['a'] }), 'columnNames'],
  ['another schema', () => make(dd.SchemaTransformProcessorConfig, { name: 'a', templte: {} }), 'template'],
]

/** Verbs, called with an option that nobody knows. */
const CALLED: [what: string, call: () => unknown, right: string][] = [
  ['preview', () => new dd.DataDesigner().preview(rows(), { num_records: 1 } as never), 'numRecords'],
  ['create', () => new dd.DataDesigner().create(rows(), { num_records: 1 } as never), 'numRecords'],
  ['checkModels', () => new dd.DataDesigner().checkModels(rows(), { signl: 1 } as never), 'signal'],
  [
    'displaySampleRecord',
    async () => (await new dd.DataDesigner().preview(rows(), { numRecords: 1 })).displaySampleRecord({ fold_at: 1 } as never),
    'foldAt',
  ],
  [
    'toReport',
    async () => (await new dd.DataDesigner().preview(rows(), { numRecords: 1 })).analysis.toReport({ save_path: 'a.html' } as never),
    'savePath',
  ],
  ['export', async () => (await dataset()).export(join(folder, 'a.csv'), { nestd: true } as never), 'nested'],
  [
    'exportDataDesignerFolder',
    async () => (await dataset()).exportDataDesignerFolder(join(folder, 'out'), { buffer_size: 2 } as never),
    'bufferSize',
  ],
]

let made = 0
const dataset = () => new dd.DataDesigner().create(rows(), { numRecords: 1, path: join(folder, String(made++)) })

it.each(MADE)('%s refuses what it does not know', (_, make, right) => {
  expect(make).toThrow(expect.objectContaining({ hint: expect.stringContaining(`'${right}'`) }))
})

it.each(CALLED)('%s() refuses what it does not know', async (_, call, right) => {
  await expect((async () => call())()).rejects.toMatchObject({ hint: expect.stringContaining(`'${right}'`) })
})
