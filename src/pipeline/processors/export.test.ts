import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { designer, folder, serve } from '../../../test/pipeline-scene.ts'
import { exportCommand } from '../../cli/export/export.ts'
import { ExpressionColumnConfig } from '../../column/expression.ts'
import { writeJson } from '../../json/exact.ts'
import { RowsSeedSource } from '../../seed/rows.ts'
import { exportDataset } from '../../training/export/export.ts'
import { runStages } from '../../training/run-stages.ts'
import { EXPORT_SETTINGS } from '../../training/settings/settings-table.ts'
import { sampleRow } from '../../training/testing/sample-row.ts'
import { DataDesignerConfigBuilder } from '../config/builder.ts'
import { yamlText } from '../config/yaml/yaml-text.ts'
import { ExportProcessorConfig } from './export.ts'
import { TrainingStagesProcessorConfig } from './training-stages.ts'

const settings = { for: 'axolotl', view: 'turn', mask: ['flags', 'replay', 'is_good'], split: 'lineage:50/50' } as const
const config = (more: object = {}, expr = "{{ trace_id != 's1' }}") =>
  new DataDesignerConfigBuilder()
    .withSeedDataset(new RowsSeedSource({ rows: Array.from({ length: 6 }, (_, i) => sampleRow(`s${i}`)) }))
    .addColumn(new ExpressionColumnConfig({ name: 'is_good', expr, dtype: 'bool' }))
    .addProcessor(new ExportProcessorConfig({ name: 'sft', ...settings, ...more }))

/** All files of a folder, by name. */
function filesIn(path: string): { [name: string]: string } {
  const names = readdirSync(path, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
  return Object.fromEntries(names.map(name => [name.slice(path.length), readFileSync(name, 'utf8')]))
}

it('makes of the whole dataset what exportDataset makes of its rows, to the byte', async () => {
  const path = folder()
  const results = await designer(await serve()).create(config(), { path, partRows: 2 })
  expect(results.manifest).toMatchObject({ status: 'complete', rows: 6 })
  const output = join(folder(), 'alone')
  const report = await exportDataset(results.rows(), { ...settings, output })
  expect(results.exports).toEqual({ sft: JSON.parse(JSON.stringify(report)) })
  expect(report.funnel.masked['column is_good']).toBeGreaterThan(0)
  expect(filesIn(join(path, 'exports', 'sft'))).toEqual(filesIn(output))
  expect(Object.keys(filesIn(output)).length).toBeGreaterThan(4)
})

it('is not made anew where nothing was, and is where it is gone', async () => {
  const path = folder()
  const server = await serve()
  await designer(server).create(config(), { path })
  const report = join(path, 'exports', 'sft', 'export.json')
  const before = readFileSync(report, 'utf8')
  rmSync(join(path, 'exports', 'sft', 'README.md'))
  await designer(server).create(config(), { path, resume: true })
  expect(existsSync(join(path, 'exports', 'sft', 'README.md'))).toBe(false)
  rmSync(join(path, 'exports'), { recursive: true })
  await designer(server).create(config(), { path, resume: true })
  expect(readFileSync(report, 'utf8')).toBe(before)
})

it('is not made of a dataset that was stopped', async () => {
  const path = folder()
  const stop = new AbortController()
  stop.abort()
  const results = await designer(await serve()).create(config(), { path, stop: stop.signal })
  expect(results.manifest.status).toBe('stopped')
  expect(results.exports).toEqual({})
})

it.each([
  [{ for: 'trll' }, /processor 'sft': Unknown dialect 'trll'/],
  [{ for: 'openai', view: 'task' }, /processor 'sft': The dialect openai cannot say what the view task gives/],
  [{ mask: ['is_god'] }, /processor 'sft': Cannot mask by 'is_god'.*/],
  [{ filter: ['survival'] }, /Cannot filter by 'survival' without a repository/],
  [{ git: '/nowhere/at/all' }, /Cannot read the history of '\/nowhere\/at\/all'/],
  [{ split: 'lineage:1/2' }, /Cannot split by 'lineage:1\/2'/],
  [{ reward: ['luck'] }, /Cannot reward by 'luck'/],
  [{ shardBytes: 0 }, /Found shardBytes 0/],
  [{ check: true }, /A check renders rows as a model gets them/],
  [{ redact: 'no-such.yaml' }, /Cannot read redaction policy/],
  [{ reasoning: 'kep' }, /Unknown reasoning 'kep'\. Did you mean 'keep'/],
  [{ tools: 'all' }, /Unknown tools 'all'/],
  [{ shardBytes: 0 }, /Found shardBytes 0: expected a whole number from 1/],
  [{ chatTemplate: 'chatml' }, /A chat template needs the tokenizer/],
  [{ split: undefined, splitLike: 'earlier' }, /Cannot split like 'earlier': there is no split/],
  [{ decontaminate: ['no-such-file.jsonl'] }, /processor 'sft': Cannot read 'no-such-file.jsonl', which was to be kept out/],
  [{ splitLike: 'no-such-folder' }, /processor 'sft': Cannot read the splits of 'no-such-folder'/],
  [{ model: './no-such-tokenizer' }, /processor 'sft': Cannot find a tokenizer for '.\/no-such-tokenizer'/],
  [{ checkModels: ['./no-such-tokenizer'] }, /processor 'sft': Cannot find a tokenizer for '.\/no-such-tokenizer'/],
  [{ model: 'o200k', chatTemplate: 'no-such.jinja' }, /processor 'sft': Cannot read chat template 'no-such.jinja'/],
  [{ mask: ['is_god'], filter: ['fast'], redact: 'no.yaml', dedupe: 3, reward: ['luck'] }, /5 mistakes:/],
])('says what is wrong with %j before anything is made', async (wrong, sentence) => {
  const path = folder()
  await expect(designer(await serve()).create(config(wrong), { path })).rejects.toThrow(sentence)
  expect(readdirSync(path)).toEqual([])
})

it('says the same in YAML', async () => {
  const said = new ExportProcessorConfig({ name: 'sft', ...settings, perTask: 2, dedupe: 0.5, check: true })
  const path = join(folder(), 'config.yaml')
  const columns = [{ name: 'n', column_type: 'expression', expr: '1' }]
  writeFileSync(path, yamlText({ columns, processors: [said.toJSON()] }))
  const [read] = (await DataDesignerConfigBuilder.fromConfig(path)).processors
  expect(read).toEqual(said)
  expect(said.toJSON()).toMatchObject({ processor_type: 'export', per_task: 2, mask: settings.mask })
})

it('can be told nothing that the command line cannot', () => {
  const options = exportCommand().options.map(({ long }) => long)
  const missing = Object.keys(EXPORT_SETTINGS).filter(
    name => !options.includes(`--${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`),
  )
  expect(missing).toEqual([])
})

it('takes the rows of a dataset through single stages, as runStages does', async () => {
  const stages = [
    { stage: 'mask', mask: ['flags', 'is_good'] },
    { stage: 'view', view: 'turn' },
  ] as const
  const staged = config().addProcessor(new TrainingStagesProcessorConfig({ name: 'turns', stages }))
  const path = folder()
  const results = await designer(await serve()).create(staged, { path })
  const expected = await Array.fromAsync(runStages(results.rows(), stages))
  const lines = (file: string) =>
    readFileSync(join(path, 'exports', 'turns', file), 'utf8')
      .split('\n')
      .filter(line => line !== '')
  expect(lines('rows.jsonl')).toEqual(expected.flatMap(outcome => ('row' in outcome ? [writeJson(outcome.row)] : [])))
  expect(lines('rows.jsonl').length).toBeGreaterThan(12)
  expect(lines('rejects.jsonl')).toEqual([])
})

it.each([
  [[], /no stage is named/],
  [[{ stage: 'veiw' }], /Unknown stage 'veiw'. Did you mean 'view'\?/],
  [[{ stage: 'view', view: 'turn', mask: ['errors'] }], /The stage view has no setting 'mask'/],
  [[{ stage: 'window', maxTokens: 5 }], /lacks its setting 'model'/],
  [[{ stage: 'window', maxTokens: 5, model: './gone' }], /Cannot find a tokenizer for '.\/gone'/],
  [[{ stage: 'view', view: 'trun' }], /Unknown view 'trun'/],
  [[{ stage: 'curate', decontaminate: ['gone.jsonl'] }], /Cannot read 'gone.jsonl'/],
])('says what is wrong with the stages %j before anything is made', async (stages, sentence) => {
  const path = folder()
  const wrong = config().addProcessor(new TrainingStagesProcessorConfig({ name: 'turns', stages }))
  await expect(designer(await serve()).create(wrong, { path })).rejects.toThrow(sentence)
  expect(readdirSync(path)).toEqual([])
})
