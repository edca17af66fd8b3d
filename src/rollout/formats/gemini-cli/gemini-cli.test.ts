import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { textOf } from '../../conversation/blocks.ts'
import type { RolloutRow } from '../../conversation/row.ts'
import { folderWith, jsonl, readLogs, removeFolders } from '../../testing/read-logs.ts'

afterAll(removeFolders)

const fixture = (name: string) => join(import.meta.dirname, 'fixtures', name, 'logs')
const wordsOf = (row: RolloutRow) => row.messages.map(({ role, content }) => `${role}: ${textOf(content)}`)

const HEADER = { sessionId: 's', projectHash: 'h', startTime: '2026-01-01T00:00:00.000Z' }
const user = (id: string, content: unknown) => ({ id, timestamp: '2026-01-01T00:00:01.000Z', type: 'user', content })
const model = (id: string, content: unknown, more = {}) => ({ ...user(id, content), type: 'gemini', model: 'm', ...more })

async function rowsOf(records: readonly unknown[], options = {}) {
  return (await readLogs(folderWith({ 'session-x.jsonl': jsonl([HEADER, ...records]) }), { format: 'gemini_cli', ...options })).rows
}

describe('Gemini CLI', () => {
  it('gives what a checkpoint left as sent, with results as they were masked', async () => {
    const records = (checkpoint: object) => [
      user('a', 'Read it'),
      model('b', '', { toolCalls: [{ id: 'c', name: 'read', args: {}, status: 'success', result: 'all of it' }] }),
      checkpoint,
      user('d', 'And?'),
      model('e', 'Read.'),
    ]
    const masked = { ...model('b', ''), toolCalls: [{ id: 'c', name: 'read', args: {}, status: 'success', result: 'masked' }] }
    const mask = records({ $set: { messages: [user('a', 'Read it'), masked] } })
    expect(wordsOf((await rowsOf(mask))[0]!)).toEqual(['user: Read it', 'assistant: ', 'tool: all of it', 'user: And?', 'assistant: Read.'])
    expect(wordsOf((await rowsOf(mask, { context: 'as_sent' }))[0]!)[2]).toBe('tool: masked')
    expect((await rowsOf(mask))[0]!.message_meta.map(({ boundary }) => boundary)).toEqual(Array(5).fill(undefined))
    const compact = records({ $set: { messages: [user('z', '<state_snapshot>Read.</state_snapshot>')] } })
    expect(wordsOf((await rowsOf(compact, { context: 'as_sent' }))[0]!)).toEqual([
      'user: <state_snapshot>Read.</state_snapshot>',
      'user: And?',
      'assistant: Read.',
    ])
    expect((await rowsOf(compact))[0]!.message_meta[3]).toMatchObject({ origin: 'harness', boundary: 'compaction' })
  })

  it('keeps messages that have no id', async () => {
    const [row] = await rowsOf([
      { type: 'user', content: 'Go' },
      { type: 'gemini', content: 'Gone' },
      user('a', 'And?'),
      model('b', 'Back'),
    ])
    expect(wordsOf(row!)).toEqual(['user: Go', 'assistant: Gone', 'user: And?', 'assistant: Back'])
  })

  it('gives each of two calls of one id its own result', async () => {
    const call = (name: string) => ({ id: 'c', name, args: {}, status: 'success', result: `of ${name}` })
    const [row] = await rowsOf([user('a', 'Go'), model('b', '', { toolCalls: [call('read'), call('look')] }), model('d', 'Gone')])
    expect(wordsOf(row!)).toEqual(['user: Go', 'assistant: ', 'tool: of read', 'tool: of look', 'assistant: Gone'])
  })

  it('gives each path that a rewind left, with what came before it as a replay', async () => {
    const { rows } = await readLogs(fixture('rewind'), { branches: 'all' })
    expect(rows.map(({ trace_id, relation }) => [trace_id.slice(36), relation])).toEqual([
      ['', null],
      ['#r3', 'branch'],
      ['#r1', 'branch'],
    ])
    expect(wordsOf(rows[1]!).at(0)).toBe('user: Fire the kiln')
    expect(rows[1]!.message_meta.map(({ replay }) => replay === true)).toEqual([true, true, false, false, false])
  })

  it('takes a message that is written again after a rewind for a new one', async () => {
    const [row] = await rowsOf([user('a', 'One'), model('b', 'Two'), { $rewindTo: 'a' }, user('a', 'Three'), model('c', 'Four')])
    expect(wordsOf(row!)).toEqual(['user: Three', 'assistant: Four'])
  })

  it('reads many rewinds of a long session in time that its length bounds', async () => {
    const many = Array.from({ length: 20_000 }, (_, i) => user(`u${i}`, 'x'))
    const undone = Array.from({ length: 20_000 }, (_, i) => [user(`v${i}`, 'y'), { $rewindTo: `v${i}` }]).flat()
    const [row] = await rowsOf([...many, ...undone, model('z', 'End')])
    expect(row!.message_count).toBe(20_001)
  }, 20_000)

  it('does not count a response again that is written many times', async () => {
    const tokens = { input: 100, output: 10, cached: 40, thoughts: 5, tool: 0, total: 115 }
    const written = [1, 2, 3].map(at => model('b', 'Gone', { tokens, timestamp: `2026-01-01T00:00:0${at}.000Z` }))
    const [row] = await rowsOf([user('a', 'Go'), ...written])
    expect(row!.usage).toMatchObject({ input_tokens: 100, output_tokens: 15, cached_input_tokens: 40, reasoning_tokens: 5 })
    expect(row!.message_meta[1]!.records).toEqual([3, 4, 5])
  })
})
