import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { CustomColumnConfig } from '../column/custom.ts'
import { customColumnGenerator } from '../column/generator-function.ts'
import { RowsSeedSource } from '../seed/rows.ts'
import { DataDesignerConfigBuilder } from './config/builder.ts'
import { DataDesigner } from './data-designer.ts'
import type { DisplayOptions } from './display.ts'
import { SchemaTransformProcessorConfig } from './processors/schema-transform.ts'
import type { DatasetCreationResults } from './results/creation-results.ts'
import type { PreviewResults } from './results/preview-results.ts'

const folder = mkdtempSync(join(tmpdir(), 'tracewright-display-'))
const text = { path: join(folder, 'record.txt'), html: join(folder, 'record.html') }

describe.each(['preview', 'create'] as const)('a record of %s', kind => {
  let results: PreviewResults | DatasetCreationResults
  beforeAll(async () => {
    const generatorFunction = customColumnGenerator({ sideEffectColumns: ['made__trace'] }, row => ({
      ...row,
      made: 'a kite',
      made__trace: [{ role: 'user', content: 'Make one' }],
    }))
    const builder = new DataDesignerConfigBuilder()
      .withSeedDataset(new RowsSeedSource({ rows: [{ seeded: 'wind <1>' }, { seeded: 'wind <2>' }] }))
      .addColumn(new CustomColumnConfig({ name: 'made', generatorFunction }))
      .addProcessor(new SchemaTransformProcessorConfig({ name: 'shaped', template: { question: '{{ seeded }}?' } }))
      .addProcessor(new SchemaTransformProcessorConfig({ name: 'other', template: { answer: '{{ made }}!' } }))
    const designer = new DataDesigner({ artifactPath: folder, seed: 1 })
    results =
      kind === 'preview' ? await designer.preview(builder, { numRecords: 2 }) : await designer.create(builder, { datasetName: kind })
  })

  const shown = async (options: DisplayOptions = {}) => {
    await results.displaySampleRecord({ savePath: text.path, ...options })
    return readFileSync(options.savePath ?? text.path, 'utf8')
  }

  it('has the seed, what was made, traces, and what processors made of it', async () => {
    const all = await shown({ index: 1 })
    for (const words of ['wind <2>', 'a kite', 'Make one', "Made by processor 'shaped'", 'wind <2>?', 'a kite!'])
      expect(all).toContain(words)
    expect(all).not.toContain('wind <1>')
  })

  it('has less where that is asked for', async () => {
    const less = await shown({ index: 0, hideSeedColumns: true, includeTraces: false, processorsToDisplay: ['other'] })
    expect(less).toContain('a kite!')
    for (const words of ['Seed columns', 'Make one', 'shaped']) expect(less).not.toContain(words)
  })

  it('is a page of its own, in which nothing of it acts', async () => {
    const page = await shown({ index: 0, savePath: text.html, theme: 'dark' })
    expect(page).toMatch(/^<!doctype html>[\s\S]*background:#1a1a1a[\s\S]*wind &#60;1&#62;\?/)
  })

  it.each([
    [{ processorsToDisplay: ['shape'] }, "Did you mean 'shaped'?"],
    [{ savePath: 'record.svg' }, 'ends in .html or .txt'],
    [{ theme: 'blue' }, 'expected light or dark'],
    [{ syntaxHighlightingTheme: 'dracula' }, 'not coloured by their syntax'],
    [{ background_color: 'red' }, 'theme'],
    [{ hide_seed_columns: true }, "Write it 'hideSeedColumns'"],
  ])('%j is refused', async (options, told) => {
    const error = await (async () => results.displaySampleRecord({ index: 0, ...(options as object) }))().catch(error => error)
    expect(`${error.message} ${error.hint}`).toContain(told)
  })
})
