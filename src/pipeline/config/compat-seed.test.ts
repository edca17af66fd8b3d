import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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

describe('values that JSON has no word for', () => {
  const column = (name: string, expr: string, rest = {}) => ({ column_type: 'expression', name, expr, ...rest })
  const made = async (name: string, text: string, columns: object[], rest = {}) => {
    writeFileSync(join(folder, name), text)
    const source = { seed_config: { source: { seed_type: 'local', path: join(folder, name) } } }
    const designer = new DataDesigner({ compat: 'data_designer', ...rest })
    return designer.preview(configFromJSON({ ...source, columns } as never), { numRecords: 3 })
  }

  it('integers of both signs are decimals: floats to templates, digits in rows', async () => {
    const { dataset } = await made('signed.jsonl', '{"n":1}\n{"n":-9007199254740993}\n{"n":3}\n', [column('said', '{{ n }}')])
    expect(dataset).toEqual([
      { n: '1', said: '1.0' },
      { n: '-9007199254740993', said: '-9007199254740992.0' },
      { n: '3', said: '3.0' },
    ])
  })

  it('infinities are told from nothing', async () => {
    const columns = [column('read', '{{ text }}', { dtype: 'float' })]
    const { dataset } = await made('odd.jsonl', '{"text":"x inf"}\n{"text":"-inf"}\n{"text":"1e400"}\n', columns)
    expect(dataset.map(row => row['read'])).toEqual([{ $float: '-inf' }, { $float: 'inf' }])
  })

  it('text in lists is never read as JSON, and JSON cannot be made of lists where templates are given the values themselves', async () => {
    const text = '{"tags":["1","\\"q\\""]}\n{"tags":["kite"]}\n{"tags":["a","b"]}\n'
    const { dataset } = await made('tags.jsonl', text, [column('said', '{{ tags }}')])
    expect(dataset.map(row => row['said'])).toEqual([`['1', '"q"']`, "['kite']", "['a', 'b']"])
    const native = { runConfig: { jinjaRenderingEngine: 'native' } }
    const shown = await made('tags.jsonl', text, [column('said', '{{ tags }}'), column('first', '{{ tags[0] }}')], native)
    expect(shown.dataset.map(row => row['said'])).toEqual([`['1' '"q"']`, "['kite']", "['a' 'b']"])
    const failing = await made('tags.jsonl', text, [column('json', '{{ tags | tojson }}')], native)
    expect([failing.dataset, failing.failures.length]).toEqual([[], 3])
  })

  it('conditions are given the values themselves: more than one item is neither true nor false, and skips', async () => {
    const text = '{"tags":["a"]}\n{"tags":["a","b"]}\n{"tags":[""]}\n'
    const { dataset } = await made('skip.jsonl', text, [column('said', 'told', { skip: { when: '{{ tags }}', value: 'skipped' } })])
    expect(dataset.map(row => row['said'])).toEqual(['skipped', 'skipped', 'told'])
  })
})

it.each([
  ['{{ deep.b == 1 }}', 'skipped'],
  ['{{ deep.b is defined }}', 'told'],
  ['{{ deep.b | default(0) }}', 'told'],
  ['{{ deep.b | default(1) }}', 'skipped'],
  ['{% if deep.a == 2 %}1{% endif %}', 'told'],
  ['{{ deep.a }}{{ deep.a }}', 'skipped'],
  ["{{ 'false' }}{{ '' if deep else '' }}", 'skipped'],
  ["{{ '[]' }}{{ '' if deep else '' }}", 'told'],
  ["{{ [deep.a] | join('') | int > 5 }}", 'told'],
])('the condition %s, as Data Designer judges it', async (when, told) => {
  writeFileSync(join(folder, 'deep.jsonl'), '{"deep":{"a":1}}\n')
  const columns = [{ column_type: 'expression', name: 'said', expr: 'told', skip: { when, value: 'skipped' } }]
  const source = { seed_config: { source: { seed_type: 'local', path: join(folder, 'deep.jsonl') } } }
  const { dataset } = await new DataDesigner({ compat: 'data_designer' }).preview(configFromJSON({ ...source, columns }), { numRecords: 1 })
  expect(dataset).toMatchObject([{ said: told }])
})

it('blank lines below the header of a CSV file are rows of nothing, in a check, too', async () => {
  const path = join(folder, 'blank.csv')
  writeFileSync(path, 'name\n\n')
  const builder = configFromJSON({
    seed_config: { source: { seed_type: 'local', path } },
    columns: [{ column_type: 'expression', name: 'e', expr: '[{{ name }}]' }],
  })
  const following = new DataDesigner({ compat: 'data_designer' })
  expect((await following.validate(builder)).columns).toEqual(['e'])
  expect((await following.preview(builder, { numRecords: 1 })).dataset).toEqual([{ name: null, e: '[nan]' }])
  await expect(new DataDesigner().validate(builder)).rejects.toThrow('has no rows')
})
