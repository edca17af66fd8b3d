import { afterEach, expect, it, vi } from 'vitest'
import { designer, folder, pipeline, serve } from '../../../test/pipeline-scene.ts'
import { HubServer } from '../../training/testing/hub-server.ts'
import { SchemaTransformProcessorConfig } from '../processors/schema-transform.ts'

afterEach(() => void vi.unstubAllEnvs())

async function scene() {
  const hub = new HubServer()
  vi.stubEnv('HF_ENDPOINT', await hub.start())
  vi.stubEnv('HF_TOKEN', undefined)
  const server = await serve()
  const builder = pipeline({ rows: 5 }).addProcessor(new SchemaTransformProcessorConfig({ name: 'my view', template: { said: '{{ b }}' } }))
  const results = await designer(server).create(builder, { path: folder() })
  return { hub, results, [Symbol.asyncDispose]: () => hub.stop() }
}

it('puts rows, what processors made, config and a card on the hub, as one commit', async () => {
  await using here = await scene()
  const { hub, results } = here
  vi.stubEnv('MY_TOKEN', hub.token)
  const address = await results.pushToHub('ada/kites', 'Kites, *mended*.', { token: 'MY_TOKEN', tags: ['kites', 'synthetic'] })
  expect(address).toBe(`${process.env['HF_ENDPOINT']}/datasets/ada/kites`)
  const repo = hub.repos.get('ada/kites')!
  expect(repo.visibility).toBe('private')
  expect(repo.commits).toHaveLength(1)
  const files = [...repo.files.keys()].sort()
  expect(files.filter(file => file !== 'rejects.jsonl')).toEqual([
    ...[
      '.gitattributes',
      'README.md',
      'artifacts/my%20view/part-00000.parquet',
      'config.json',
      'manifest.json',
      'parts/part-00000.parquet',
    ],
    ...['plan.json', 'usage.json'],
  ])
  const card = String(repo.files.get('README.md'))
  expect(card).toContain('tags: ["synthetic", "tracewright", "kites"]')
  expect(card).toContain('size_categories: ["n<1K"]')
  expect(card).toContain(
    '- config_name: "default"\n  data_files: "parts/*.parquet"\n  default: true\n- config_name: "my view"\n  data_files: "artifacts/my%20view/*.parquet"',
  )
  expect(card).toContain('Kites, *mended*.')
  expect(card).toContain('load_dataset("ada/kites", split="train")')
  expect(card).toMatch(/\| a \| llm-text \| 5 \| 0 \|/)
  expect(card).toMatch(/\| n \| seed-dataset \| 5 \| 0 \|/)
  expect(card).toContain('models: m.')
  await results.pushToHub('ada/kites', 'Other words.', { token: hub.token })
  expect(String(repo.files.get('README.md'))).toContain('Other words.')
  expect(repo.commits).toHaveLength(2)
})

it('a public one is made where that is said', async () => {
  await using here = await scene()
  await here.results.pushToHub('ada/open', 'Open.', { token: here.hub.token, private: false })
  expect(here.hub.repos.get('ada/open')!.visibility).toBe('public')
})

it.each<[string, string, object, string]>([
  ['no token', 'ada/kites', {}, 'no token'],
  ['a variable that is not set', 'ada/kites', { token: 'NOT_SET' }, 'no token'],
  ['a wrong name', 'kites', { token: 'hf_x' }, 'expected hf://datasets/USER/NAME'],
  ['a misspelt option', 'ada/kites', { tokn: 'hf_x' }, 'tokn'],
  ['a token that may not', 'ada/kites', { token: 'hf_other' }, 'the hub answered 401'],
])('refuses %s', async (_, repo, options, message) => {
  await using here = await scene()
  await expect(here.results.pushToHub(repo, 'x', options)).rejects.toMatchObject({ message: expect.stringContaining(message) })
  expect(here.hub.repos.size).toBe(0)
})
