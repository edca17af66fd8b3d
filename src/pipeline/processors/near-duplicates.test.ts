import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { folder } from '../../../test/pipeline-scene.ts'
import { EmbeddingColumnConfig } from '../../column/embedding.ts'
import { readJson } from '../../json/exact.ts'
import type { Json, JsonObject } from '../../json/json.ts'
import { ModelConfig } from '../../model/model-config.ts'
import { ModelProvider } from '../../model/model-provider.ts'
import { ChatServer, send } from '../../model/testing/chat-server.ts'
import { RowsSeedSource } from '../../seed/rows.ts'
import { configFromJSON, DataDesignerConfigBuilder } from '../config/builder.ts'
import { DataDesigner } from '../data-designer.ts'
import { NearDuplicatesProcessorConfig } from './near-duplicates.ts'

const lines = (path: string): Json[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .flatMap(line => (line === '' ? [] : [readJson(line)]))

/** A server whose vectors hang on the letters of a text, in whatever order they stand. */
function letters() {
  return ChatServer.start(({ body }, _n, response) => {
    const data = (body['input'] as string[]).map((text, index) => {
      const embedding = Array.from({ length: 26 }, (_, i) => text.split(String.fromCharCode(97 + i)).length - 1)
      return { object: 'embedding', index, embedding }
    })
    send(response, 200, { object: 'list', model: 'm', data, usage: { prompt_tokens: 1, total_tokens: 1 } })
  })
}

it('leaves out rows whose embedding is near an earlier one, beside the dataset that has them all', async () => {
  await using server = await letters()
  const said = ['mend the kite', 'kite, mend the', 'fly a balloon', 'the kite: mend!', 'sail']
  const builder = new DataDesignerConfigBuilder({
    modelConfigs: [
      new ModelConfig({
        alias: 'e',
        model: 'm',
        provider: 'here',
        skipHealthCheck: true,
        inferenceParameters: { generationType: 'embedding' },
      }),
    ],
  })
    .withSeedDataset(new RowsSeedSource({ rows: said.map((text, id) => ({ id, text })) }))
    .addColumn(new EmbeddingColumnConfig({ name: 'vector', targetColumn: 'text', modelAlias: 'e', drop: false }))
    .addProcessor(new NearDuplicatesProcessorConfig({ name: 'unlike', column: 'vector', threshold: 0.99 }))
  const path = folder()
  const designer = new DataDesigner({ seed: 1, modelProviders: [new ModelProvider({ name: 'here', endpoint: server.endpoint })] })
  const results = await designer.create(builder, { path, partRows: 2 })
  expect(await results.loadDataset()).toHaveLength(5)
  const made = join(path, 'exports', 'unlike')
  expect(lines(join(made, 'rows.jsonl')).map(row => (row as JsonObject)['id'])).toEqual([0, 2, 4])
  expect(lines(join(made, 'rejects.jsonl'))).toEqual([
    { at: 'row 1', reason: "near-duplicate of row 0 by 'vector'" },
    { at: 'row 3', reason: "near-duplicate of row 0 by 'vector'" },
  ])
})

const processor = (more: object) => ({ columns: [], processors: [{ processor_type: 'near_duplicates', name: 'n', ...more }] }) as JsonObject

it.each([
  [{ column: 'v', threshold: 0 }, 'threshold: found 0, expected a number above 0, 1 at most'],
  [{ column: 'v', threshold: 1.5 }, 'threshold: found 1.5'],
  [{ column: 'v', treshold: 1 }, "Unknown key 'treshold'"],
  [{ threshold: 1 }, 'column: found nothing, expected text'],
])('refuses %j', (more, message) => {
  expect(() => configFromJSON(processor(more))).toThrow(message)
})

it('a column that is not there is told before anything runs', async () => {
  const builder = new DataDesignerConfigBuilder()
    .withSeedDataset(new RowsSeedSource({ rows: [{ id: 1, vector: [1, 2] }] }))
    .addProcessor(new NearDuplicatesProcessorConfig({ name: 'unlike', column: 'vektor' }))
  await expect(new DataDesigner().validate(builder)).rejects.toThrow('vektor')
})
