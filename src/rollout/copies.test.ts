import { afterAll, describe, expect, it } from 'vitest'
import type { RolloutRow } from './conversation/row.ts'
import { bucketSum } from './log/ledger.ts'
import { folderWith, jsonl, type Reading, readLogs, removeFolders } from './testing/read-logs.ts'

afterAll(removeFolders)

const LONG = (word: string) => `${word} `.repeat(60).trim()
const call = (id: string) => [{ id, type: 'function', function: { name: 'terminal', arguments: `{"command":"make ${id.length}"}` } }]

/** A snapshot as Hermes Agent writes it: no times, no parent. */
const snapshot = (id: string, messages: object[]) =>
  JSON.stringify({
    session_id: id,
    model: 'm',
    platform: 'cli',
    session_start: '2026-03-01T10:00:00',
    last_updated: '2026-03-01T11:00:00',
    messages,
  })

/** Trials of ATIF: times everywhere. */
const trial = (id: string, hour: number, words: readonly string[]) =>
  JSON.stringify({
    schema_version: 'ATIF-v1.7',
    session_id: id,
    agent: { name: 'tin', version: '1' },
    steps: words.map((message, i) => ({
      step_id: i + 1,
      source: i % 2 === 0 ? 'user' : 'agent',
      message,
      timestamp: new Date(Date.UTC(2026, 4, 1, hour, i)).toISOString(),
    })),
  })

const pi = (id: string, parent: string | null, second: (i: number) => number, words: readonly string[]) =>
  jsonl([
    {
      type: 'session',
      version: 3,
      id,
      timestamp: '2026-05-01T10:00:00.000Z',
      cwd: '/srv',
      ...(parent === null ? {} : { parentSession: parent }),
    },
    ...words.map((text, i) => {
      const timestamp = new Date(Date.UTC(2026, 4, 1, 10, 0, second(i))).toISOString()
      const role = i % 2 === 0 ? 'user' : 'assistant'
      const usage = { input: 10, output: 2, cacheRead: 0, cacheWrite: 0, totalTokens: 12, cost: { total: 0.5 } }
      return {
        type: 'message',
        id: `${i}`,
        parentId: i === 0 ? null : `${i - 1}`,
        timestamp,
        message: { role, content: text, ...(i % 2 ? { usage } : {}) },
      }
    }),
  ])

const read = (files: { [path: string]: string }, options = {}) => readLogs(folderWith(files), options)
const replays = (row: RolloutRow | undefined) => row?.message_meta.map(({ replay = false }) => replay)
const trained = ({ rows }: Reading) =>
  rows.flatMap(({ messages, message_meta }) =>
    messages.flatMap(({ content }, i) => (message_meta[i]!.train ? [String(content[0]?.['text'] ?? '')] : [])),
  )
const byId = ({ rows }: Reading, id: string) => rows.find(row => row.trace_id === id)

describe('Copies', () => {
  it('keeps what two forks of a session that is not there share in the first of them', async () => {
    const shared = ['Mend it', 'Mended.', 'And the tail', 'Tail done.']
    const reading = await read({
      'a.jsonl': pi('a', '/gone/x.jsonl', i => i, [...shared, 'Left', 'Went left.']),
      'b.jsonl': pi('b', '/gone/x.jsonl', i => (i < 4 ? i : i + 30), [...shared, 'Right', 'Went right.']),
    })
    expect(trained(reading).sort()).toEqual(['Mended.', 'Tail done.', 'Went left.', 'Went right.'])
    expect(replays(byId(reading, 'b'))).toEqual([true, true, true, true, false, false])
    expect(byId(reading, 'b')!.usage).toMatchObject({ output_tokens: 2, cost_usd: 0.5 })
    for (const { ledger } of reading.units) expect(bucketSum(ledger.buckets)).toBe(ledger.records)
    expect(reading.units[1]!.ledger.buckets).toMatchObject({ replay: 4 })
  })

  it('finds a fork that has no times and names no parent, by the ids of its calls and what stands beside them', async () => {
    const shared = [
      { role: 'user', content: 'Build the kite' },
      { role: 'assistant', content: 'Looking.', tool_calls: call('call_9fK2mQ7xWb41') },
      { role: 'tool', tool_call_id: 'call_9fK2mQ7xWb41', content: 'ok' },
      { role: 'assistant', content: 'Built.' },
    ]
    const reading = await read({
      'sessions/session_20260301_100000_aaaaaa.json': snapshot('20260301_100000_aaaaaa', [
        ...shared,
        { role: 'user', content: 'Thanks' },
        { role: 'assistant', content: 'Gladly.' },
      ]),
      'sessions/session_20260301_100100_bbbbbb.json': snapshot('20260301_100100_bbbbbb', [
        ...shared,
        { role: 'user', content: 'Paint it' },
        { role: 'assistant', content: 'Painted.' },
      ]),
    })
    const fork = byId(reading, '20260301_100100_bbbbbb')!
    expect(replays(fork)).toEqual([true, true, true, true, false, false])
    expect(fork).toMatchObject({ parent_trace_id: '20260301_100000_aaaaaa', relation: 'fork', root_session_id: '20260301_100000_aaaaaa' })
    expect(trained(reading)).toEqual(['Looking.', 'Built.', 'Gladly.', 'Painted.'])
  })

  it('finds what a session that goes on behind a summary took over, by its words alone', async () => {
    const tail = [
      { role: 'user', content: 'How does it fly?' },
      { role: 'assistant', content: LONG('wind') },
    ]
    const reading = await read({
      'sessions/session_20260301_100000_aaaaaa.json': snapshot('20260301_100000_aaaaaa', [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: 'Hello.' },
        ...tail,
      ]),
      'sessions/session_20260301_110000_bbbbbb.json': snapshot('20260301_110000_bbbbbb', [
        { role: 'user', content: '[CONTEXT COMPACTION — REFERENCE ONLY] They greeted.' },
        ...tail,
        { role: 'user', content: 'And land?' },
        { role: 'assistant', content: 'Softly.' },
      ]),
    })
    const next = byId(reading, '20260301_110000_bbbbbb')!
    expect(replays(next)).toEqual([false, true, true, false, false])
    expect(next).toMatchObject({ relation: 'continuation', parent_trace_id: '20260301_100000_aaaaaa' })
  })

  it('takes two runs of a task that say the same at different times for two', async () => {
    const words = ['Solve the task', LONG('first'), 'Go on', 'Done.']
    const reading = await read({ 'one/t.json': trial('one', 1, words), 'two/t.json': trial('two', 2, words.with(3, LONG('other'))) })
    expect(reading.rows.map(replays)).toEqual([
      [false, false, false, false],
      [false, false, false, false],
    ])
    expect(reading.rows.map(row => row.relation)).toEqual([null, null])
  })

  it('takes short answers for copies only where they answer the same', async () => {
    const reading = await read({
      'a.jsonl': pi('a', null, i => i, ['Water it', 'Done.']),
      'b.jsonl': pi('b', null, i => i, ['Prune it', 'Done.']),
    })
    expect(trained(reading)).toEqual(['Done.', 'Done.'])
  })

  it('takes answers that a log gave another time for copies, where two long ones follow each other as they did', async () => {
    const words = ['What is wind?', LONG('air'), 'And rain?', LONG('water'), 'Snow?']
    const reading = await read({
      'a.jsonl': pi('a', null, i => i, [...words, 'Ice.']),
      'b.jsonl': pi('b', null, i => i + 20, [...words, 'Frozen.']),
    })
    expect(trained(reading)).toEqual([LONG('air'), LONG('water'), 'Ice.', 'Frozen.'])
  })

  it('takes no id that is counted up for a proof', async () => {
    const talk = (end: string) => [
      { role: 'user', content: 'Say something' },
      { role: 'assistant', content: '', tool_calls: call('call_1') },
      { role: 'tool', tool_call_id: 'call_1', content: end },
      { role: 'assistant', content: end },
    ]
    const reading = await read({
      'sessions/session_20260301_100000_aaaaaa.json': snapshot('20260301_100000_aaaaaa', talk('left')),
      'sessions/session_20260301_100100_bbbbbb.json': snapshot('20260301_100100_bbbbbb', talk('right')),
    })
    expect(reading.rows.flatMap(replays)).not.toContain(true)
  })
})

describe('Copies in requests', () => {
  const logged = (id: string, asked: object[], answer: object) =>
    JSON.stringify({
      messages: asked,
      tools: [],
      kwargs: {},
      context_window: 200000,
      cost: 0.01,
      timestamp: 1757015025.5,
      latency_sec: 1.5,
      response: {
        id,
        object: 'chat.completion',
        model: 'm',
        created: 1757015025,
        choices: [{ index: 0, finish_reason: 'stop', message: answer }],
      },
    })
  const user = (content: string) => ({ role: 'user', content })

  it.each<[string, object]>([
    ['calls that have ids', { role: 'assistant', content: 'I see.', tool_calls: call('toolu_01AbCdEfGhIjKlMnOpQrStUv') }],
    ['many words', { role: 'assistant', content: LONG('tide') }],
    ['many words and a call whose id is counted up', { role: 'assistant', content: LONG('tide'), tool_calls: call('call_1') }],
  ])('are found by %s, though what was asked before has lost the id and the time of the response', async (_, first) => {
    const id = Object.hasOwn(first, 'tool_calls') ? (first as { tool_calls: { id: string }[] }).tool_calls[0]!.id : null
    const results = id === null ? [user('On.')] : [{ role: 'tool', tool_call_id: id, content: 'ok' }]
    const reading = await read({
      'llm/a-1757015025.100.json': logged('chatcmpl-74b71e01-2a61-4926', [user('Look')], first),
      'llm/a-1757015033.200.json': logged('chatcmpl-ee33869b-404d-4c2f', [user('Look'), first, ...results], {
        role: 'assistant',
        content: 'Done.',
      }),
    })
    const trainedOnce = trained(reading).filter(text => text === (first as { content: string }).content)
    expect(trainedOnce.length).toBe(1)
    expect(trained(reading)).toContain('Done.')
  })
})
