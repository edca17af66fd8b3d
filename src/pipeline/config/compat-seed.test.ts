import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ChatServer, say } from '../../model/testing/chat-server.ts'
import { DataDesigner } from '../data-designer.ts'
import { configFromJSON } from './builder.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tracewright-compat-seed-'))
  writeFileSync(join(folder, 'kites.jsonl'), '{"name":"red","length":3}\n{"name":null,"length":null}\n{"name":"blue","length":4}\n')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const config = (path: string) => ({
  seed_config: { source: { seed_type: 'local', path } },
  model_configs: [{ alias: 'writer', model: 'm', provider: 'here', skip_health_check: true }],
  columns: [
    { column_type: 'llm-text', name: 'said', model_alias: 'writer', prompt: '{{ name }} {{ length }}' },
    { column_type: 'expression', name: 'shown', expr: '{{ length }}|{% if length %}yes{% endif %}|{{ length is none }}' },
    { column_type: 'expression', name: 'number', expr: '{{ length }}', dtype: 'float' },
  ],
})

it('prompts, expressions and rows are as Data Designer has them', async () => {
  await using server = await ChatServer.start((_, __, response) => say(response, 'fine'))
  const designer = new DataDesigner({
    compat: 'data_designer',
    modelProviders: [{ name: 'here', endpoint: server.endpoint, api_key: 'k' }],
  })
  const { dataset } = await designer.preview(configFromJSON(config(join(folder, 'kites.jsonl'))), { numRecords: 3 })
  const asked = server.seen.map(({ body }) => JSON.stringify(body['messages']))
  for (const prompt of ['blue 4.0', 'nan nan', 'red 3.0']) expect(asked.some(text => text.includes(prompt))).toBe(true)
  expect(dataset.map(row => row['shown'])).toEqual(['3.0|yes|False', 'nan|yes|False', '4.0|yes|False'])
  expect(JSON.parse(JSON.stringify(dataset)).map((row: { number: number | null }) => row.number)).toEqual([3, null, 4])
  expect(dataset[1]).toMatchObject({ name: null, length: null })
})

it('without compat a row is what was written', async () => {
  const columns = config('').columns.slice(1, 2)
  const written = configFromJSON({ ...config(join(folder, 'kites.jsonl')), model_configs: [], columns })
  const { dataset } = await new DataDesigner().preview(written, { numRecords: 3 })
  expect(dataset.map(row => row['shown'])).toEqual(['3|yes|false', 'null||true', '4|yes|false'])
})

it('is created as it is previewed', async () => {
  await using server = await ChatServer.start((_, __, response) => say(response, 'fine'))
  const designer = new DataDesigner({
    compat: 'data_designer',
    modelProviders: [{ name: 'here', endpoint: server.endpoint, api_key: 'k' }],
  })
  const made = await designer.create(configFromJSON(config(join(folder, 'kites.jsonl'))), { path: join(folder, 'made'), numRecords: 3 })
  const rows = await made.loadDataset()
  expect(rows.map(row => row['shown'])).toEqual(['3.0|yes|False', 'nan|yes|False', '4.0|yes|False'])
  expect(rows.map(row => row['length'])).toEqual([3, null, 4])
})
