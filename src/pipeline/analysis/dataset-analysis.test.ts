import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../json/json.ts'
import { ChatServer, say } from '../../model/testing/chat-server.ts'
import { RowsSeedSource } from '../../seed/rows.ts'
import { configFromJSON } from '../config/builder.ts'
import { DataDesigner } from '../data-designer.ts'
import type { DatasetAnalysis } from './dataset-analysis.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tracewright-analysis-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const rows = [
  { n: 1, share: 0.5, gap: null, tags: ['a'], code: 'const a = 1' },
  { n: 2, share: 1.5, gap: 3, tags: [], code: 'const = 1' },
  { n: 3, share: 2.5, gap: 4, tags: ['b'], code: 'let b' },
]

const columns: JsonObject[] = [
  { column_type: 'sampler', name: 'tone', sampler_type: 'category', params: { values: ['calm <b>'] } },
  { column_type: 'sampler', name: 'height', sampler_type: 'uniform', params: { low: 4, high: 4 } },
  { column_type: 'sampler', name: 'key', sampler_type: 'uuid', params: {} },
  {
    column_type: 'validation',
    name: 'runs',
    target_columns: ['code'],
    validator_type: 'code',
    validator_params: { code_lang: 'javascript' },
  },
  { column_type: 'expression', name: 'twice', expr: '{{ n * 2 }}', dtype: 'int' },
  { column_type: 'expression', name: 'gone', expr: '{{ n }}', drop: true },
  {
    column_type: 'llm-judge',
    name: 'verdict',
    model_alias: 'judge',
    prompt: 'Judge {{ n }}',
    with_trace: 'all_messages',
    scores: [{ name: 'Clear', description: 'How clear', options: { 0: 'no', 1: 'yes' } }],
  },
]

async function analysed(compat: 'data_designer' | null = null) {
  await using server = await ChatServer.start(({ body }, _, response) => {
    const score = JSON.stringify(body).includes('Judge 2') ? 0 : 1
    say(
      response,
      `\`\`\`json\n${JSON.stringify({ Clear: { reasoning: `because ${score}`, score: compat === null ? score : String(score) } })}\n\`\`\``,
    )
  })
  const options = { compat, seed: 1, modelProviders: [{ name: 'here', endpoint: server.endpoint, api_key: 'k' }] }
  const model_configs = [{ alias: 'judge', model: 'm', provider: 'here', skip_health_check: true, structured_output: 'prompt' }]
  const builder = configFromJSON({ model_configs, columns }).withSeedDataset(new RowsSeedSource({ rows }))
  const preview = await new DataDesigner(options).preview(builder, { numRecords: 3 })
  expect(preview.failures).toEqual([])
  const made = await new DataDesigner(options).create(builder, { path: mkdtempSync(join(folder, 'made-')), numRecords: 3 })
  return { preview: preview.analysis, created: await made.loadAnalysis() }
}

const of = (analysis: DatasetAnalysis, name: string) => analysis.column_statistics.find(({ column_name }) => column_name === name)

describe('an analysis', () => {
  it('tells what columns hold by their types, of a preview and of a dataset', async () => {
    const { preview, created } = await analysed()
    for (const analysis of [preview, created]) {
      expect(analysis).toMatchObject({ num_records: 3, target_num_records: 3, percent_complete: 100 })
      expect(analysis.columnTypes).toEqual(['sampler', 'validation', 'expression', 'llm-judge', 'seed-dataset'])
      expect(of(analysis, 'n')).toMatchObject({ simple_dtype: 'int', pyarrow_dtype: 'int64', num_unique: 3, num_null: 0 })
      expect(of(analysis, 'gap')).toMatchObject({ num_null: 1, num_unique: 2, types: ['number'] })
      expect(of(analysis, 'share')).toMatchObject({ simple_dtype: 'float', pyarrow_dtype: 'double' })
      expect(of(analysis, 'tags')).toMatchObject({ simple_dtype: 'list[string]', pyarrow_dtype: 'list<item: string>' })
      expect(of(analysis, 'runs')).toMatchObject({ column_type: 'validation', num_valid_records: 2, simple_dtype: 'dict' })
      expect(of(analysis, 'tone')).toMatchObject({
        sampler_type: 'category',
        distribution_type: 'categorical',
        distribution: { most_common_value: 'calm <b>', histogram: { categories: ['calm <b>'], counts: [3] } },
      })
      expect(of(analysis, 'height')).toMatchObject({
        distribution_type: 'numerical',
        distribution: { min: 4, max: 4, mean: 4, median: 4, stddev: 0 },
      })
      expect(of(analysis, 'key')).toMatchObject({ distribution_type: 'other', distribution: null, num_unique: 3 })
      expect(of(analysis, 'gone')).toBeUndefined()
      expect(of(analysis, 'verdict__trace')).toBeUndefined()
      expect(analysis.side_effect_column_names).toEqual(['verdict__trace'])
      expect(analysis.column_profiles).toMatchObject([
        { column_name: 'verdict', scores: { Clear: { histogram: { categories: [1, 0], counts: [2, 1] } } } },
      ])
      expect(analysis.column_profiles![0]!.scores['Clear']!.samples[1]).toEqual({ score: 0, reasoning: 'because 0' })
    }
  })

  it('counts tokens as the server does, and has -- for what nobody counted', async () => {
    const { preview, created } = await analysed()
    const [seen, kept] = [of(preview, 'verdict')!, of(created, 'verdict')!]
    expect(seen.input_tokens_mean).toBeGreaterThan(0)
    expect(seen).toMatchObject({ input_tokens_median: seen.input_tokens_mean, input_tokens_stddev: 0 })
    expect(kept).toMatchObject({ input_tokens_mean: seen.input_tokens_mean, output_tokens_mean: seen.output_tokens_mean })
    expect(kept).toMatchObject({ input_tokens_median: '--', output_tokens_stddev: '--' })
    expect(of(preview, 'twice')).not.toHaveProperty('input_tokens_mean')
  })

  it('under compat has no null where numbers have a gap', async () => {
    const { preview, created } = await analysed('data_designer')
    for (const analysis of [preview, created]) expect(of(analysis, 'gap')).toMatchObject({ num_null: 0, num_unique: 3 })
  })
})

describe('its report', () => {
  it('is short, told in sections, and is written as text, HTML and JSON', async () => {
    const { preview } = await analysed()
    const text = preview.reportText({ width: 100 })
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100)
    expect(text.split('\n').length).toBeLessThan(60)
    expect(text).toMatch(/^Dataset\n {2}records {2}asked for {2}complete {2}columns\n {2}3/)
    expect(text).toMatch(/runs +dict +0 +\d \(.+%\) +66\.7%/)
    expect(text).toContain("What 'verdict' said\n  score  values\n  Clear  1: 2, 0: 1")
    expect(preview.reportText({ includeSections: ['overview'] }).split('\n')).toHaveLength(3)
    for (const ending of ['txt', 'html', 'json']) preview.toReport({ savePath: join(folder, `report.${ending}`) })
    expect(readFileSync(join(folder, 'report.txt'), 'utf8')).toContain('Dataset')
    expect(JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8'))).toEqual(JSON.parse(JSON.stringify(preview)))
    expect(readFileSync(join(folder, 'report.html'), 'utf8')).toContain('calm &#60;b&#62;')
    expect(readFileSync(join(folder, 'report.html'), 'utf8')).not.toContain('<b>')
    expect(() => preview.toReport({ savePath: join(folder, 'report.pdf') })).toThrow('.html, .txt or .json')
  })

  it('does nothing in a terminal, whatever stands in the rows', async () => {
    const builder = configFromJSON({
      columns: [{ column_type: 'sampler', name: 's', sampler_type: 'category', params: { values: ['\x1b[2J\r\nx'] } }],
    })
    const { analysis } = await new DataDesigner().preview(builder, { numRecords: 2 })
    expect(analysis.reportText({ width: 80 })).not.toMatch(/[\x00-\x09\x0b-\x1f]/)
  })
})
