import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../json/json.ts'
import { ChatServer, say, send } from '../model/testing/chat-server.ts'
import { LLMTextColumnConfig, llmText } from './llm-text.ts'
import { AS_DATA_DESIGNER, cellOf, fill } from './testing/fill.ts'

const row = { turn: { role: 'user', content: 'Hé "you"' }, picture: 'https://example.com/a.png', bytes: ['R0lGODlhAQABAAAA'] }
const column = (options: Partial<ConstructorParameters<typeof LLMTextColumnConfig>[0]> = {}) =>
  new LLMTextColumnConfig({ name: 'summary', modelAlias: 'writer', prompt: 'Sum up:\n{{ turn }}\n', ...options })

describe('LLMTextColumnConfig', () => {
  it('sends the rendered prompt and stores the reply without the space around it', async () => {
    await using server = await ChatServer.start((_seen, _n, response) => say(response, '\n A greeting. \n'))
    expect(await cellOf(column(), row, server)).toBe('A greeting.')
    expect(server.seen.map(({ body }) => body['messages'])).toEqual([
      [{ role: 'user', content: 'Sum up:\n{"role":"user","content":"Hé \\"you\\""}' }],
    ])
  })

  it('renders values as Python prints them where Data Designer is followed', async () => {
    await using server = await ChatServer.start((_seen, _n, response) => say(response, 'x'))
    await cellOf(column(), { ...row, turn: '{"role": "user"}' }, { endpoint: server.endpoint, mode: AS_DATA_DESIGNER })
    expect(JSON.stringify(server.seen[0]!.body)).toContain("Sum up:\\n{'role': 'user'}")
  })

  it('sends instructions when they render to something, and none when they do not', async () => {
    await using server = await ChatServer.start((_seen, _n, response) => say(response, 'x'))
    const asked = column({ systemPrompt: "{{ 'Be brief' if turn.role == 'user' }}" })
    await cellOf(asked, row, server)
    await cellOf(asked, { ...row, turn: { role: 'tool' } }, server)
    const roles = server.seen.map(({ body }) => (body['messages'] as JsonObject[]).map(message => message['role']))
    expect(roles).toEqual([['system', 'user'], ['user']])
  })

  it('sends pictures before the text, by address or as base64', async () => {
    await using server = await ChatServer.start((_seen, _n, response) => say(response, 'x'))
    const context = [{ columnName: 'picture' }, { columnName: 'bytes', dataType: 'base64' as const, imageFormat: 'jpg' }]
    await cellOf(column({ multiModalContext: context }), row, server)
    const [message] = server.seen[0]!.body['messages'] as { content: JsonObject[] }[]
    expect(message!.content.map(block => block['image_url'] ?? block['type'])).toEqual([
      expect.objectContaining({ url: 'https://example.com/a.png' }),
      expect.objectContaining({ url: expect.stringMatching(/^data:image\/gif;base64,R0lGODlhAQABAAAA$/) }),
      'text',
    ])
  })

  it('keeps the conversation and the reasoning beside the cell when asked to', async () => {
    await using server = await ChatServer.start((_seen, _n, response) =>
      send(response, 200, {
        choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Hi', reasoning_content: 'because' } }],
      }),
    )
    const [made] = await fill(column({ withTrace: 'all_messages', extractReasoningContent: true }), row, server)
    expect(made).toMatchObject({ summary: 'Hi', summary__reasoning_content: 'because' })
    expect(made!['summary__trace']).toMatchObject([
      { role: 'user', content: [{ type: 'text' }] },
      { role: 'assistant', content: [{ type: 'text', text: 'Hi' }], reasoning_content: 'because' },
    ])
    const [last] = await fill(column({ withTrace: 'last_message' }), row, server)
    expect(last!['summary__trace']).toMatchObject([{ role: 'assistant' }])
  })

  it('fails the cell where the server fails or the prompt cannot be rendered, before anything is sent in the latter case', async () => {
    await using server = await ChatServer.start((_seen, _n, response) => send(response, 401, { error: { message: 'no key' } }))
    await expect(cellOf(column(), row, server)).rejects.toMatchObject({ kind: 'model' })
    expect(server.seen).toHaveLength(1)
    await expect(cellOf(column({ prompt: '{{ turn / 2 }}' }), row, server)).rejects.toMatchObject({ kind: 'template' })
    expect(server.seen).toHaveLength(1)
  })

  it('warns of prompts that read nothing, and of columns in single braces', () => {
    const problems = (prompt: string) => column({ prompt }).problems(new Set(['turn', 'a']))
    expect(problems('Write a poem')).toMatchObject([{ level: 'warning', message: expect.stringContaining('reads no column') }])
    expect(problems('Sum up {turn} of {{ a }}')).toMatchObject([{ level: 'warning', hint: 'Write {{ turn }} to refer to the column' }])
    expect(problems('Like {"k": 1}, {unknown} or } of {{ a }} {')).toEqual([])
  })

  it('names its tools, and is written back with them', () => {
    const config = { column_type: 'llm-text', name: 'a', prompt: 'x', model_alias: 'm', tool_alias: 't' }
    expect(llmText.fromJSON(config, new Map()).toJSON()).toMatchObject(config)
  })
})
