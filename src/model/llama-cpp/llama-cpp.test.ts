import { mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../json/json.ts'
import { Models } from '../connect.ts'
import { promptMessages } from '../messages.ts'
import type { ModelParameters } from '../model.ts'
import { ModelConfig } from '../model-config.ts'
import { ModelProvider } from '../model-provider.ts'
import { parseStructured } from '../structured.ts'
import { writeTinyGguf } from '../testing/tiny-gguf.ts'
import { grammarSchema } from './grammar.ts'
import { type ImportLlama, importInstalled } from './library.ts'
import { ggufModel } from './llama-cpp.ts'

const SETTINGS = { threads: 1, context_size: 1024, gpu: false }
const SCHEMA = {
  type: 'object',
  properties: { color: { enum: ['red', 'green'] }, count: { type: 'integer' }, name: { anyOf: [{ type: 'null' }, { type: 'boolean' }] } },
  required: ['color', 'count', 'name'],
}
const installed = await importInstalled().then(
  () => true,
  () => false,
)
if (!installed) console.info('llama-cpp: generation is not tested, since the optional package node-llama-cpp is not installed')

const provider = new ModelProvider({ name: 'llama-cpp', endpoint: 'in-process', providerType: 'llama-cpp', extraBody: SETTINGS })
let folder: string
let path: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tiny-gguf-'))
  path = join(folder, 'tiny.gguf')
  writeTinyGguf(path)
})
afterAll(() => rmSync(folder, { recursive: true }))

function ask(prompt: string, parameters: ModelParameters, options: { file?: string; load?: ImportLlama; signal?: AbortSignal } = {}) {
  const { file = path, load = importInstalled, signal } = options
  const model = ggufModel({ provider, model: file, key: null }, load)
  return model.generate({ messages: promptMessages(prompt), parameters }, signal === undefined ? {} : { signal })
}

describe('a GGUF file that cannot be asked', () => {
  it('says what to install where node-llama-cpp is missing', async () => {
    const load = () => import('a-package-that-is-not-there' as string)
    await expect(ask('Hi', {}, { load })).rejects.toMatchObject({ kind: 'model', hint: 'npm install node-llama-cpp' })
  })

  it('says that there is no such file', async () => {
    await expect(ask('Hi', {}, { file: join(folder, 'none.gguf') })).rejects.toMatchObject({
      failure: 'not_found',
      message: expect.stringContaining('found no such file, expected a GGUF file'),
    })
  })

  it('says that a file is no GGUF', async () => {
    const file = join(folder, 'note.gguf')
    writeFileSync(file, 'notes')
    await expect(ask('Hi', {}, { file })).rejects.toMatchObject({
      failure: 'bad_request',
      message: expect.stringContaining('found a file that begins with "note", expected \'GGUF\''),
    })
  })

  it.each<[string, JsonObject]>([
    ['thread', { thread: 2 }],
    ['threads', { threads: 0 }],
    ['gpu', { gpu: 'abacus' }],
  ])('refuses extra_body with a bad %s', async (key, extra_body) => {
    await expect(ask('Hi', { extra_body })).rejects.toMatchObject({
      failure: 'unsupported_params',
      message: expect.stringContaining(`extra_body.${key}:`),
    })
  })

  it('refuses images and tools', async () => {
    const model = ggufModel({ provider, model: path, key: null }, importInstalled)
    const image = [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }]
    await expect(model.generate({ messages: [{ role: 'user', content: image }], parameters: {} })).rejects.toThrow('found images')
    const tools = [{ name: 'look', parameters: {} }]
    await expect(model.generate({ messages: promptMessages('Hi'), tools, parameters: {} })).rejects.toThrow('found tools')
  })
})

describe('grammarSchema()', () => {
  it('writes out references, choices and lists of types', () => {
    const schema = {
      type: 'object',
      properties: { a: { $ref: '#/$defs/A' }, b: { type: ['integer', 'null'] }, c: { const: 'x' } },
      $defs: { A: { anyOf: [{ type: 'string', maxLength: 5, pattern: '^a' }, { type: 'null' }] } },
    }
    expect(grammarSchema(schema)).toEqual({
      type: 'object',
      properties: {
        a: { oneOf: [{ type: 'string', maxLength: 5 }, { type: 'null' }] },
        b: { oneOf: [{ type: 'integer' }, { type: 'null' }] },
        c: { enum: ['x'] },
      },
      required: ['a', 'b', 'c'],
    })
  })

  it.each<[string, JsonObject]>([
    ['anything', {}],
    ['a schema that holds itself', { type: 'object', properties: { child: { $ref: '#' } } }],
    ['a reference that comes back', { $ref: '#/$defs/A', $defs: { A: { type: 'array', items: { $ref: '#/$defs/A' } } } }],
    ['several schemas at once', { allOf: [{ type: 'object' }, { type: 'object' }] }],
    ['objects to choose from', { enum: [{ a: 1 }] }],
  ])('gives null for %s', (_, schema) => {
    expect(grammarSchema(schema)).toBe(null)
  })
})

it('writeTinyGguf() writes about half a megabyte', () => {
  expect(statSync(path).size).toBeGreaterThan(300_000)
  expect(statSync(path).size).toBeLessThan(700_000)
})

describe.skipIf(!installed)('a GGUF file in process', () => {
  it('answers with text, and counts its tokens', async () => {
    const reply = await ask('Hello there', { max_tokens: 12 })
    expect(reply).toMatchObject({ model: 'tiny.gguf', finish_reason: 'length', tool_calls: [], attempts: 1 })
    expect(reply.text.length).toBeGreaterThan(0)
    expect(reply.usage.output).toBe(12)
    expect(reply.usage.input).toBeGreaterThan('Hello there'.length - 1)
    expect(reply.usage).not.toHaveProperty('estimated')
  })

  it('answers the same at temperature 0, and something else when the temperature is high', async () => {
    const texts = async (temperature: number) => {
      const replies = [1, 2, 3].map(() => ask('Say something', { max_tokens: 24, temperature, top_p: 1 }))
      return new Set((await Promise.all(replies)).map(({ text }) => text)).size
    }
    expect(await texts(0)).toBe(1)
    expect(await texts(2)).toBe(3)
  })

  it('keeps to a schema by grammar', async () => {
    for (const temperature of [0, 1, 2]) {
      const model = ggufModel({ provider, model: path, key: null }, importInstalled)
      const parameters = { temperature, max_tokens: 300 }
      const reply = await model.generate({ messages: promptMessages('Fill'), schema: { name: 's', schema: SCHEMA }, parameters })
      expect(reply.finish_reason).toBe('stop')
      expect(await parseStructured(reply.text, SCHEMA)).toEqual({ value: reply.value })
    }
  })

  it('keeps to JSON where a schema is beyond a grammar', async () => {
    const schema = { allOf: [{ type: 'object' }, { minProperties: 1 }] }
    const model = ggufModel({ provider, model: path, key: null }, importInstalled)
    const reply = await model.generate({
      messages: promptMessages('Fill'),
      schema: { name: 's', schema },
      parameters: { max_tokens: 40, temperature: 0 },
    })
    expect(reply.text).toMatch(/^\{/)
  })

  it('serves aliases one after the other from one instance, by way of their configs', async () => {
    const inferenceParameters = { maxTokens: 5, temperature: 0, extraBody: SETTINGS }
    const configs = ['one', 'two'].map(alias => new ModelConfig({ alias, model: path, provider: 'llama-cpp', inferenceParameters }))
    const models = new Models(configs)
    await models.checkHealth(['one', 'two'])
    const replies = await Promise.all(
      ['one', 'two', 'one', 'two'].map(alias =>
        models
          .get(alias)
          .model.generate({ messages: promptMessages('Hi'), parameters: { max_tokens: 5, temperature: 0, extra_body: SETTINGS } }),
      ),
    )
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1)
    expect(replies[1]!.usage.cached_input).toBeGreaterThan(0)
  })

  it('refuses settings other than those a file was loaded with', async () => {
    await ask('Hi', { max_tokens: 1 })
    await expect(ask('Hi', { max_tokens: 1, extra_body: { context_size: 2048 } })).rejects.toMatchObject({
      failure: 'unsupported_params',
      message: expect.stringContaining('context_size 2048: found it loaded with 1024'),
    })
  })

  it('says that a prompt does not fit, and what the model was trained for', async () => {
    await expect(ask('word '.repeat(600), {})).rejects.toMatchObject({
      failure: 'context_window_exceeded',
      message: expect.stringMatching(/found a prompt of \d+ tokens, expected fewer than its context of 1024/),
      hint: expect.stringContaining('trained for 2048'),
    })
  })

  it('ends where the context does', async () => {
    const reply = await ask('word '.repeat(190), { max_tokens: 5000 })
    expect(reply.usage.input! + reply.usage.output!).toBeLessThanOrEqual(1024)
    expect(reply.finish_reason).toMatch(/length|stop/)
  })

  it('stops when the signal fires, under way and in the queue, and answers the next', async () => {
    const controller = new AbortController()
    const calls = [1, 2].map(() => ask('Go on', { max_tokens: 900 }, { signal: controller.signal }))
    setTimeout(() => controller.abort(), 20)
    for (const call of await Promise.allSettled(calls)) expect(call).toMatchObject({ status: 'rejected', reason: { kind: 'cancelled' } })
    expect((await ask('Hi', { max_tokens: 3 })).usage.output).toBe(3)
  })

  it('gives up when the time is up', async () => {
    await expect(ask('Go on', { max_tokens: 900, timeout: 0.01 })).rejects.toMatchObject({ failure: 'timeout' })
  })

  it('says that a file is cut', async () => {
    const file = join(folder, 'cut.gguf')
    writeTinyGguf(file)
    truncateSync(file, 100_000)
    await expect(ask('Hi', {}, { file })).rejects.toMatchObject({
      failure: 'bad_request',
      message: expect.stringContaining('expected a model llama.cpp can run'),
    })
  })
})
