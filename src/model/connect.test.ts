import { describe, expect, it } from 'vitest'
import { type ConnectOptions, Models } from './connect.ts'
import { promptMessages } from './messages.ts'
import { ModelConfig } from './model-config.ts'
import { ModelProvider } from './model-provider.ts'
import { ChatServer, say } from './testing/chat-server.ts'
import { at, failing, QUICK } from './testing/local-models.ts'

describe('Models', () => {
  const get = (alias: string, config: Partial<ConstructorParameters<typeof ModelConfig>[0]>, options: ConnectOptions = {}) =>
    new Models([new ModelConfig({ alias: 'writer', model: 'm', provider: 'nvidia', ...config })], { environment: {}, ...options }).get(
      alias,
    )

  it('names the variable of a missing key', () => {
    expect(() => get('writer', {})).toThrow(
      "Cannot use provider 'nvidia': found no environment variable NVIDIA_API_KEY, expected an API key",
    )
  })

  it('takes a key that is no name of a variable as it is, and none where none is wanted', async () => {
    for (const [apiKey, sent] of [
      ['sk-abc', 'Bearer sk-abc'],
      ['LOCAL_KEY', 'Bearer from-environment'],
      [null, undefined],
    ] as const) {
      await using server = await ChatServer.start((_, __, response) => say(response, 'ok'))
      const providers = [new ModelProvider({ name: 'local', endpoint: server.endpoint, apiKey })]
      await get('writer', { provider: 'local' }, { providers, environment: { LOCAL_KEY: 'from-environment' } }).model.generate({
        messages: promptMessages('p'),
        parameters: {},
      })
      expect(server.seen[0]!.headers.authorization).toBe(sent)
    }
  })

  it('names the nearest alias, provider and provider type', () => {
    expect(() => get('writr', {})).toThrow(expect.objectContaining({ hint: "Did you mean 'writer'?" }))
    expect(() => get('writer', { provider: 'nvida' })).toThrow(
      expect.objectContaining({ where: "model 'writer'", hint: "Did you mean 'nvidia'?" }),
    )
    const providers = [new ModelProvider({ name: 'p', endpoint: 'http://h/v1', providerType: 'antropic' })]
    expect(() => get('writer', { provider: 'p' }, { providers })).toThrow(expect.objectContaining({ hint: "Did you mean 'anthropic'?" }))
  })

  it('takes the first provider where a config names none', () => {
    const providers = [new ModelProvider({ name: 'mine', endpoint: 'http://h/v1' })]
    expect(get('writer', { provider: null }, { providers }).provider.name).toBe('mine')
  })

  it('never takes the stand-in unless it is named', async () => {
    expect(() => get('writer', { provider: null })).toThrow('NVIDIA_API_KEY')
    const { model } = get('writer', { provider: 'stand-in' })
    expect(await model.generate({ messages: promptMessages('Summarize:\nThe build broke on Tuesday.'), parameters: {} })).toMatchObject({
      text: 'The build broke on Tuesday.',
      model: 'stand-in',
      usage: { estimated: true },
    })
  })

  it('says which server is not there, and what to start', async () => {
    const { model } = get(
      'writer',
      { provider: 'p' },
      { ...QUICK, providers: [new ModelProvider({ name: 'p', endpoint: 'http://127.0.0.1:9/v1' })], retry: { attempts: 1 } },
    )
    await expect(model.generate({ messages: promptMessages('p'), parameters: {} })).rejects.toMatchObject({
      failure: 'api_connection',
      message: 'Cannot reach http://127.0.0.1:9/v1: found nothing listening there, expected a model server',
      hint: 'Start the model server, or correct the endpoint of the provider',
    })
  })
})

describe('checkHealth()', () => {
  it('asks once for each model, not for those that skip it, and counts the tokens', async () => {
    await using run = await at((_, __, response) => say(response, 'Hi'))
    await run.models.checkHealth(['writer', 'twin', 'writer'])
    expect(run.server.seen.length).toBe(1)
    expect(run.server.seen[0]!.body['messages']).toEqual([{ role: 'user', content: 'Hello!' }])
    expect(run.models.tally.toJSON()).toMatchObject({ twin: { succeeded: 1 } })
  })

  it('says which alias cannot answer, and why, without waiting', async () => {
    await using run = await at(failing(9, 404))
    await expect(run.models.checkHealth(['writer'])).rejects.toMatchObject({
      kind: 'model',
      where: "model 'writer'",
      message: expect.stringContaining('HTTP 404 (not now)'),
      hint: expect.stringContaining("model's name"),
    })
    expect(run.server.seen.length).toBe(1)
  })
})
