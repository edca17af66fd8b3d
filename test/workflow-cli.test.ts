import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { dropColumns } from '../src/pipeline/processors/processors.ts'
import { loadWorkflow } from '../src/pipeline/workflow/load-workflow.ts'
import { startCli } from './cli-process.ts'

const MODELS = 'model_configs: [{ alias: m, model: s, provider: stand-in }]'
const DRAFT = `${MODELS}
seed_config: { source: { seed_type: local, path: rows.jsonl } }
columns:
- { column_type: llm-text, name: text, model_alias: m, prompt: 'Tell of {{ thing }}' }
processors:
- { processor_type: schema_transform, name: shaped, template: { words: '{{ text }}' } }
`

/** A folder with a workflow of two stages: one in a file of its own, one written out. */
function scene(more = ''): { cwd: string; file: string } {
  const cwd = mkdtempSync(join(tmpdir(), 'tracewright-workflow-'))
  writeFileSync(join(cwd, 'rows.jsonl'), '{"thing":"a kite"}\n{"thing":"a stone"}\n')
  writeFileSync(join(cwd, 'draft.yaml'), DRAFT)
  const file = join(cwd, 'review.yaml')
  writeFileSync(
    file,
    `name: review
stages:
- name: draft
  config: draft.yaml
  output: processor:shaped
- name: tell
  config:
    ${MODELS}
    columns:
    - { column_type: expression, name: line, expr: 'So: {{ words }}' }
${more}`,
  )
  return { cwd, file }
}

it('tracewright workflow runs the stages of a file, keeps what is done, and says where all is', async () => {
  const { cwd } = scene(
    '- { name: last, config: { columns: [{ column_type: expression, name: n, expr: "{{ line | length }}", dtype: int }] } }\n',
  )
  const first = await startCli(['workflow', 'review.yaml', '--target', 'tell', '--seed', '1'], cwd).output
  expect(first).toMatchObject({ code: 0 })
  expect(first.stderr).toContain('Stage 1 of 2, draft, is done: 2 rows')
  expect(first.stdout).toContain('tell: 2 rows (artifacts/review/stage-1-tell)')
  const refused = await startCli(['workflow', 'review.yaml'], cwd).output
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('--resume') })
  const { code, stdout } = await startCli(['workflow', 'review.yaml', '--resume', '--seed', '1', '--json'], cwd).output
  expect(code).toBe(0)
  const events = stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as { type: string; stage?: string; status?: string })
  expect(events.filter(({ type }) => type === 'stage').map(({ stage, status }) => `${stage} ${status}`)).toEqual([
    ...['draft kept', 'tell kept', 'last begins', 'last done'],
  ])
  expect(events.at(-1)).toMatchObject({
    type: 'summary',
    stopped: null,
    stages: [{ name: 'draft' }, { name: 'tell' }, { name: 'last', rows: 2 }],
  })
  expect(JSON.parse(readFileSync(join(cwd, 'artifacts/review/stage-0-draft/config.json'), 'utf8'))).toHaveProperty('data_designer')
  expect(existsSync(join(cwd, 'artifacts/review/workflow-metadata.json'))).toBe(true)
})

it('--max-cost holds for all stages together: what stops says so, and how to go on', async () => {
  const { cwd } = scene()
  writeFileSync(join(cwd, 'prices.json'), '{"s": {"input": 1000, "output": 1000}}')
  const flags = ['workflow', 'review.yaml', '--prices', 'prices.json']
  const { code, stdout } = await startCli([...flags, '--max-cost', '0.0001'], cwd).output
  expect(code).toBe(4)
  expect(stdout).toMatch(/^draft stopped: The budget of 0\.0001 USD for all stages is used up: [\d.]+ USD were spent$/m)
  expect(stdout).toMatch(/^Go on, with a larger --max-cost: tracewright workflow review\.yaml .*--resume/m)
  const whole = await startCli([...flags, '--resume', '--max-cost', '1000'], cwd).output
  expect(whole).toMatchObject({ code: 0, stdout: expect.stringContaining('tell: 2 rows') })
  const priceless = await startCli(['workflow', 'review.yaml', '-o', 'other', '--max-cost', '1'], cwd).output
  expect(priceless).toMatchObject({ code: 2, stderr: expect.stringContaining('the price of s is not known') })
})

it('reads every setting of a stage', async () => {
  const { file } = scene(`  num_records: 3
  sampling_strategy: shuffle
  selection_strategy: { start: 0, end: 0 }
  allow_empty: true
  output_processors: [{ processor_type: drop_columns, name: less, column_names: [words] }]
`)
  const { name, stages } = await loadWorkflow(file)
  expect(name).toBe('review')
  expect(stages.map(stage => stage.name)).toEqual(['draft', 'tell'])
  expect(stages[1]!.options).toMatchObject({
    numRecords: 3,
    samplingStrategy: 'shuffle',
    allowEmpty: true,
    outputProcessors: [{ name: 'less' }],
  })
  expect(stages[1]!.options.selectionStrategy?.toJSON()).toEqual({ start: 0, end: 0 })
})

it('knows processors that extensions bring along', async () => {
  const less = { ...dropColumns, name: 'fewer' as const }
  const { file } = scene('  output_processors: [{ processor_type: fewer, name: less, column_names: [words] }]\n')
  const { stages } = await loadWorkflow(file, { extensions: { processors: [less] } })
  expect(stages[1]!.options.outputProcessors).toMatchObject([{ name: 'less' }])
  await expect(loadWorkflow(file)).rejects.toThrow("processor_type: found 'fewer'")
})

it.each([
  ['name: w\n', 'stages: found none'],
  ['name: w\nstages: [{ name: a }]\n', 'config: found nothing'],
  ['name: w\nstages: [{ config: a.yaml }]\n', 'name: found nothing'],
  ['name: w\nstages: [{ name: a, config: nowhere.yaml }]\n', 'there is no such file'],
  ['name: w\nstages: [{ name: a, confg: a.yaml }]\n', 'confg'],
  ['name: w\nstage: []\n', 'stage'],
  [
    'name: w\nstages: [{ name: a, config: {columns: []}, output_processors: [{ processor_type: drop_columns, name: d, column_names: [x] }, less] }]',
    'output_processors[1]: found no object',
  ],
  ['[1]', 'expected an object with name and stages'],
])('refuses %j', async (text, message) => {
  const path = join(mkdtempSync(join(tmpdir(), 'tracewright-workflow-')), 'w.yaml')
  writeFileSync(path, text)
  await expect(loadWorkflow(path)).rejects.toMatchObject({ message: expect.stringContaining(message) })
})
