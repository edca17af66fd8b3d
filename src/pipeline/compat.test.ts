import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { textOf } from '../model/messages.ts'
import type { ChatMessage } from '../model/model.ts'
import { ModelProvider } from '../model/model-provider.ts'
import { ChatServer, say, send } from '../model/testing/chat-server.ts'
import { configFromJSON, loadConfig } from './config/builder.ts'
import { DataDesigner } from './data-designer.ts'
import type { DataDesignerOptions } from './designer-options.ts'

const MODELS = 'model_configs:\n- {alias: m, model: tiny, provider: here, skip_health_check: true}\n'

async function preview(columns: string, answer: ConstructorParameters<typeof ChatServer>[0], options: DataDesignerOptions = {}) {
  await using server = await ChatServer.start(answer)
  const path = join(mkdtempSync(join(tmpdir(), 'tracewright-compat-')), 'config.yaml')
  writeFileSync(path, `${MODELS}columns:\n${columns}`)
  const modelProviders = [new ModelProvider({ name: 'here', endpoint: server.endpoint })]
  const builder = await loadConfig(path)
  const results = await new DataDesigner({ modelProviders, compat: 'data_designer', seed: 1, ...options }).preview(builder, {
    numRecords: 1,
  })
  const prompts = server.seen.map(({ body }) => textOf((body['messages'] as ChatMessage[])[0]!.content))
  return { row: results.dataset[0], failures: results.failures, bodies: server.seen.map(({ body }) => body), prompts }
}

const STRUCTURED = `- {name: s, column_type: llm-structured, model_alias: m, prompt: Describe., with_trace: all_messages,
   output_format: {type: object, properties: {n: {type: number, maximum: 10.0}}, required: [n]}}\n`
const judge = (options: string) =>
  `- {name: j, column_type: llm-judge, model_alias: m, prompt: Judge., scores: [{name: taste, description: '', options: ${options}}]}\n`

it.each(['takes', 'refuses'])(
  'a shape is asked for in the prompt on a server that %s response_format, and the trace shows it',
  async kind => {
    const { row, bodies, prompts } = await preview(STRUCTURED, ({ body }, _n, response) =>
      kind === 'refuses' && 'response_format' in body
        ? send(response, 400, { error: { message: 'response_format is unknown' } })
        : say(response, '```json\n{"n": 1.0, "more": 2}\n```'),
    )
    expect(bodies).toHaveLength(1)
    expect(bodies[0]).not.toHaveProperty('response_format')
    expect(prompts[0]).toContain('<response_schema>\n{"type": "object", "properties": {"n": {"type": "number", "maximum": 10.0}}')
    expect(JSON.stringify(row!['s__trace'])).toContain('response_schema')
  },
)

it.each([
  ["{'4': good, '10': best, '1': bad}", ['4', '10', '1'], 'string', '"4"'],
  ['{4: good, 10: best, 1: bad}', ['4', '10', '1'], 'string', '"4"'],
])('rubrics keep the order of %s, and their values are text', async (options, values, type, score) => {
  const { row, prompts } = await preview(judge(options), (_seen, _n, response) =>
    say(response, `\`\`\`json\n{"taste": {"reasoning": "r", "score": ${score}}}\n\`\`\``),
  )
  const schema = JSON.parse(/<response_schema>\n(.*)\n<\/response_schema>/.exec(prompts[0]!)![1]!)
  expect(schema.$defs.tasteEnum).toEqual({ enum: values, title: 'tasteEnum', type })
  expect(schema.$defs.taste.properties.score.description).toBe('Score Descriptions for tasteEnum:\n* 4: good\n* 10: best\n* 1: bad')
  expect(row!['j']).toEqual({ taste: { reasoning: 'r', score: values[0] } })
})

it('outside compat a rubric keeps its order, and whole numbers are numbers', async () => {
  const { prompts } = await preview(
    judge("{'4': good, '10': best, '1': bad}"),
    ({ body }, _n, response) =>
      'response_format' in body
        ? send(response, 400, { error: { message: 'response_format is unknown' } })
        : say(response, '```json\n{"taste": {"reasoning": "r", "score": 4}}\n```'),
    { compat: null },
  )
  expect(prompts.at(-1)).toContain('{"enum": [4, 10, 1], "title": "tasteEnum", "type": "integer"}')
})

it.each(['native', 'prompt', 'auto'])('structured_output: %s decides how a model is asked outside compat', async kind => {
  await using server = await ChatServer.start(({ body }, _n, response) =>
    say(response, 'response_format' in body ? '{"n": 1}' : '```json\n{"n": 1}\n```'),
  )
  const path = join(mkdtempSync(join(tmpdir(), 'tracewright-compat-')), 'config.yaml')
  writeFileSync(path, `${MODELS.replace('}', `, structured_output: ${kind}}`)}columns:\n${STRUCTURED}`)
  const builder = await loadConfig(path)
  expect(builder.toYAML()).toContain(`structured_output: ${kind}`)
  const modelProviders = [new ModelProvider({ name: 'here', endpoint: server.endpoint })]
  await new DataDesigner({ modelProviders, seed: 1 }).preview(builder, { numRecords: 1 })
  expect(server.seen.map(({ body }) => 'response_format' in body)).toEqual([kind !== 'prompt'])
})

it.each([
  ['<think>hm</think>\nanswer', 'stop', '<think>hm</think>\nanswer', 'answer'],
  ['cut', 'length', 'cut', undefined],
])('a reply %j that ended with %s is taken as it was written', async (content, finish_reason, there, here) => {
  const text = '- {name: t, column_type: llm-text, model_alias: m, prompt: Say.}\n'
  const answer: ConstructorParameters<typeof ChatServer>[0] = (_seen, _n, response) =>
    send(response, 200, { choices: [{ message: { role: 'assistant', content }, finish_reason }] })
  expect((await preview(text, answer)).row?.['t']).toBe(there)
  expect((await preview(text, answer, { compat: null })).row?.['t']).toBe(here)
})

it('what provider and model both put into the body is the provider’s', async () => {
  await using server = await ChatServer.start((_seen, _n, response) => say(response, 'yes'))
  const path = join(mkdtempSync(join(tmpdir(), 'tracewright-compat-')), 'config.yaml')
  const body = ', inference_parameters: {extra_body: {nested: {k: 2}, own: 1.0}}}'
  writeFileSync(path, `${MODELS.replace('}', body)}columns:\n- {name: t, column_type: llm-text, model_alias: m, prompt: Say.}\n`)
  const modelProviders = [new ModelProvider({ name: 'here', endpoint: server.endpoint, extraBody: { nested: { p: 1 } } })]
  for (const compat of ['data_designer', null] as const)
    await new DataDesigner({ modelProviders, compat, seed: 1 }).preview(await loadConfig(path), { numRecords: 1 })
  expect(server.seen.map(({ body }) => body)).toMatchObject([{ nested: { p: 1 }, own: 1 }, { nested: { k: 2 } }])
})

it('a config is written back with its floats', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'tracewright-compat-')), 'config.yaml')
  const inference = 'inference_parameters: {temperature: 1.0, extra_body: {k: 2.0, n: 2, id: 12345678901234567890}}}'
  writeFileSync(path, `${MODELS.replace('}', `, ${inference}`)}columns:\n${STRUCTURED}`)
  const yaml = (await loadConfig(path)).toYAML()
  for (const line of ['temperature: 1.0\n', 'k: 2.0\n', 'n: 2\n', 'id: 12345678901234567890\n', 'maximum: 10.0\n'])
    expect(yaml).toContain(line)
})

it.each([
  [{ max_conversation_restarts: 1 }, 2],
  [{ max_conversation_restarts: 0, max_conversation_correction_steps: 2 }, 3],
  [{}, 6],
])('run_config %j is how often a model is asked', async (runConfig, calls) => {
  const { bodies, failures } = await preview(STRUCTURED, (_seen, _n, response) => say(response, 'no'), { runConfig })
  expect([bodies.length, failures.length]).toEqual([calls, 1])
})

it('a model that no column asks may have a provider nobody knows, as there', async () => {
  const config = () =>
    configFromJSON({
      model_configs: [{ alias: 'idle', model: 'x', provider: 'nobody' }],
      columns: [{ column_type: 'sampler', name: 's', sampler_type: 'category', params: { values: ['a'] } }],
    })
  const following = new DataDesigner({ compat: 'data_designer' })
  expect((await following.validate(config())).warnings).toEqual([expect.stringContaining("model 'idle': Unknown provider 'nobody'")])
  expect((await following.preview(config(), { numRecords: 1 })).dataset).toEqual([{ s: 'a' }])
  await expect(new DataDesigner().validate(config())).rejects.toThrow("model 'idle': Unknown provider 'nobody'")
})

it.each([
  [{ column_type: 'expression', name: 'e', expr: "{{ d | jsonpath('$.a') }}" }, 'expr'],
  [
    { column_type: 'llm-text', name: 'e', model_alias: 'm', prompt: 'x', system_prompt: "{{ d | jsonpath('$.a') | first }}" },
    'system_prompt',
  ],
  [{ column_type: 'expression', name: 'e', expr: 'x', skip: { when: "{{ (d | jsonpath('$.a')) == [1] }}" } }, 'skip.when'],
])('jsonpath is refused in %j, as there, and known without compat', async (column, where) => {
  const builder = configFromJSON(
    {
      model_configs: [{ alias: 'm', model: 'tiny', provider: 'stand-in', skip_health_check: true }],
      columns: [{ column_type: 'custom', name: 'd', generator_function: 'made' }, column],
    },
    { functions: { made: () => ({ d: { a: 1 } }) } },
  )
  for (const compat of ['data_designer', 'data_designer@0.5.7'] as const)
    await expect(new DataDesigner({ compat }).validate(builder)).rejects.toThrow(`column 'e': ${where}: No filter named 'jsonpath'`)
  expect((await new DataDesigner().validate(builder)).columns).toContain('e')
})
