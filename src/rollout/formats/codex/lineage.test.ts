import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readLogs } from '../../testing/read-logs.ts'
import { codes, FIXTURES, fixture, folderWith, jsonl, readAll, removeFolders, rowOf, spoken } from './testing/read-fixture.ts'

afterAll(removeFolders)

describe('lineage', () => {
  it('parse() links a spawned agent to its parent and to the call, and drops what it repeats', async () => {
    const { rows, units } = await fixture('replayed-parent')
    const found = rows.find(({ trace_id }) => trace_id.endsWith('f2'))!
    const parent = '01a07200-0000-7000-8000-0000000000f1'
    expect(found).toMatchObject({
      relation: 'subagent',
      parent_trace_id: parent,
      root_session_id: parent,
      is_sidechain: true,
      agent_id: found.trace_id,
      spawn_tool_call_id: 'call_spawn',
      source_meta: { agent_nickname: 'Sewer', agent_role: 'worker', depth: 1 },
    })
    expect(spoken(found)).toEqual(['Sew the sail.', 'Sewn.'])
    expect(found.usage?.input_tokens).toBe(10)
    expect(found.started_at).toBe('2026-07-01T10:00:00.000Z')
    expect(units.find(({ ledger }) => ledger.rows.includes(found.trace_id))!.ledger.buckets.replay).toBe(7)
  })

  it('parse() keeps what is repeated, marked, in context as_sent', async () => {
    const found = await rowOf('replayed-parent', 'f2', { context: 'as_sent' })
    expect(spoken(found)).toEqual(['Build two kites.', '', 'Sew the sail.', 'Sewn.'])
    expect(found.message_meta.map(({ replay, train }) => [replay ?? false, train])).toEqual([
      [true, false],
      [true, false],
      [false, false],
      [false, true],
    ])
    expect(found.usage?.input_tokens).toBe(10)
  })

  it('parse() finds the end of a copy without the parent, and says that it is missing', async () => {
    const found = await rowOf('replayed-parent', 'f3')
    expect(spoken(found)).toEqual(['Paint the sail.', 'Painted.'])
    expect(found.diagnostics).toMatchObject([{ code: 'parent_missing', detail: { replay_told_by: 'recipient' } }])
  })

  it("parse() knows a fork's copy by its content where turns have no ids", async () => {
    const found = await rowOf('replayed-parent', 'f5')
    expect(found).toMatchObject({
      relation: 'fork',
      is_sidechain: false,
      agent_id: null,
      parent_trace_id: '01a07200-0000-7000-8000-0000000000f4',
    })
    expect(spoken(found)).toEqual(['And for silk?', 'Rice paste.'])
  })

  it('parse() goes by the recorded ordinal where there is one', async () => {
    expect(spoken(await rowOf('replayed-parent', 'f6'))).toEqual(['Tie the knots.', 'Tied.'])
  })

  it('parse() tells copies without a parent by the time in turn ids, else by the pause behind the copy: the first keeps it', async () => {
    const stranger = { type: 'session_meta', payload: { id: '01a07900-0000-7000-8000-00000000000f' } }
    const message = (text: string) => ({
      type: 'response_item',
      payload: { type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] },
    })
    const turn = (id: string) => ({ type: 'event_msg', payload: { type: 'task_started', turn_id: id } })
    const at = (time: string, record: object) => ({ timestamp: `2026-06-01T09:00:${time}Z`, ...record })
    const own = (last: string, forked: object) => ({
      type: 'session_meta',
      payload: { id: `01a07900-0000-7000-8000-00000000000${last}`, timestamp: '2026-06-01T09:00:00Z', ...forked },
    })
    const forked = { forked_from_id: '01a07900-0000-7000-8000-00000000000f' }
    const name = (last: string) => `rollout-2026-06-01T09-00-00-01a07900-0000-7000-8000-00000000000${last}.jsonl`
    const { rows } = await readAll(
      folderWith({
        [name('1')]: jsonl(
          [
            own('1', forked),
            stranger,
            turn('01a06000-0000-7000-8000-000000000001'),
            message('copied'),
            turn('01a07900-0001-7000-8000-000000000001'),
            message('own'),
          ].map(record => at('00.000', record)),
        ),
        [name('2')]: jsonl([
          at('00.000', own('2', forked)),
          at('00.001', stranger),
          at('00.002', message('copied')),
          at('09.000', message('own')),
        ]),
        [name('3')]: jsonl([own('3', forked), stranger, message('copied or own')].map(record => at('00.000', record))),
      }),
    )
    expect(rows.map(spoken)).toEqual([['copied', 'own'], ['own'], ['copied or own']])
    expect(rows.map(codes)).toEqual([['parent_missing'], ['parent_missing'], ['replay_end_unknown']])
  })

  it('parse() keeps of siblings without their parent what the first has not, once', async () => {
    const id = (n: number) => `01a07900-0000-7000-8000-00000000000${n}`
    const turn = (n: number, words: string) => [
      { type: 'event_msg', payload: { type: 'task_started', turn_id: `01a0${n}000-0000-7000-8000-000000000001` } },
      { type: 'response_item', payload: { type: 'message', role: 'user', content: [{ type: 'input_text', text: `${words}?` }] } },
      { type: 'response_item', payload: { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: `${words}!` }] } },
      {
        type: 'event_msg',
        payload: {
          type: 'token_count',
          info: { total_token_usage: { input_tokens: n, output_tokens: n }, last_token_usage: { input_tokens: 1, output_tokens: 1 } },
        },
      },
    ]
    const fork = (n: number, copied: object[], own: string) => ({
      [`rollout-2026-06-01T09-00-00-${id(n)}.jsonl`]: jsonl([
        { type: 'session_meta', payload: { id: id(n), forked_from_id: id(0), timestamp: '2026-06-01T09:00:00Z' } },
        { type: 'session_meta', payload: { id: id(0) } },
        ...copied,
        ...turn(9, own),
      ]),
    })
    const [one, two, three] = [turn(1, 'One'), turn(2, 'Two'), turn(3, 'Three')]
    const { rows } = await readAll(
      folderWith({
        ...fork(1, one, 'A'),
        ...fork(2, [...one, ...two], 'B'),
        ...fork(3, [...one, ...two, ...three], 'C'),
        ...fork(4, one, 'D'),
      }),
    )
    expect(rows.map(spoken)).toEqual([
      ['One?', 'One!', 'A?', 'A!'],
      ['Two?', 'Two!', 'B?', 'B!'],
      ['Three?', 'Three!', 'C?', 'C!'],
      ['D?', 'D!'],
    ])
    expect(rows.map(({ usage }) => usage!.input_tokens)).toEqual([2, 2, 2, 1])
  })

  it('parse() labels reviewers and old resumes', async () => {
    expect(await rowOf('replayed-parent', 'f7')).toMatchObject({
      relation: 'review',
      is_sidechain: true,
      source_meta: { subagent: 'guardian' },
    })
    const resumed = await rowOf('replayed-parent', 'f8')
    expect(resumed).toMatchObject({ relation: 'resume', is_sidechain: false, parent_trace_id: '01a07200-0000-7000-8000-0000000000f4' })
    expect(spoken(resumed)).toEqual(['Still there?', 'Yes.'])
  })

  it('parse() takes the first session_meta, and counts later ones of the thread as resumes', async () => {
    expect((await rowOf('wrapped-2025-09', 'c1')).source_meta).toMatchObject({ resumed: 1, cli_version: '0.39.0' })
  })

  it('parse() puts the base of a paginated fork in front, through all its bases', async () => {
    const found = await rowOf('history-base', 'e3')
    expect(spoken(found)).toEqual(['Pick a colour.', 'Red.', 'Pick a size.', 'Large.', 'Or small.'])
    expect(found.message_meta.map(({ replay }) => replay ?? false)).toEqual([true, true, true, true, false])
    expect(found).toMatchObject({ relation: 'fork', started_at: '2026-09-06T11:00:00.000Z' })
    expect(found.root_session_id).toBe('01a07100-0000-7000-8000-0000000000e1')
  })

  it('parse() says when a base is missing, and stops where bases go in a circle', async () => {
    const found = await rowOf('history-base', 'e4')
    expect(codes(found)).toEqual(['partial_history'])
    expect(found.fidelity.missing_history).toBe(true)
    expect(spoken(await rowOf('history-base', 'e5'))).toEqual(['Round 6.', 'Round 5.', 'And round.'])
  })

  it('parse() gives the same rows when a file is read alone, as far as its folder tells', async () => {
    const folder = join(FIXTURES, 'replayed-parent/logs/sessions/2026/07/01')
    const alone = await readAll(join(folder, 'rollout-2026-07-01T12-00-00-01a07200-0000-7000-8000-0000000000f2.jsonl'))
    const together = await rowOf('replayed-parent', 'f2')
    expect(alone.rows[0]).toEqual({ ...together, diagnostics: alone.rows[0]!.diagnostics })
  })
})

it('builds on the base that lies in its own home, where others hold a copy of it', async () => {
  const logs = join(FIXTURES, 'history-base/logs/sessions/2026/09/06')
  const [base, fork] = ['e1', 'e2'].map(end => readdirSync(logs).find(name => name.endsWith(`${end}.jsonl`))!) as [string, string]
  const text = (name: string) => readFileSync(join(logs, name), 'utf8')
  const at = (home: string, name: string) => `${home}/sessions/2026/09/06/${name}`
  const torn = text(base).split('\n').slice(0, 2).join('\n')
  const said = async (files: { [path: string]: string }) => {
    const { rows } = await readLogs(folderWith(files))
    return rows.find(({ source_path: path }) => path.endsWith(at('mine', fork)))!.messages
  }
  const alone = await said({ [at('mine', base)]: text(base), [at('mine', fork)]: text(fork) })
  expect(alone.length).toBeGreaterThan(2)
  const files = { [at('backup', base)]: torn, [at('mine', base)]: text(base), [at('mine', fork)]: text(fork), [at('old', base)]: torn }
  expect(await said(files)).toEqual(alone)
})
