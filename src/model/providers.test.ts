import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Json, JsonObject } from '../json/json.ts'
import type { Model } from './model.ts'
import { ModelProvider } from './model-provider.ts'
import { PREDEFINED_PROVIDERS } from './predefined-providers.ts'
import type { ProviderType, WireExample } from './provider.ts'
import * as registry from './providers.ts'
import { ChatServer, say, send } from './testing/chat-server.ts'

const oracle = (name: string) => JSON.parse(readFileSync(join(import.meta.dirname, 'cases', name), 'utf8'))
const SCHEMA = { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'], additionalProperties: false }
const HELLO = [{ role: 'user' as const, content: [{ type: 'text', text: 'Hello' }] }]

function connect(
  type: ProviderType,
  endpoint: string,
  more: { extraBody?: JsonObject; extraHeaders?: Record<string, string> } = {},
): Model {
  const provider = new ModelProvider({ name: 'test', endpoint, providerType: type.name, ...more })
  return type.connect({ provider, model: 'm', key: 'secret-key' })
}

// The contract. Every provider type in the registry is held to it.
for (const type of Object.values(registry) as ProviderType[]) {
  describe(type.name, () => {
    it('says what it is, and connects without calling anybody', () => {
      expect(type.title).not.toBe('')
      expect(() => connect(type, 'http://127.0.0.1:1/v1')).not.toThrow()
    })

    it('refuses a call that was cancelled before', async () => {
      const call = connect(type, 'http://127.0.0.1:1/v1').generate({ messages: HELLO, parameters: {} }, { signal: AbortSignal.abort() })
      await expect(call).rejects.toMatchObject({ kind: 'cancelled' })
    })

    const wire = type.example
    it('shows how it speaks where it asks a server', () => {
      expect(typeof wire === 'object' && wire !== null).toBe(type.remote)
    })

    // What takes a file of the user's has a test of its own.
    if (wire === null) return
    if (wire === 'itself') {
      it('answers by itself, in the shape of a schema', async () => {
        const reply = await connect(type, '').generate({ messages: HELLO, schema: { name: 's', schema: SCHEMA }, parameters: {} })
        expect(reply.value).toEqual({ a: expect.any(Number) })
        expect(reply.usage.estimated).toBe(true)
      })
      return
    }
    it('asks its path with its key, the parameters and the extra body and headers, and reads text and tokens', async () => {
      await using server = await ChatServer.start((_, __, response) => send(response, 200, wire.reply('Hi there')))
      const model = connect(type, server.endpoint, { extraBody: { from_provider: 1, both: 'provider' }, extraHeaders: { 'x-team': 'red' } })
      const parameters = { temperature: 0.5, max_tokens: 9, extra_body: { both: 'request' } }
      const reply = await model.generate({ messages: [{ role: 'system', content: 'Be brief' }, ...HELLO], parameters })
      expect(reply).toMatchObject({
        text: 'Hi there',
        reasoning: null,
        finish_reason: 'stop',
        model: 'm',
        id: 'r1',
        attempts: 1,
        tool_calls: [],
      })
      expect(reply.usage).toMatchObject({ input: 5, output: 2 })
      const [request] = server.seen
      expect(request).toMatchObject({ method: 'POST', url: wire.path, body: { from_provider: 1, both: 'request' } })
      expect(request!.headers[wire.keyHeader]).toContain('secret-key')
      expect(request!.headers['x-team']).toBe('red')
      expect(JSON.stringify(request!.body)).toContain('Be brief')
      expect(JSON.stringify(request!.body)).toContain('0.5')
    })

    it('sends a schema natively, and gives the value', async () => {
      await using server = await ChatServer.start((_, __, response) => send(response, 200, wire.reply('{"a": 7}')))
      const reply = await connect(type, server.endpoint).generate({
        messages: HELLO,
        schema: { name: 's', schema: SCHEMA },
        parameters: {},
      })
      expect(reply.value).toEqual({ a: 7 })
      expect(JSON.stringify(server.seen[0]!.body)).toContain('"integer"')
    })

    it('sends images', async () => {
      await using server = await ChatServer.start((_, __, response) => send(response, 200, wire.reply('A dot')))
      const content = [
        { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } },
        { type: 'text', text: 'What is it?' },
      ]
      await connect(type, server.endpoint).generate({ messages: [{ role: 'user', content }], parameters: {} })
      expect(JSON.stringify(server.seen[0]!.body)).toContain('iVBORw0KGgo=')
    })

    it('says what the server refused', async () => {
      await using server = await ChatServer.start((_, __, response) => send(response, 400, wire.error('no such knob')))
      const call = connect(type, server.endpoint).generate({ messages: HELLO, parameters: {} })
      await expect(call).rejects.toMatchObject({
        failure: 'bad_request',
        status: 400,
        message: expect.stringContaining('HTTP 400 (no such knob)'),
      })
    })

    it('says that a body is no reply', async () => {
      await using server = await ChatServer.start((_, __, response) => void response.end('<html>It works</html>'))
      const call = connect(type, server.endpoint).generate({ messages: HELLO, parameters: {} })
      await expect(call).rejects.toMatchObject({ failure: 'invalid_response', message: expect.stringContaining('<html>It works</html>') })
    })

    it('calls a server once, whatever it answers', async () => {
      await using server = await ChatServer.start((_, __, response) => send(response, 503, {}))
      await expect(connect(type, server.endpoint).generate({ messages: HELLO, parameters: {} })).rejects.toMatchObject({ status: 503 })
      expect(server.seen.length).toBe(1)
    })
  })
}

describe('openai', () => {
  for (const [index, { response: body, expected }] of oracle('chat_response_parsing.json').entries()) {
    it(`reads reply ${index} as the reference does, or says that there is none`, async () => {
      await using server = await ChatServer.start((_, __, response) => send(response, 200, body))
      const call = connect(registry.openai, server.endpoint).generate({ messages: HELLO, parameters: {} })
      // A body without a message is no empty reply here: it is a failure with a reason.
      if (!body.choices?.length) {
        await expect(call).rejects.toMatchObject({ failure: 'invalid_response' })
        return
      }
      const reply = await call
      expect(reply.text).toBe(expected.content ?? '')
      expect(reply.reasoning).toBe(expected.reasoning_content)
      const calls = reply.tool_calls.map(({ id, function: called }) => ({ id, name: called.name, arguments_json: called.arguments }))
      expect(calls).toEqual(expected.tool_calls)
      expect(reply.usage).toMatchObject({ input: expected.usage?.input_tokens ?? null, output: expected.usage?.output_tokens ?? null })
    })
  }

  it('sends text alone as text, which every server takes', async () => {
    await using server = await ChatServer.start((_, __, response) => say(response, 'ok'))
    await connect(registry.openai, server.endpoint).generate({ messages: HELLO, parameters: {} })
    expect(server.seen[0]!.body['messages']).toEqual([{ role: 'user', content: 'Hello' }])
    expect(Object.keys(server.seen[0]!.body)).toEqual(['model', 'messages'])
  })

  it('claims strict mode only for schemas that allow it', async () => {
    await using server = await ChatServer.start((_, __, response) => say(response, '{"a": 1}'))
    const model = connect(registry.openai, server.endpoint)
    for (const schema of [SCHEMA, { ...SCHEMA, required: [] }])
      await model.generate({ messages: HELLO, schema: { name: 'shape', schema }, parameters: {} })
    expect(server.seen.map(({ body }) => body['response_format'])).toMatchObject([
      { type: 'json_schema', json_schema: { name: 'shape', strict: true, schema: SCHEMA } },
      { type: 'json_schema', json_schema: { strict: false } },
    ])
  })
})

describe('anthropic', () => {
  const { request, response: body, expected_response: expected, error } = oracle('anthropic_translation.json')

  it('reads blocks as the reference does', async () => {
    const whole = {
      type: 'message',
      id: 'r',
      model: 'm',
      role: 'assistant',
      stop_reason: 'tool_use',
      ...body,
      content: body.content.map(addSignature),
    }
    await using server = await ChatServer.start((_, __, response) => send(response, 200, whole))
    const reply = await connect(registry.anthropic, server.endpoint).generate({ messages: HELLO, parameters: {} })
    expect(reply.text).toBe(expected.content)
    expect(reply.reasoning).toBe(expected.reasoning_content)
    expect(reply.tool_calls.map(call => [call.id, call.function.name, JSON.parse(call.function.arguments)])).toEqual([['x', 'f', { k: 1 }]])
    expect(reply.usage).toMatchObject({ input: 1, output: 2 })
  })

  it('refuses tool calls whose arguments are no JSON, as the reference does', async () => {
    const model = connect(registry.anthropic, 'http://127.0.0.1:1')
    await expect(model.generate({ messages: request.messages, parameters: {} })).rejects.toThrow('expected JSON')
    expect(error.message).toContain('valid JSON')
  })

  it('translates system, images, tool calls and results', async () => {
    await using server = await ChatServer.start((_, __, response) =>
      send(response, 200, (registry.anthropic.example as WireExample).reply('ok')),
    )
    const messages = structuredClone(request.messages)
    messages[2].tool_calls[1].function.arguments = '{}'
    await connect(registry.anthropic, server.endpoint.replace('/v1', '')).generate({ messages, parameters: {} })
    const sent = server.seen[0]!.body as { system: Json; messages: { role: string; content: JsonObject[] }[]; max_tokens: number }
    expect(sent.system).toMatchObject([{ text: 'sys' }])
    expect(sent.max_tokens).toBe(4096)
    expect(sent.messages.map(({ role, content }) => [role, content.map(block => block['type'])])).toEqual([
      ['user', ['text', 'image']],
      ['assistant', ['tool_use', 'tool_use']],
      ['user', ['tool_result', 'tool_result', 'text']],
    ])
  })
})

function addSignature(block: JsonObject): JsonObject {
  return block['type'] === 'thinking' ? { ...block, signature: 's' } : block
}

it('every predefined provider has a type that exists and a name of its own', () => {
  const types = Object.values(registry).map(({ name }) => name)
  for (const provider of PREDEFINED_PROVIDERS) expect(types).toContain(provider.providerType)
  expect(new Set(PREDEFINED_PROVIDERS.map(({ name }) => name)).size).toBe(PREDEFINED_PROVIDERS.length)
})
