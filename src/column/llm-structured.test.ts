import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { JsonObject } from '../json/json.ts'
import { ChatServer, say, send } from '../model/testing/chat-server.ts'
import { LLMStructuredColumnConfig } from './llm-structured.ts'
import { cellOf } from './testing/fill.ts'

const Verdict = z.object({ outcome: z.enum(['success', 'failure']), steps: z.number().int() })
const column = new LLMStructuredColumnConfig({ name: 'verdict', modelAlias: 'writer', prompt: 'Judge {{ text }}', outputFormat: Verdict })
const row = { text: 'it worked' }
const good = { outcome: 'success', steps: 2 }

describe('LLMStructuredColumnConfig', () => {
  it('asks for the schema by the means of the server and stores the value', async () => {
    await using server = await ChatServer.start((_seen, _n, response) => say(response, JSON.stringify(good)))
    expect(await cellOf(column, row, server)).toEqual(good)
    const format = server.seen[0]!.body['response_format'] as { json_schema: { schema: JsonObject } }
    expect(format.json_schema.schema).toMatchObject({ required: ['outcome', 'steps'] })
    expect(JSON.stringify(server.seen[0]!.body['messages'])).not.toContain('response_schema')
  })

  it('asks in the prompt where the server refuses schemas, and reads the fence it answers with', async () => {
    await using server = await ChatServer.start(({ body }, _n, response) =>
      'response_format' in body
        ? send(response, 400, { error: { message: 'response_format is not supported' } })
        : say(response, `Well.\n\`\`\`json\n${JSON.stringify({ ...good, extra: 1 })}\n\`\`\`\nSo.`),
    )
    expect(await cellOf(column, row, server)).toEqual(good)
    expect(JSON.stringify(server.seen.at(-1)!.body['messages'])).toContain('within <response_schema> markup tags')
  })

  it('asks again for a value that does not fit, and never coerces one', async () => {
    const replies = ['{"outcome":"success","steps":"2"}', '{"outcome":"maybe","steps":2}', '{"outcome":"Success","steps":2}']
    await using server = await ChatServer.start((_seen, n, response) => say(response, replies[n - 1] ?? JSON.stringify(good)))
    expect(await cellOf(column, row, server)).toEqual(good)
    expect(server.seen.length).toBeGreaterThan(replies.length)
  })

  it('fails the cell with what was wrong where no reply fits', async () => {
    await using server = await ChatServer.start((_seen, _n, response) => say(response, 'I would rather not.'))
    await expect(cellOf(column, row, server)).rejects.toMatchObject({ kind: 'model', failure: 'invalid_reply' })
  })

  it('takes a JSON Schema or a zod schema, and writes the JSON Schema', () => {
    const written = column.toJSON()
    expect(written['output_format']).toMatchObject({ type: 'object', properties: { steps: { type: 'integer' } } })
    expect(written['output_format']).not.toHaveProperty('$schema')
    const same = new LLMStructuredColumnConfig({
      name: 'verdict',
      modelAlias: 'writer',
      prompt: 'Judge {{ text }}',
      outputFormat: written['output_format'] as JsonObject,
    })
    expect(same.toJSON()).toEqual(written)
  })
})
