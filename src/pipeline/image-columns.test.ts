import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { folder } from '../../test/pipeline-scene.ts'
import { openDataset } from '../dataset/open-dataset.ts'
import type { JsonObject } from '../json/json.ts'
import { ModelProvider } from '../model/model-provider.ts'
import { Prices } from '../model/prices.ts'
import { ChatServer, send } from '../model/testing/chat-server.ts'
import { png } from '../model/testing/pictures.ts'
import type { Row } from '../row.ts'
import { LocalFileSeedSource } from '../seed/file.ts'
import { RowsSeedSource } from '../seed/rows.ts'
import { configFromJSON } from './config/builder.ts'
import type { RunEvent } from './creation/run-events.ts'
import { DataDesigner } from './data-designer.ts'
import type { DatasetCreationResults } from './results/creation-results.ts'
import { publishRun } from './results/publish-run.ts'
import { mergeShards } from './shard/merge.ts'
import { openShards } from './shard/open-shards.ts'
import { planShards } from './shard/plan-shards.ts'

/** Draws another picture for each prompt; one that is shown pictures draws them together. Asked for 'words', it writes. */
async function scene() {
  const server = await ChatServer.start(({ body }, _, response) => {
    const { content } = (body['messages'] as { content: string | JsonObject[] }[]).at(-1)!
    const text = typeof content === 'string' ? content : String(content.at(-1)!['text'])
    const shown = typeof content === 'string' ? 0 : content.length - 1
    const images = [{ image_url: { url: `data:image/png;base64,${png(1 + shown * 50 + Number(/\d+/.exec(text)?.[0] ?? 0))}` } }]
    const message = text.includes('words') ? { content: 'I only write.' } : { content: '', images }
    send(response, 200, { choices: [{ finish_reason: 'stop', message }], usage: { prompt_tokens: 10, completion_tokens: 1000 } })
  })
  const modelProviders = [new ModelProvider({ name: 'here', endpoint: server.endpoint })]
  const designer = () => new DataDesigner({ modelProviders, seed: 3 })
  return { server, modelProviders, designer, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

const MODEL = {
  alias: 'm',
  model: 'gemini-image',
  provider: 'here',
  skip_health_check: true,
  inference_parameters: { generation_type: 'image' },
}
const drawing = { column_type: 'image', name: 'drawing', prompt: 'Draw {{ thing }} {{ n }}', model_alias: 'm' }
const edited = {
  column_type: 'image',
  name: 'edited',
  prompt: 'In red, {{ n }}',
  model_alias: 'm',
  multi_modal_context: [{ modality: 'image', column_name: 'drawing' }],
}

function config(columns: JsonObject[], rows: Row[] = ['a kite', 'a kite', 'a stone'].map((thing, n) => ({ thing, n: n === 1 ? 0 : n }))) {
  return configFromJSON({ model_configs: [MODEL], columns }).withSeedDataset(new RowsSeedSource({ rows }))
}

it('create() puts pictures beside the rows, which name them; the next column is shown them', async () => {
  await using here = await scene()
  const path = folder()
  const run = await here.designer().create(config([drawing, edited]), { path })
  const rows = await run.loadDataset()
  expect(rows.length).toBe(3)
  for (const row of rows)
    for (const [column, n] of [
      ['drawing', 1],
      ['edited', 51],
    ] as const) {
      const [file, ...others] = row[column] as string[]
      expect(others).toEqual([])
      expect(file).toMatch(new RegExp(`^images/${column}/[0-9a-f]{32}\\.png$`))
      expect(readFileSync(join(path, file!)).toString('base64')).toBe(png(n + Number(row['n'])))
    }
  // The same prompt is the same picture, and paid for once.
  expect(rows[0]!['drawing']).toEqual(rows[1]!['drawing'])
  expect(here.server.seen.length).toBe(4)
  const shown = here.server.seen
    .map(({ body }) => body['messages'] as { content: unknown }[])
    .find(messages => Array.isArray(messages[0]!.content))!
  expect(shown[0]!.content).toEqual([
    { type: 'image_url', image_url: { url: expect.stringMatching(/^data:image\/png;base64,/) } },
    { type: 'text', text: expect.stringContaining('In red') },
  ])
  expect(await run.sampleRecordHTML(0)).toContain(`<img src="data:image/png;base64,${png(1)}"`)
  const { usage } = run
  expect(usage.columns['drawing']).toMatchObject({ calls: 2, output_tokens: 2000, images: 2 })
  expect(usage.run.images).toBe(4)
})

it('a preview holds pictures as base64, and create() takes them from there', async () => {
  await using here = await scene()
  const designer = here.designer()
  const preview = await designer.preview(config([drawing, edited]), { numRecords: 3 })
  expect(preview.dataset.map(row => row['drawing'])).toEqual([[png(1)], [png(1)], [png(3)]])
  expect(preview.dataset[0]!['edited']).toEqual([png(51)])
  const path = folder()
  await designer.create(config([drawing, edited]), { path })
  expect(here.server.seen.length).toBe(4)
  expect(readdirSync(join(path, 'images')).sort()).toEqual(['drawing', 'edited'])
})

it('a run that goes on has its pictures, and pays for none again; with another config, those of before are gone', async () => {
  await using here = await scene()
  const rows = Array.from({ length: 40 }, (_, n) => ({ thing: 'kite', n }))
  const path = folder()
  const stop = new AbortController()
  const onEvent = (event: RunEvent) => event.type === 'part' && stop.abort()
  const begun = await here.designer().create(config([drawing], rows), { path, partRows: 2, stop: stop.signal, onEvent })
  expect(begun.manifest.status).toBe('stopped')
  const whole = await here.designer().create(config([drawing], rows), { path, partRows: 2, resume: true })
  expect(here.server.seen.length).toBe(40)
  expect(whole.manifest).toMatchObject({ status: 'complete', rows: 40 })
  const named = async (run: DatasetCreationResults) => (await run.loadDataset()).flatMap(row => row['drawing'] as string[])
  const there = () => readdirSync(join(path, 'images/drawing')).map(file => `images/drawing/${file}`)
  expect(there().sort()).toEqual((await named(whole)).sort())
  const other = config([{ ...drawing, prompt: 'Draw {{ n }}' }], rows.slice(0, 2))
  const changed = await here.designer().create(other, { path, resume: true })
  expect(here.server.seen.length).toBe(42)
  expect(there().sort()).toEqual((await named(changed)).sort())
  expect(there().length).toBe(2)
})

it.each<[string, JsonObject, string, string]>([
  ['words', { prompt: 'words {{ n }}' }, 'refused', 'I only write.'],
  ['an empty prompt', { prompt: '{{ nothing }}' }, 'empty_prompt', 'without a word'],
  ['a picture that is none', { multi_modal_context: [{ modality: 'image', column_name: 'thing' }] }, 'no_picture', "Cannot show 'thing'"],
])('%s costs the row, told by kind', async (_, change, failure, reason) => {
  await using here = await scene()
  const { failures, dataset } = await here
    .designer()
    .preview(config([{ ...drawing, ...change }], [{ thing: 'a.png', n: 1, nothing: ' ' }]), { numRecords: 1 })
  expect(dataset).toEqual([])
  expect(failures).toEqual([expect.objectContaining({ column: 'drawing', failure, reason: expect.stringContaining(reason) })])
})

it('a picture has a price of its own, whether or not tokens are counted', async () => {
  await using server = await ChatServer.start((_, __, response) =>
    send(response, 200, { data: [{ b64_json: png(1) }, { b64_json: png(2) }] }),
  )
  const builder = configFromJSON({ model_configs: [{ ...MODEL, model: 'dall-e-3' }], columns: [drawing] }).withSeedDataset(
    new RowsSeedSource({
      rows: [
        { thing: 'a', n: 1 },
        { thing: 'b', n: 2 },
      ],
    }),
  )
  const designer = new DataDesigner({ modelProviders: [{ name: 'here', endpoint: server.endpoint, api_key: 'k' }] })
  const priced = await designer.create(builder, {
    path: folder(),
    prices: new Prices({ 'dall-e-3': { input: 0, output: 0, image: 0.04 } }),
  })
  expect(priced.usage.run).toMatchObject({ calls: 2, images: 4, cost_usd: 0.16 })
  const unpriced = await new DataDesigner({ modelProviders: [{ name: 'here', endpoint: server.endpoint, api_key: 'k' }] }).create(builder, {
    path: folder(),
  })
  expect(unpriced.usage.run).toMatchObject({ images: 4, cost_usd: null })
})

it('a model that draws is asked for a picture as a sign of life', async () => {
  await using here = await scene()
  const builder = configFromJSON({ model_configs: [{ ...MODEL, skip_health_check: false }], columns: [drawing] }).withSeedDataset(
    new RowsSeedSource({ rows: [{ thing: 'kite', n: 1 }] }),
  )
  expect(await here.designer().checkModels(builder)).toMatchObject([{ alias: 'm', error: null }])
  const claude = { name: 'here', endpoint: here.server.endpoint, provider_type: 'anthropic', api_key: 'k' }
  const [check] = await new DataDesigner({ modelProviders: [claude] }).checkModels(builder)
  expect(check!.error).toContain("Cannot draw at provider 'here'")
})

it('the stand-in draws a plain square, another for each prompt', async () => {
  const builder = configFromJSON({ model_configs: [{ alias: 'm', model: 's', provider: 'stand-in' }], columns: [drawing] }).withSeedDataset(
    new RowsSeedSource({
      rows: [
        { thing: 'a', n: 1 },
        { thing: 'b', n: 2 },
      ],
    }),
  )
  const { dataset } = await new DataDesigner().preview(builder, { numRecords: 2 })
  const [a, b] = dataset.map(row => (row['drawing'] as string[])[0]!)
  expect(a).toMatch(/^iVBORw0KGgo/)
  expect(b).not.toBe(a)
})

it('shards have the pictures one process has, merged and published', async () => {
  await using here = await scene()
  const path = join(folder(), 'seed.jsonl')
  const rows = Array.from({ length: 9 }, (_, n) => ({ thing: 'kite', n: n % 7 }))
  writeFileSync(path, rows.map(row => `${JSON.stringify(row)}\n`).join(''))
  const builder = () =>
    configFromJSON({ model_configs: [MODEL], columns: [drawing, edited] }).withSeedDataset(new LocalFileSeedSource({ path }))
  const single = await here.designer().create(builder(), { path: folder() })
  const home = folder()
  await planShards(builder(), { home, of: 3, seed: 3, modelProviders: here.modelProviders })
  const { run } = await openShards(home, { builder: builder() })
  for (const shard of [2, 0, 1]) await run(shard)
  await mergeShards(home, { clean: true })
  const merged = await openDataset(home)
  expect(await Array.fromAsync(merged.rows())).toEqual(await single.loadDataset())
  const files = (run: string) => readdirSync(join(run, 'images'), { recursive: true }).map(String).sort()
  expect(files(home)).toEqual(files(single.path))
  const to = folder()
  await publishRun(home, to)
  expect(files(to)).toEqual(files(home))
  expect(existsSync(join(to, 'manifest.json'))).toBe(true)
})
