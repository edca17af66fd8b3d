import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { JsonObject } from '../json/json.ts'
import { ChatServer, send } from '../model/testing/chat-server.ts'
import { configFromJSON } from '../pipeline/config/builder.ts'
import { DataDesigner } from '../pipeline/data-designer.ts'
import { RowsSeedSource } from '../seed/rows.ts'
import { EmbeddingColumnConfig } from './embedding.ts'
import { cellOf, fill } from './testing/fill.ts'

const column = new EmbeddingColumnConfig({ name: 'v', targetColumn: 'text', modelAlias: 'writer' })

/** Vectors that tell which text they are of, last text first. */
function vectors(body: JsonObject) {
  const texts = body['input'] as string[]
  return { model: 'm', data: texts.map((text, index) => ({ index, embedding: [text.length, 0.5] })).reverse(), usage: { prompt_tokens: 3 } }
}

it.each([
  ['kite', [[4, 0.5]]],
  [
    ['a', 'bcd'],
    [
      [1, 0.5],
      [3, 0.5],
    ],
  ],
  [
    '["a", "bcd"]',
    [
      [1, 0.5],
      [3, 0.5],
    ],
  ],
  ['[not a list', [[11, 0.5]]],
])('embeds %j, each text at its place', async (text, embeddings) => {
  await using server = await ChatServer.start(({ body }, _, response) => send(response, 200, vectors(body)))
  const cell = await cellOf(column, { text }, { endpoint: server.endpoint })
  expect(cell).toEqual({ embeddings, num_embeddings: embeddings.length, dimension: 2 })
  expect(server.seen[0]!.url).toMatch(/\/embeddings$/)
  expect(server.seen[0]!.body).toMatchObject({ model: 'm' })
})

it('has no vector for no text, and asks nobody', async () => {
  await using server = await ChatServer.start(({ body }, _, response) => send(response, 200, vectors(body)))
  expect(await cellOf(column, { text: [] }, { endpoint: server.endpoint })).toEqual({ embeddings: [], num_embeddings: 0, dimension: 0 })
  expect(server.seen).toEqual([])
})

it.each([[null], [3], [''], [['a', null]], [{ a: 1 }]])('refuses %j', async text => {
  await expect(fill(column, { text })).rejects.toThrow("Cannot embed for column 'v'")
})

it('reads vectors as base64', async () => {
  const bytes = Buffer.from(Float32Array.of(0.5, -2).buffer)
  await using server = await ChatServer.start((_, __, response) => send(response, 200, { data: [{ embedding: bytes.toString('base64') }] }))
  expect(await cellOf(column, { text: 'a' }, { endpoint: server.endpoint })).toMatchObject({ embeddings: [[0.5, -2]] })
})

it.each([
  [{}],
  [{ data: [] }],
  [{ data: [{ embedding: [] }] }],
  [{ data: [{ index: 7, embedding: [1] }] }],
  [{ data: [{ embedding: ['x'] }] }],
])('refuses the reply %j', async reply => {
  await using server = await ChatServer.start((_, __, response) => send(response, 200, reply))
  await expect(fill(column, { text: 'a' }, { endpoint: server.endpoint })).rejects.toMatchObject({ failure: 'invalid_response' })
})

it('sends what its model says, is asked for a sign of life as what it is, and pays for a text once', async () => {
  await using server = await ChatServer.start(({ body }, _, response) => send(response, 200, vectors(body)))
  const inference_parameters = { generation_type: 'embedding', dimensions: 2, extra_body: { input_type: 'query' } }
  const builder = configFromJSON({
    model_configs: [{ alias: 'e', model: 'm', provider: 'here', inference_parameters }],
    columns: [{ column_type: 'embedding', name: 'v', target_column: 'text', model_alias: 'e' }],
  }).withSeedDataset(new RowsSeedSource({ rows: [{ text: 'a' }, { text: 'a' }] }))
  const designer = new DataDesigner({ modelProviders: [{ name: 'here', endpoint: server.endpoint, api_key: 'k' }] })
  const { dataset, usage } = await designer.preview(builder, { numRecords: 2 })
  expect(dataset.map(row => row['v'])).toEqual([1, 1].map(() => ({ embeddings: [[1, 0.5]], num_embeddings: 1, dimension: 2 })))
  expect(server.seen.map(({ url, body }) => [new URL(url, 'http://x').pathname, body])).toEqual([
    ['/v1/embeddings', { model: 'm', input: ['Hello!'], encoding_format: 'float', dimensions: 2, input_type: 'query' }],
    ['/v1/embeddings', { model: 'm', input: ['a'], encoding_format: 'float', dimensions: 2, input_type: 'query' }],
  ])
  expect(Object.keys(usage)).toEqual(['e'])
})

it('is refused where a provider has no vectors', async () => {
  const builder = configFromJSON({
    model_configs: [{ alias: 'e', model: 'm', provider: 'claude', skip_health_check: true }],
    columns: [{ column_type: 'embedding', name: 'v', target_column: 'text', model_alias: 'e' }],
  }).withSeedDataset(new RowsSeedSource({ rows: [{ text: 'a' }] }))
  const claude = { name: 'claude', endpoint: 'http://127.0.0.1:9/v1', provider_type: 'anthropic', api_key: 'k' }
  const { failures } = await new DataDesigner({ modelProviders: [claude] }).preview(builder, { numRecords: 1 })
  expect(failures[0]?.reason).toContain("Cannot embed at provider 'claude'")
})

it('texts of like words have like vectors with the stand-in', async () => {
  const of = async (text: string) => ((await cellOf(column, { text })) as { embeddings: number[][] }).embeddings[0]!
  const [a, b, c] = [await of('mend the red kite'), await of('mend the blue kite'), await of('boil an egg quickly')]
  const likeness = (x: number[], y: number[]) => x.reduce((sum, value, i) => sum + value * y[i]!, 0)
  expect(likeness(a, b)).toBeGreaterThan(likeness(a, c))
})

it('under compat a list is refused, and text that Python reads as a list is one', async () => {
  await using server = await ChatServer.start(({ body }, _, response) => send(response, 200, vectors(body)))
  const asked: [text: string, texts: string[] | null][] = [
    ['kite', ['kite']],
    [' kite, tail ', ['kite, tail']],
    ["['a', ' b ']", ['a', 'b']],
    ['["c", "d",]', ['c', 'd']],
    ["('e', 'f')", ['e', 'f']],
    ["{'k': 1}", ['k']],
    ["'gh'", ['g', 'h']],
    ['"tail"', ['tail']],
    ['["a", "b"]', null],
    ['42', null],
    ["['a', 1]", null],
  ]
  const designer = new DataDesigner({
    compat: 'data_designer',
    modelProviders: [{ name: 'here', endpoint: server.endpoint, api_key: 'k' }],
  })
  for (const [text, texts] of asked) {
    server.seen.length = 0
    const builder = configFromJSON({
      model_configs: [{ alias: 'writer', model: 'm', provider: 'here', skip_health_check: true, inference_parameters: EMBEDDING }],
      columns: [column.toJSON()],
    }).withSeedDataset(new RowsSeedSource({ rows: [{ text }] }))
    const { failures } = await designer.preview(builder, { numRecords: 1 })
    expect([text, server.seen.map(({ body }) => body['input']), failures.length]).toEqual([
      text,
      texts === null ? [] : [texts],
      texts === null ? 1 : 0,
    ])
  }
})

const EMBEDDING = { generation_type: 'embedding' }

it.each([
  ['007', [['007']], 0],
  ['[1, 2]', [], 1],
  ['2024-03-01', [], 1],
  ['2024-03-01T02:03:04', [], 1],
])('under compat %s of a file is embedded as %j', async (text, asked, failed) => {
  await using server = await ChatServer.start(({ body }, _, response) => send(response, 200, vectors(body)))
  const path = join(mkdtempSync(join(tmpdir(), 'tracewright-embedding-')), 'seed.jsonl')
  writeFileSync(path, `${JSON.stringify({ text })}\n`)
  const inference_parameters = { generation_type: 'embedding' }
  const builder = configFromJSON({
    seed_config: { source: { seed_type: 'local', path } },
    model_configs: [{ alias: 'e', model: 'm', provider: 'here', skip_health_check: true, inference_parameters }],
    columns: [{ column_type: 'embedding', name: 'v', target_column: 'text', model_alias: 'e' }],
  })
  const modelProviders = [{ name: 'here', endpoint: server.endpoint, api_key: 'k' }]
  const { failures } = await new DataDesigner({ compat: 'data_designer', modelProviders }).preview(builder, { numRecords: 1 })
  expect(server.seen.map(({ body }) => body['input'])).toEqual(asked)
  expect(failures).toHaveLength(failed)
})
