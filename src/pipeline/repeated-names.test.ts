import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { JsonObject } from '../json/json.ts'
import { ChatServer, say } from '../model/testing/chat-server.ts'
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
