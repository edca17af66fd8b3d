import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { ColumnConfig } from '../../column/column.ts'
import { CustomColumnConfig } from '../../column/custom.ts'
import { EmbeddingColumnConfig } from '../../column/embedding.ts'
import { customColumnGenerator } from '../../column/generator-function.ts'
import { LLMCodeColumnConfig } from '../../column/llm-code.ts'
import { LLMJudgeColumnConfig } from '../../column/llm-judge.ts'
import { LLMStructuredColumnConfig } from '../../column/llm-structured.ts'
import { LLMTextColumnConfig } from '../../column/llm-text.ts'
import { Score } from '../../column/score.ts'
import { ModelProvider } from '../../model/model-provider.ts'
import { ChatServer, say, send } from '../../model/testing/chat-server.ts'
import { RowsSeedSource } from '../../seed/rows.ts'
import { DataDesignerConfigBuilder } from '../config/builder.ts'
import { DataDesigner } from '../data-designer.ts'

/** Our functions on the stack whenever a request was made, the innermost first, from the socket to the cell. */
let stacks: string[][] = []
let folder: string
const depth = Error.stackTraceLimit

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tracewright-frames-'))
  Error.stackTraceLimit = 100
  subscribe('undici:request:create', remember)
})
afterAll(() => {
  unsubscribe('undici:request:create', remember)
  Error.stackTraceLimit = depth
  rmSync(folder, { recursive: true, force: true })
})
beforeEach(() => {
  stacks = []
})

/** undici publishes a request on the stack of whoever makes it. */
function remember(): void {
  const lines = (new Error().stack ?? '').split('\n').slice(1)
  const ours = lines.filter(line => /\/src\/[\w/-]+\.ts/.test(line) && !line.includes('frames.test') && !line.includes('node_modules'))
  const cell = ours.findIndex(line => line.includes('compute'))
  stacks.push(ours.slice(0, cell + 1).map(line => line.replace(/^.*\/src\/([\w/-]+)\.ts.*$/, '$1')))
}

const asking = { name: 'x', modelAlias: 'writer', prompt: 'Why {{ q }}?' }
const SHAPE = { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'] }
const score = new Score({ name: 'a', description: 'whether it is', options: { 1: 'it is' } })
const custom = customColumnGenerator({ modelAliases: ['writer'] }, async (row, { models }) => {
  return { ...row, x: (await models['writer']!.generate({ prompt: 'Why?' })).value }
})

const COLUMNS: [what: string, ColumnConfig, reply: string][] = [
  ['a text', new LLMTextColumnConfig(asking), 'Because.'],
  ['code', new LLMCodeColumnConfig({ ...asking, codeLang: 'python' }), '```python\n1\n```'],
  ['a shape', new LLMStructuredColumnConfig({ ...asking, outputFormat: SHAPE }), '{"a": 1}'],
  ['a judgement', new LLMJudgeColumnConfig({ ...asking, scores: [score] }), '{"a": {"reasoning": "r", "score": 1}}'],
]

const COMMON = ['model/ask/attempts', 'model/ask/ask', 'model/converse', 'column/prompted-column', 'pipeline/rows/run']
const SEVEN = ['model/post', 'model/openai', ...COMMON]

for (const way of ['preview', 'create'] as const)
  it.each(COLUMNS)(`${way}() asks for %s in seven frames from the cell to the socket, again where it must`, async (what, column, reply) => {
    await using server = await ChatServer.start((_, n, response) =>
      n === 1 ? send(response, 503, {}, { 'retry-after-ms': '1' }) : say(response, reply),
    )
    await run(way, column, server.endpoint, `${way} ${what}`)
    expect(stacks).toEqual([SEVEN, SEVEN])
  })

it('asks for vectors in seven frames, too', async () => {
  const data = [{ index: 0, embedding: [1, 2] }]
  await using server = await ChatServer.start((_, __, response) => send(response, 200, { data, model: 'm' }))
  await run('create', new EmbeddingColumnConfig({ name: 'x', modelAlias: 'writer', targetColumn: 'q' }), server.endpoint, 'vectors')
  const ways = [
    'model/post',
    'model/embeddings',
    'model/openai',
    'model/ask/attempts',
    'model/ask/ask',
    'column/embedding',
    'pipeline/rows/run',
  ]
  expect(stacks).toEqual([ways])
})

it("has two frames more where a user's function asks", async () => {
  await using server = await ChatServer.start((_, __, response) => say(response, 'Because.'))
  await run('create', new CustomColumnConfig({ name: 'x', generatorFunction: custom }), server.endpoint, 'function')
  const asks = ['column/custom-model', 'column/custom', 'column/custom']
  expect(stacks).toEqual([SEVEN.flatMap(frame => (frame === 'column/prompted-column' ? asks : frame))])
})

it('has one frame more where a library speaks the protocol', async () => {
  const said = { type: 'message', id: 'r', model: 'm', role: 'assistant', content: [{ type: 'text', text: 'Because.' }] }
  const usage = { input_tokens: 5, output_tokens: 2 }
  await using server = await ChatServer.start((_, __, response) => send(response, 200, { ...said, stop_reason: 'end_turn', usage }))
  await run('create', new LLMTextColumnConfig(asking), server.endpoint, 'library', 'anthropic')
  expect(stacks).toEqual([['model/post', 'model/provider-fetch', 'model/ai-sdk', ...COMMON]])
})

async function run(way: 'preview' | 'create', column: ColumnConfig, endpoint: string, name: string, providerType = 'openai') {
  const builder = new DataDesignerConfigBuilder().withSeedDataset(new RowsSeedSource({ rows: [{ q: 'not' }] })).addColumn(column)
  builder.addModelConfig({ alias: 'writer', model: 'm', provider: 'here', skip_health_check: true })
  const designer = new DataDesigner({ modelProviders: [new ModelProvider({ name: 'here', endpoint, providerType })] })
  const made =
    way === 'preview'
      ? (await designer.preview(builder, { numRecords: 1 })).dataset.length
      : (await designer.create(builder, { numRecords: 1, artifactPath: folder, datasetName: name.replaceAll(' ', '-') })).manifest.rows
  expect(made).toBe(1)
}
