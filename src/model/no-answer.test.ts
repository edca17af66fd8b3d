import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../json/json.ts'
import { generateCode, generateStructured, generateText } from './converse.ts'
import { promptMessages } from './messages.ts'
import { ModelProvider } from './model-provider.ts'
import { secretsOf, withoutSecrets } from './secrets.ts'
import { type Answer, ChatServer, send } from './testing/chat-server.ts'
import { at } from './testing/local-models.ts'

const request = { messages: promptMessages('p'), parameters: {} }
const SCHEMA = { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'] }

/** A server that answers with a message and a reason for its end. */
const answers =
  (message: JsonObject, finish = 'stop', usage: JsonObject = { prompt_tokens: 3, completion_tokens: 2 }): Answer =>
  (_, __, response) =>
    send(response, 200, { choices: [{ index: 0, finish_reason: finish, message: { role: 'assistant', ...message } }], usage })

describe('replies without an answer fail with their kind', () => {
  const CALL = { id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }
  const cases: [what: string, message: JsonObject, finish: string, failure: string, calls: number][] = [
    ['a refusal', { content: null, refusal: 'I cannot help.' }, 'stop', 'refused', 1],
    ['a refusal among blocks', { content: [{ type: 'refusal', refusal: 'No.' }] }, 'stop', 'refused', 1],
    ['a filtered reply', { content: '' }, 'content_filter', 'filtered', 1],
    ['half of a filtered reply', { content: 'It begins' }, 'content_filter', 'filtered', 1],
    ['an empty text', { content: '' }, 'stop', 'empty_reply', 6],
    ['white space', { content: ' \n ' }, 'stop', 'empty_reply', 6],
    ['null', { content: null }, 'stop', 'empty_reply', 6],
    ['no content at all', {}, 'stop', 'empty_reply', 6],
    ['thoughts beside', { content: '', reasoning_content: 'hm' }, 'stop', 'thoughts_only', 6],
    ['thoughts inline', { content: '<think>hm</think>' }, 'stop', 'thoughts_only', 6],
    ['thoughts that never end', { content: '<think>hm' }, 'stop', 'thoughts_only', 6],
    ['thoughts as parts', { content: [{ type: 'thinking', thinking: 'hm' }] }, 'stop', 'thoughts_only', 6],
    ['tool calls', { content: null, tool_calls: [CALL] }, 'tool_calls', 'tool_calls_only', 6],
    ['half a text', { content: 'It beg' }, 'length', 'cut_off', 1],
    ['nothing before the limit', { content: '' }, 'length', 'cut_off', 6],
  ]
  for (const [what, message, finish, failure, calls] of cases)
    it(what, async () => {
      await using run = await at(answers(message, finish))
      await expect(generateText(run.model, request)).rejects.toMatchObject({ kind: 'model', failure, attempts: calls })
      expect(run.server.seen.length).toBe(calls)
      // What was paid is counted all the same.
      expect(run.models.tally.toJSON()['writer']).toMatchObject({ succeeded: calls, input_tokens: 3 * calls })
      if (failure === 'cut_off') return
      await expect(generateCode(run.model, request, 'python')).rejects.toMatchObject({ failure })
      await expect(generateStructured(run.model, request, SCHEMA)).rejects.toMatchObject({ failure })
    })

  it('but a whole value before the limit is one', async () => {
    await using run = await at(answers({ content: '```json\n{"a": 1}\n```' }, 'length'))
    expect((await generateStructured(run.model, request, SCHEMA)).value).toEqual({ a: 1 })
  })
})

describe('thoughts', () => {
  const parts = [
    { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] },
    { type: 'text', text: 'Final.' },
  ]
  for (const [what, message] of [
    ['inline', { content: '<think>\nhm\n</think>\n\nFinal.' }],
    ['as a part with a list', { content: parts }],
    ['as a part with text', { content: [{ type: 'reasoning', text: 'hm' }, parts[1]!] }],
    ['beside', { content: 'Final.', reasoning: 'hm' }],
  ] as [string, JsonObject][])
    it(`${what} are reasoning, not text`, async () => {
      await using run = await at(answers(message))
      expect(await generateText(run.model, request)).toMatchObject({ value: 'Final.', reasoning: 'hm' })
    })

  it('hold no answer, and JSON after them does', async () => {
    await using run = await at(answers({ content: '<think>```json\n{"a": 1}\n```</think>{"a": 2}' }))
    expect(await generateStructured(run.model, request, SCHEMA)).toMatchObject({ value: { a: 2 } })
  })
})

it('nothing is asked where the prompt has no word', async () => {
  await using run = await at(answers({ content: 'x' }))
  for (const prompt of ['', ' ', '\n\t'])
    await expect(
      generateText(run.model, { messages: promptMessages(prompt, { systemPrompt: 'Be' }), parameters: {} }),
    ).rejects.toMatchObject({
      failure: 'empty_prompt',
    })
  expect(run.server.seen.length).toBe(0)
})

it('counts of tokens that cannot be are not counted, and said to be missing', async () => {
  for (const usage of [
    { prompt_tokens: -1e6, completion_tokens: 5 },
    { prompt_tokens: 5, completion_tokens: 1e300 },
    { prompt_tokens: 1.5, completion_tokens: 2 },
    {},
  ]) {
    await using run = await at(answers({ content: 'x' }, 'stop', usage))
    await run.ask()
    const tally = run.models.tally.toJSON()['writer']!
    expect(tally.unreported).toBe(1)
    expect(tally.input_tokens + tally.output_tokens).toBeLessThanOrEqual(5)
  }
})

it('a reply that does not end is not read to the end', async () => {
  const sizes: [string, Record<string, string>][] = [
    ['said beforehand', { 'content-length': String(1 << 30) }],
    ['not said', {}],
  ]
  for (const [what, headers] of sizes) {
    let sent = 0
    await using run = await at((_, __, response) => {
      response.writeHead(200, { 'content-type': 'application/json', ...headers })
      const chunk = Buffer.alloc(1 << 20, 'x')
      const pump = () => {
        while (!response.destroyed && sent < 1 << 30) {
          sent += chunk.length
          if (!response.write(chunk)) return void response.once('drain', pump)
        }
      }
      pump()
    })
    await expect(run.ask(), what).rejects.toMatchObject({ failure: 'reply_too_large', message: expect.stringContaining('32 MiB') })
    expect(sent).toBeLessThan(200 << 20)
  }
})

it('a key that the server repeats in base64 or hex is told nowhere either, whatever stands before it', () => {
  const key = 'sk-secret-0123456789'
  const secrets = secretsOf({ authorization: `Bearer ${key}` })
  for (const before of ['', 'a', 'me:', 'user:', 'Bearer '])
    for (const how of ['base64', 'base64url', 'hex'] as const) {
      const text = withoutSecrets(Buffer.from(`${before}${key}`).toString(how), secrets)
      expect(text).toContain('[key]')
      expect(text.length).toBeLessThan((how === 'hex' ? 2 : 1.4) * before.length + 12)
    }
  expect(withoutSecrets('Nothing of it', secrets)).toBe('Nothing of it')
})

it('a key that the server repeats is in no error, no body and no reply', async () => {
  const key = 'sk-very"secret-0123456789'
  for (const status of [200, 400, 401, 404]) {
    await using server = await ChatServer.start((seen, _, response) =>
      status === 200
        ? send(response, 200, { choices: [{ message: { content: `You said ${seen.headers.authorization}` } }] })
        : send(response, status, {
            error: { message: `Wrong key ${seen.headers.authorization} ${encodeURIComponent(key)} (${seen.headers['x-api-key']})` },
          }),
    )
    const provider = new ModelProvider({
      name: 'local',
      endpoint: server.endpoint,
      apiKey: key,
      extraHeaders: { 'x-api-key': 'another-secret' },
    })
    const { Models } = await import('./connect.ts')
    const { ModelConfig } = await import('./model-config.ts')
    const { model } = new Models([new ModelConfig({ alias: 'm', model: 'm', provider: 'local' })], { providers: [provider] }).get('m')
    const outcome = await model.generate(request).catch(error => ({ ...error, message: error.message }))
    const text = JSON.stringify(outcome)
    expect(text).toContain('[key]')
    expect(text).not.toContain('0123456789')
    expect(text).not.toContain('another-secret')
  }
})
