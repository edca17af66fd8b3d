import { afterAll, describe, expect, it } from 'vitest'
import { textOf } from '../../conversation/blocks.ts'
import { folderWith, jsonl, readLogs, removeFolders } from '../../testing/read-logs.ts'

afterAll(removeFolders)

const start = { type: 'session_start', id: 's', version: 2, cwd: '/w' }
const said = (id: string, role: string, text: string, inside: object = {}, outside: object = {}) => ({
  type: 'message',
  id,
  timestamp: `2026-06-18T14:00:0${id}Z`,
  message: { role, content: [{ type: 'text', text }], ...inside },
  ...outside,
})

async function read(...records: object[]) {
  const { rows } = await readLogs(folderWith({ 's.jsonl': jsonl([start, ...records]) }), { format: 'droid' })
  return rows[0]!
}

const LLM = { visibility: 'llm_only' }

describe('Droid', () => {
  it.each([
    ['beside the message', {}, LLM],
    ['in the message', LLM, {}],
  ])('takes what only the model sees for the program’s words, where that is said %s', async (_, inside, outside) => {
    const row = await read(said('1', 'user', 'Dig'), said('2', 'user', 'The gate is open', inside, outside), said('3', 'assistant', 'Dug.'))
    expect(row.message_meta.map(({ origin }) => origin)).toEqual(['human', 'harness', 'model'])
    expect(row.message_meta[1]!.extra).toMatchObject({ harness: 'context', visibility: 'llm_only' })
  })

  it.each(['Request interrupted by user', 'Request cancelled by user'])('cuts where a person stopped it: %s', async words => {
    const stop = said('2', 'user', words, LLM)
    const row = await read(said('1', 'user', 'Dig'), stop, said('3', 'user', 'Rake'), said('4', 'assistant', 'Raked.'))
    expect(row.message_meta.map(({ origin }) => origin)).toEqual(['human', 'harness', 'human', 'model'])
    expect(row.message_meta.map(({ boundary }) => boundary ?? null)).toContain('interruption')
    expect(row.outcome.status).not.toBe('interrupted')
    expect((await read(said('1', 'user', 'Dig'), said('2', 'assistant', 'Digging.'), stop)).outcome.status).toBe('interrupted')
  })

  it('leaves the same words to a person who typed them', async () => {
    const row = await read(said('1', 'user', 'Request cancelled by user'), said('2', 'assistant', 'Which one?'))
    expect(row.message_meta.map(({ origin, boundary }) => [origin, boundary ?? null])).toEqual([
      ['human', null],
      ['model', null],
    ])
  })

  it('leaves out of what was sent what only people see, where that is said in the message', async () => {
    const records = [
      start,
      said('1', 'user', 'Dig'),
      said('2', 'user', 'Shown', { visibility: 'user_only' }),
      said('3', 'assistant', 'Dug.'),
    ]
    const { rows } = await readLogs(folderWith({ 's.jsonl': jsonl(records) }), { format: 'droid', context: 'as_sent' })
    expect(rows[0]!.messages.map(({ content }) => textOf(content))).toEqual(['Dig', 'Dug.'])
  })
})
