import { describe, expect, it } from 'vitest'
import { generateStructured, generateText, keepTrace } from './converse.ts'
import { promptMessages } from './messages.ts'
import { type ChatServer, say, send } from './testing/chat-server.ts'
import { at } from './testing/local-models.ts'

const SCHEMA = { type: 'object', properties: { outcome: { enum: ['success', 'failure'] } }, required: ['outcome'] }

describe('generateStructured()', () => {
  const request = { messages: promptMessages('Judge it', { systemPrompt: 'Be fair' }), parameters: {} }
  const sentPrompts = (server: ChatServer) => server.seen.map(({ body }) => JSON.stringify(body['messages']))
  const isNative = (server: ChatServer) => server.seen.map(({ body }) => body['response_format'] !== undefined)

  it('takes the native schema where the server has it', async () => {
    await using run = await at((_, __, response) => say(response, '{"outcome": "failure", "extra": 1}'))
    const result = await generateStructured(run.model, request, SCHEMA)
    expect(result.value).toEqual({ outcome: 'failure' })
    expect(result.trace.map(({ role }) => role)).toEqual(['system', 'user', 'assistant'])
    expect(keepTrace('last_message', result.trace)).toEqual([
      { role: 'assistant', content: [{ type: 'text', text: '{"outcome": "failure", "extra": 1}' }] },
    ])
    expect(isNative(run.server)).toEqual([true])
  })

  it('asks in the prompt where the server refuses response_format, and remembers it for every alias', async () => {
    await using run = await at(({ body }, _, response) =>
      body['response_format'] === undefined
        ? say(response, '```json\n{"outcome": "success"}\n```')
        : send(response, 400, { error: { message: "Unknown field 'response_format'" } }),
    )
    expect((await generateStructured(run.model, request, SCHEMA)).value).toEqual({ outcome: 'success' })
    await generateStructured(run.models.get('twin').model, request, SCHEMA)
    expect(isNative(run.server)).toEqual([true, false, false])
    expect(sentPrompts(run.server)[1]).toContain('<response_schema>')
  })

  it('asks in the prompt where the server ignores response_format, and pays attention to what both calls cost', async () => {
    await using run = await at(({ body }, _, response) =>
      say(
        response,
        JSON.stringify(body['messages']).includes('<response_schema>') ? '```json\n{"outcome": "success"}\n```' : 'It went well',
      ),
    )
    const { reply } = await generateStructured(run.model, request, SCHEMA)
    expect(reply.usage.input).toBe(22)
    await generateStructured(run.model, request, SCHEMA)
    expect(isNative(run.server)).toEqual([true, false, false])
  })

  it('asks in the prompt for the one schema a server refuses, and natively for the others', async () => {
    await using run = await at(({ body }, _, response) => {
      const native = JSON.stringify(body['response_format'] ?? null)
      if (native.includes('"odd"')) return send(response, 400, { error: { message: 'Invalid schema' } })
      say(response, '```json\n{"outcome": "success", "odd": 1}\n```')
    })
    const odd = { type: 'object', properties: { odd: { type: 'integer' } }, required: ['odd'] }
    for (const schema of [SCHEMA, odd, odd, SCHEMA]) await generateStructured(run.model, request, schema)
    expect(isNative(run.server)).toEqual([true, true, false, false, true])
  })

  it('stays native where that has worked, whatever one reply looks like', async () => {
    await using run = await at((_, n, response) => say(response, n === 2 ? 'Sorry' : '{"outcome": "success"}'))
    await generateStructured(run.model, request, SCHEMA)
    await generateStructured(run.model, request, SCHEMA)
    expect(isNative(run.server)).toEqual([true, true, true])
  })

  it('tells the model what is wrong, then starts over, then says why it gave up', async () => {
    await using run = await at((_, n, response) => say(response, n === 1 ? '{"outcome": "success"}' : `{"outcome": ${n}}`))
    await generateStructured(run.model, request, SCHEMA)
    const options = { maxConversationCorrectionSteps: 1, maxConversationRestarts: 1 }
    await expect(generateStructured(run.model, request, SCHEMA, options)).rejects.toMatchObject({
      failure: 'invalid_reply',
      attempts: 4,
      message: expect.stringMatching(
        /^Cannot use the reply after 4 attempts: Response doesn't match .*outcome must be equal to one of the allowed values: \["success","failure"\], found 5$/,
      ),
    })
    const lengths = run.server.seen.map(({ body }) => (body['messages'] as unknown[]).length)
    expect(lengths).toEqual([2, 2, 4, 2, 4])
    expect(sentPrompts(run.server)[2]).toContain('found 2')
  })

  it('asks six times by default', async () => {
    await using run = await at((_, n, response) => say(response, n === 1 ? '{"outcome": "success"}' : 'no'))
    await generateStructured(run.model, request, SCHEMA)
    const failure: unknown = await generateStructured(run.model, request, SCHEMA).catch(error => error)
    expect(failure).toMatchObject({ attempts: 6, sentence: expect.stringMatching(/markdown fence\. Ask for less/) })
    expect(run.server.seen.length).toBe(7)
  })
})

describe('generateText()', () => {
  it('gives the text without the space around it, and the reasoning', async () => {
    await using run = await at((_, __, response) =>
      say(response, '', { message: { role: 'assistant', content: ' \n An answer \n', reasoning_content: 'because' } }),
    )
    const result = await generateText(run.model, { messages: promptMessages('p'), parameters: {} })
    expect(result).toMatchObject({ value: 'An answer', reasoning: 'because' })
    expect(result.trace.at(-1)).toMatchObject({ reasoning_content: 'because' })
  })

  it('takes a reply that spent its tokens before the first word for a failure', async () => {
    await using run = await at((_, __, response) => say(response, '', { finish_reason: 'length' }))
    const call = generateText(run.model, { messages: promptMessages('p'), parameters: {} }, { maxConversationRestarts: 0 })
    await expect(call).rejects.toThrow('ended at max_tokens')
  })
})
