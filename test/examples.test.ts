import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AgentRolloutSeedSource, DataDesigner, type JsonObject, loadConfig, ModelConfig, ModelProvider, RowsSeedSource } from 'tracewright'
import { describe, expect, it } from 'vitest'
import * as distill from '../examples/distill/distill.ts'
import { scores } from '../examples/distill/shapes.ts'
import * as review from '../examples/review-tool-interactions.ts'
import * as summarize from '../examples/summarize-random-turn.ts'
import { ChatServer, say } from '../src/model/testing/chat-server.ts'
import { filesBelow, root } from './sources.ts'

const examples = { 'distill/distill.ts': distill, 'review-tool-interactions.ts': review, 'summarize-random-turn.ts': summarize }
const logs = join(root, 'examples', 'logs')
const standIn = (alias: string) => new ModelConfig({ alias, model: 'stand-in', provider: 'stand-in' })

it('every example is run here', () => {
  const isConfig = (path: string) => /^export function loadConfigBuilder|^data_designer:/m.test(readFileSync(join(root, path), 'utf8'))
  const configs = filesBelow('examples').filter(path => /\.(ts|yaml)$/.test(path) && isConfig(path))
  expect(configs).toEqual([...Object.keys(examples), 'covers/covers.yaml', 'distill/distill.yaml'].map(path => `examples/${path}`).sort())
})

for (const [name, { loadConfigBuilder }] of Object.entries(examples)) {
  it.each(['claude_code', 'codex', 'atif', 'hermes_agent', 'pi_coding_agent'] as const)(
    `examples/${name} runs over %s logs`,
    async format => {
      const source = new AgentRolloutSeedSource({ format, path: join(logs, format) })
      const results = await new DataDesigner({ seed: 1 }).preview(loadConfigBuilder({ source, model: standIn }), { numRecords: 2 })
      expect(results.failures).toEqual([])
      expect(results.warnings.filter(warning => !warning.includes('they are drawn again'))).toEqual([]) // a log may be the only one
      expect(results.dataset.length).toBeGreaterThan(0)
    },
  )

  it(`examples/${name} loads as it is, and keeps to Data Designer's templates`, async () => {
    const builder = await loadConfig(join(root, 'examples', name))
    expect(builder.toJSON()).toEqual(loadConfigBuilder().toJSON())
    const source = new AgentRolloutSeedSource({ format: 'codex', path: join(logs, 'codex') }) // its ATIF log is none to Data Designer
    const strict = new DataDesigner({ seed: 1, compat: 'data_designer' })
    expect((await strict.preview(loadConfigBuilder({ source, model: standIn }), { numRecords: 1 })).failures).toEqual([])
  })
}

it('examples/covers draws covers, and looks at them to draw them again', async () => {
  const builder = await loadConfig(join(root, 'examples/covers/covers.yaml'))
  for (const { alias } of builder.modelConfigs.splice(0)) builder.addModelConfig(standIn(alias))
  const { failures, dataset, warnings } = await new DataDesigner({ seed: 1 }).preview(builder, { numRecords: 2 })
  expect([failures, warnings, dataset.length]).toEqual([[], [], 2])
  for (const { cover, night } of dataset)
    expect([cover, night]).toEqual([[expect.stringMatching(/^iVBOR/)], [expect.stringMatching(/^iVBOR/)]])
})

describe('examples/distill', () => {
  const session = (id: string, answer: string | null) => ({
    trace_id: id,
    source_kind: 'codex',
    project_path: '/srv/garden',
    git_branch: 'main',
    is_sidechain: false,
    message_count: 2,
    tool_call_count: 0,
    messages: [{ role: 'user', content: [{ type: 'text', text: `Task of ${id}` }] }],
    final_assistant_message: answer,
    source_meta: {},
  })
  const sessions = [session('good', 'Done'), session('weak', 'Done'), session('low', 'Done'), session('open', null)]
  const digest = (value: string, id: string): JsonObject => ({
    user_goal: `goal of ${id}`,
    repository_context: 'a garden',
    task_type: 'fix',
    notable_actions: ['dig'],
    useful_outcome: 'it grows',
    training_value: value,
    quality_notes: 'none',
  })

  /** A server that answers each of the three questions; scores are written the way models write them. */
  const server = () =>
    ChatServer.start(({ body }, _n, response) => {
      const schema = JSON.stringify(body['response_format'] ?? {})
      const prompt = JSON.stringify(body['messages'])
      const id = ['good', 'weak', 'low'].find(name => prompt.includes(`of ${name}`)) ?? 'nobody'
      if (schema.includes('user_goal')) return say(response, JSON.stringify(digest(id === 'low' ? 'low' : 'high', id)))
      if (schema.includes('skill_tags')) {
        const record = { instruction: `Do what is good for ${id}`, response: `Dig of ${id}`, skill_tags: ['digging'], difficulty: 'easy' }
        return say(response, JSON.stringify(record))
      }
      const judged = scores.map(({ name }, i) => [
        name,
        { reasoning: 'so', score: id === 'weak' && i === 0 ? ' 2 ' : i % 2 === 0 ? '4' : 4 },
      ])
      say(response, JSON.stringify(Object.fromEntries(judged)))
    })

  it.each(['distill.ts', 'distill.yaml'])('%s judges, flattens and recommends, and asks nothing about what it skips', async file => {
    await using chat = await server()
    const model = (alias: string) => new ModelConfig({ alias, model: 'm', provider: 'here', skipHealthCheck: true })
    const builder = await loadConfig(join(root, 'examples/distill', file))
    builder.withSeedDataset(new RowsSeedSource({ rows: sessions }))
    builder.modelConfigs.splice(0, 2, model('distiller'), model('judge'))
    const designer = new DataDesigner({ modelProviders: [new ModelProvider({ name: 'here', endpoint: chat.endpoint })], seed: 1 })
    const { dataset, failures } = await designer.preview(builder, { numRecords: 4 })
    expect(failures).toEqual([])
    expect(dataset.map(row => [row['trace_id'], row['recommended_for_sft']])).toEqual([
      ['good', true],
      ['weak', false],
      ['low', false],
      ['open', false],
    ])
    const [good, weak, low, open] = dataset
    expect(good).toMatchObject({ sft_instruction: 'Do what is good for good', sft_skill_tags: ['digging'], training_utility_score: 4 })
    expect(weak).toMatchObject({ groundedness_score: 2, standalone_task_score: 4, trace_training_value: 'high' })
    expect(low).toMatchObject({
      trace_training_value: 'low',
      sft_instruction: null,
      groundedness_score: null,
      sft_quality_judge_result: null,
    })
    expect(open).toMatchObject({ trace_digest: null, trace_training_value: null })
    expect(Object.keys(good!)).not.toEqual(expect.arrayContaining(['sft_record']))
    expect(Object.keys(good!).filter(name => /^messages$|_meta$/.test(name))).toEqual([])
    expect(chat.seen).toHaveLength(3 + 2 + 2)
  })

  it('distill.yaml says what distill.ts says', async () => {
    const { library_version: _, ...fromFile } = (await loadConfig(join(root, 'examples/distill/distill.yaml'))).toJSON()
    const { library_version: __, ...fromCode } = distill.loadConfigBuilder().toJSON()
    expect(fromFile).toEqual(fromCode)
  })
})
