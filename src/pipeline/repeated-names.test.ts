import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { JsonObject } from '../json/json.ts'
import { ChatServer, say } from '../model/testing/chat-server.ts'
import { RowsSeedSource } from '../seed/rows.ts'
import { configFromJSON } from './config/builder.ts'
import { DataDesigner } from './data-designer.ts'

const model = (name: string) => ({ alias: 'writer', model: name, provider: 'here', skip_health_check: true })
const expression = (name: string, expr: string) => ({ column_type: 'expression', name, expr })
const transform = (template: JsonObject) => ({ processor_type: 'schema_transform', name: 'card', template })
const CONFIG: JsonObject = {
  model_configs: [model('old'), model('new')],
  tool_configs: [
    { tool_alias: 'box', providers: ['one'] },
    { tool_alias: 'box', providers: ['two'] },
  ],
  columns: [
    { column_type: 'sampler', name: 'kite', sampler_type: 'category', params: { values: ['red'] } },
    expression('tail', 'short {{ kite }}'),
    expression('told', '{{ tail }}!'),
    expression('tail', 'long {{ kite }}'),
    { column_type: 'llm-text', name: 'said', model_alias: 'writer', prompt: '{{ told }}' },
  ],
  processors: [transform({ old: '{{ tail }}' }), transform({ new: '{{ told }}' })],
}

it('outside compat all names that repeat are mistakes, told in one round', async () => {
  const failing = new DataDesigner({ modelProviders: [] }).validate(configFromJSON(CONFIG))
  await expect(failing).rejects.toThrow("column 'tail': There are two columns of this name")
  for (const told of ["Two models have the alias 'writer'", "Two processors have the name 'card'", "Two tools have the alias 'box'"])
    await expect(failing).rejects.toThrow(told)
})

it('under compat the last of each name counts, a column in the place of the first', async () => {
  await using server = await ChatServer.start((_, __, response) => say(response, 'fine'))
  const designer = new DataDesigner({
    compat: 'data_designer',
    modelProviders: [{ name: 'here', endpoint: server.endpoint, api_key: 'k' }],
  })
  const builder = configFromJSON(CONFIG)
  await designer.validate(builder)
  const { dataset, processorArtifacts } = await designer.preview(builder, { numRecords: 1 })
  expect(dataset).toEqual([{ kite: 'red', tail: 'long red', told: 'long red!', said: 'fine' }])
  expect(server.seen.map(({ body }) => body['model'])).toEqual(['new'])
  expect(processorArtifacts).toEqual({ card: [{ new: 'long red!' }] })
  expect(builder.toJSON()).toMatchObject({ data_designer: { columns: { length: 5 }, model_configs: { length: 2 } } })
})

it('a config without a column is run, and refused under compat where no processor makes anything of its seed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tracewright-no-columns-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'kites.csv'), 'name\nred\n')
  const seed = { seed_config: { source: { seed_type: 'local', path: join(folder, 'kites.csv') } }, columns: [] }
  const none = configFromJSON(seed)
  await new DataDesigner().validate(none)
  const following = new DataDesigner({ compat: 'data_designer' })
  await expect(following.validate(none)).rejects.toThrow('All columns are dropped')
  const kept = { ...seed, processors: [transform({ name: '{{ name }}' })] }
  await following.validate(configFromJSON(kept))
})

it('a trace or reasoning gives way to a column of its name under compat, and is a mistake outside', async () => {
  await using server = await ChatServer.start((_, __, response) => say(response, 'fine'))
  const modelProviders = [{ name: 'here', endpoint: server.endpoint, api_key: 'k' }]
  const said = { column_type: 'llm-text', name: 'said', model_alias: 'writer', prompt: '{{ kite }}', with_trace: 'all_messages' }
  const columns = [
    { ...said, extract_reasoning_content: true },
    expression('said__reasoning_content', 'own'),
    expression('told', '{{ said__trace }}'),
  ]
  const source = new RowsSeedSource({ rows: [{ kite: 'red', said__trace: 'of the seed' }] })
  for (const order of [columns, columns.toReversed()]) {
    const builder = configFromJSON({ model_configs: [model('m')], columns: order }).withSeedDataset(source)
    const { dataset } = await new DataDesigner({ compat: 'data_designer', modelProviders }).preview(builder, { numRecords: 1 })
    expect(dataset).toEqual([
      { kite: 'red', said__trace: 'of the seed', said: 'fine', said__reasoning_content: 'own', told: 'of the seed' },
    ])
    const strict = new DataDesigner({ modelProviders }).validate(builder)
    await expect(strict).rejects.toThrow("makes 'said__trace', which is a column of the seed")
    await expect(strict).rejects.toThrow(/makes 'said__reasoning_content', which column '\w+' makes too/)
  }
})
