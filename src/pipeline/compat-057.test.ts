import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { textOf } from '../model/messages.ts'
import type { ChatMessage } from '../model/model.ts'
import { ModelProvider } from '../model/model-provider.ts'
import { ChatServer, say } from '../model/testing/chat-server.ts'
import { loadConfig } from './config/builder.ts'
import { DataDesigner } from './data-designer.ts'

type There = 'data_designer' | 'data_designer@0.5.7'

const MODELS = 'model_configs:\n- {alias: m, model: tiny, provider: here, skip_health_check: true}\n'
const SEEDED = 'seed_config:\n  source: {seed_type: local, path: seed.csv}\n'
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

async function preview(compat: There, columns: string, { reply = 'yes', seed = '' } = {}) {
  await using server = await ChatServer.start((_seen, _n, response) => say(response, reply))
  const folder = mkdtempSync(join(tmpdir(), 'tracewright-compat-'))
  const path = join(folder, 'config.yaml')
  if (seed !== '') writeFileSync(join(folder, 'seed.csv'), seed)
  writeFileSync(path, `${MODELS}${seed === '' ? '' : SEEDED}columns:\n${columns}`)
  const modelProviders = [new ModelProvider({ name: 'here', endpoint: server.endpoint })]
  const runConfig = { max_conversation_restarts: 0 }
  const designer = new DataDesigner({ modelProviders, compat, seed: 1, runConfig })
  const { dataset, failures } = await designer.preview(await loadConfig(path), {
    numRecords: seed === '' ? 1 : seed.split('\n').length - 2,
  })
  return { dataset, failures, contents: server.seen.map(({ body }) => (body['messages'] as ChatMessage[])[0]!.content) }
}

const code = '- {name: c, column_type: llm-code, model_alias: m, code_lang: python, prompt: Say.}\n'
const shaped = (format: string) => `- {name: c, column_type: llm-structured, model_alias: m, prompt: Say., output_format: ${format}}\n`
const judged =
  "- {name: c, column_type: llm-judge, model_alias: m, prompt: Judge., scores: [{name: s, description: d, options: {'1': bad, '2': good}}]}\n"
const json = (value: unknown) => `\`\`\`json\n${JSON.stringify(value)}\n\`\`\``
const N = '{type: object, properties: {n: {type: integer}}, required: [n]}'
const MAP = '{type: object, properties: {of: {type: object, additionalProperties: {type: integer}}}, required: [of]}'
const BARE = '{type: object, properties: {of: {type: object}}, required: [of]}'
const cat = '{type: object, properties: {kind: {const: cat}, lives: {type: integer}}, required: [kind, lives]}'
const dog = '{type: object, properties: {kind: {const: dog}, tricks: {type: integer}}, required: [kind, tricks]}'
const either = (which: string) => `{type: object, properties: {pet: {${which}: [${cat}, ${dog}]}}, required: [pet]}`
const DOG = { pet: { kind: 'dog', tricks: 2 } }

it.each<[string, string, string, unknown, unknown]>([
  ['no code is code', code, '```python\n```', '', ''],
  ['a label counts as it is written', code, '```PYTHON\nx = 1\n```', undefined, undefined],
  ['prose is around a fence', shaped(N), `Here:\n${json({ n: 1 })}\nBye.`, { n: 1 }, { n: 1 }],
  ['a fence of capitals is none', shaped(N), '```JSON\n{"n": 1}\n```', undefined, undefined],
  ['a bare reply is JSON since 0.9', shaped(N), '{"n": 1}', { n: 1 }, undefined],
  ['JSON amid prose is none', shaped(N), 'It is {"n": 1}.', undefined, undefined],
  ['maps lose what they hold', shaped(MAP), json({ of: { a: 1 } }), { of: { a: 1 } }, { of: {} }],
  ['objects of no shape do not', shaped(BARE), json({ of: { a: 1 } }), { of: { a: 1 } }, { of: { a: 1 } }],
  ['a first alternative takes from the second', shaped(either('oneOf')), json(DOG), DOG, undefined],
  ['so it does in anyOf', shaped(either('anyOf')), json(DOG), DOG, undefined],
  ['a score is text', judged, json({ s: { reasoning: 'r', score: 2 } }), { s: { reasoning: 'r', score: '2' } }, undefined],
  [
    'a score has no space around it',
    judged,
    json({ s: { reasoning: 'r', score: ' 2' } }),
    { s: { reasoning: 'r', score: '2' } },
    undefined,
  ],
])('replies: %s', async (_name, column, reply, of09, of057) => {
  const cellOf = async (compat: There) => (await preview(compat, column, { reply })).dataset[0]?.['c']
  expect([await cellOf('data_designer'), await cellOf('data_designer@0.5.7')]).toEqual([of09, of057])
})

it('texts that are not there are none in 0.5.7, and nan since 0.9', async () => {
  const column = "- {name: t, column_type: llm-text, model_alias: m, prompt: 'of {{ k }}: {{ a }}'}\n"
  const seed = 'k,a,n\n1,x,1\n2,,\n'
  const of = async (compat: There) => (await preview(compat, column, { seed })).contents.map(textOf).sort()
  expect(await of('data_designer')).toEqual(['of 1: x', 'of 2: nan'])
  expect(await of('data_designer@0.5.7')).toEqual(['of 1: x', 'of 2: None'])
})

it.each([
  ['a row that fails', "'{{ a }}', dtype: int"],
  ['an empty row', "'{% if n == 1 %}1{% endif %}'"],
])('%s of an expression ends the job in 0.5.7, and costs itself since 0.9', async (_name, expr) => {
  const column = `- {name: t, column_type: expression, expr: ${expr}}\n`
  const seed = 'a,n\n1,1\nx,2\n'
  expect((await preview('data_designer', column, { seed })).dataset).toHaveLength(1)
  await expect(preview('data_designer@0.5.7', column, { seed })).rejects.toThrow()
})

it.each([
  ['data_type: url', 'https://host.example/a', 'https://host.example/a'],
  ['modality: image', 'https://host.example/a.png', 'https://host.example/a.png'],
  ['modality: image', PNG, { url: `data:image/png;base64,${PNG}`, format: 'png' }],
  ['data_type: base64, image_format: jpeg', PNG, { url: `data:image/jpeg;base64,${PNG}`, format: 'jpeg' }],
  [
    'data_type: base64, image_format: png',
    `data:image/png;base64,${PNG}`,
    { url: `data:image/png;base64,data:image/png;base64,${PNG}`, format: 'png' },
  ],
])('a picture of 0.5.7 (%s) is sent as it sent them', async (words, cell, image_url) => {
  const column = `- {name: t, column_type: llm-text, model_alias: m, prompt: See., multi_modal_context: [{column_name: a, ${words}}]}\n`
  const { contents } = await preview('data_designer@0.5.7', column, { seed: `a\n"${cell}"\n` })
  expect((contents[0] as object[])[0]).toEqual({ type: 'image_url', image_url })
})

it('white space alone is a value of an expression in 0.5.7, and none since 0.9', async () => {
  const column = "- {name: t, column_type: expression, expr: ' {{ a }} '}\n"
  const seed = 'a,n\nx,1\n" ",2\n'
  const of = async (compat: There) => (await preview(compat, column, { seed })).dataset.map(row => row['t'])
  expect(await of('data_designer')).toEqual([' x '])
  expect(await of('data_designer@0.5.7')).toEqual([' x ', '   '])
})
