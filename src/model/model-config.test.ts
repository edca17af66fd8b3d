import { describe, expect, it } from 'vitest'
import { Random } from '../random.ts'
import { Models } from './connect.ts'
import type { Model } from './model.ts'
import { ModelConfig } from './model-config.ts'
import { ModelError } from './model-error.ts'
import { ModelProvider } from './model-provider.ts'

const CHAT = {
  generation_type: 'chat-completion',
  temperature: null,
  top_p: null,
  max_tokens: null,
  max_parallel_requests: 4,
  timeout: null,
  extra_body: null,
}

// Shapes as Data Designer writes them.
const WRITTEN = [
  { alias: 'plain', model: 'org/model', provider: 'nvidia', inference_parameters: CHAT, skip_health_check: false },
  {
    alias: 'writer',
    model: 'gpt-4.1',
    provider: 'openai',
    inference_parameters: {
      ...CHAT,
      extra_body: { reasoning_effort: 'low' },
      max_parallel_requests: 8,
      max_tokens: 512,
      temperature: { distribution_type: 'uniform', params: { high: 0.9, low: 0.2 } },
      timeout: 60,
      top_p: { distribution_type: 'manual', params: { values: [0.9, 0.95], weights: [0.25, 0.75] } },
    },
    skip_health_check: false,
  },
  {
    alias: 'embedder',
    model: 'e',
    provider: 'openai',
    inference_parameters: {
      generation_type: 'embedding',
      dimensions: 256,
      encoding_format: 'float',
      extra_body: null,
      max_parallel_requests: 4,
      timeout: null,
    },
    skip_health_check: true,
  },
  {
    alias: 'painter',
    model: 'i',
    provider: null,
    inference_parameters: { generation_type: 'image', extra_body: { size: '1024x1024' }, max_parallel_requests: 4, timeout: null },
    skip_health_check: false,
  },
]

describe('ModelConfig', () => {
  for (const json of WRITTEN)
    it(`reads and writes '${json.alias}' unchanged`, () => {
      expect(ModelConfig.fromJSON(json).toJSON()).toEqual(json)
    })

  it('parameters() draws distributions from the stream it is given', () => {
    const config = ModelConfig.fromJSON(WRITTEN[1]!)
    const drawn = Array.from({ length: 400 }, (_, row) => config.parameters(new Random(7, 'writer', row)))
    expect(drawn[3]).toEqual(config.parameters(new Random(7, 'writer', 3)))
    expect(drawn.every(({ temperature }) => temperature! >= 0.2 && temperature! < 0.9)).toBe(true)
    expect(new Set(drawn.map(({ temperature }) => temperature)).size).toBeGreaterThan(300)
    const often = drawn.filter(({ top_p }) => top_p === 0.95).length
    expect(often).toBeGreaterThan(260)
    expect(often).toBeLessThan(340)
    expect(drawn[0]).toMatchObject({ max_tokens: 512, timeout: 60, extra_body: { reasoning_effort: 'low' } })
  })

  const refused: [string, object][] = [
    ["Unknown key 'temprature'", { inference_parameters: { temprature: 1 } }],
    ["Unknown key 'dimensions'", { inference_parameters: { dimensions: 3 } }],
    ['temperature: found 3, expected a number from 0 to 2', { inference_parameters: { temperature: 3 } }],
    ['low below high', { inference_parameters: { temperature: { distribution_type: 'uniform', params: { low: 1, high: 0.5 } } } }],
    [
      'a weight from 0 for each value',
      { inference_parameters: { top_p: { distribution_type: 'manual', params: { values: [0.1], weights: [1, 2] } } } },
    ],
    ['max_parallel_requests: found 0', { inference_parameters: { max_parallel_requests: 0 } }],
    ['model: found nothing', { model: null }],
  ]
  for (const [message, change] of refused)
    it(`refuses with "${message}", and says where`, () => {
      const read = () => ModelConfig.fromJSON({ alias: 'a', model: 'm', ...change })
      expect(read).toThrow(expect.objectContaining({ kind: 'config', where: "model 'a'", message: expect.stringContaining(message) }))
    })
})

describe('ModelProvider', () => {
  it('reads and writes unchanged', () => {
    const json = {
      name: 'p',
      endpoint: 'http://h/v1',
      provider_type: 'openai',
      api_key: 'KEY',
      extra_body: { a: 1 },
      extra_headers: { 'x-a': 'b' },
    }
    expect(ModelProvider.fromJSON(json).toJSON()).toEqual(json)
  })

  it('does not mind a slash at the end of the endpoint', () => {
    expect(new ModelProvider({ name: 'p', endpoint: 'http://h/v1/' }).endpoint).toBe('http://h/v1')
  })
})

it('a model that is given itself is asked as it is, limited and retried, and is written as one that nobody can load', async () => {
  let calls = 0
  const own: Model = {
    generate: async ({ messages }) => {
      calls++
      if (calls === 1) throw new ModelError('busy', { failure: 'rate_limit' })
      const usage = { input: 1, output: 1, cached_input: null, reasoning: null, estimated: true as const }
      const text = `heard ${String(messages.at(-1)?.content)}`
      return { text, reasoning: null, tool_calls: [], finish_reason: 'stop', usage, value: null, model: 'm', id: null, attempts: 1 }
    },
  }
  const config = new ModelConfig({ alias: 'own', model: own, provider: 'openai' })
  expect(config.toJSON()).toMatchObject({ alias: 'own', model: 'own', provider: 'in memory' })
  const models = new Models([config], { retry: { attempts: 2, firstDelay: 0.001 } })
  const reply = await models.get('own').model.generate({ messages: [{ role: 'user', content: 'this' }], parameters: {} })
  expect([reply.text, calls]).toEqual(['heard this', 2])
  expect(() => new Models([ModelConfig.fromJSON(config.toJSON())]).get('own')).toThrow(/in memory/)
})
