import { afterAll, describe, expect, it } from 'vitest'
import { folderWith, jsonl, readLogs, removeFolders } from '../../testing/read-logs.ts'
import { brief, readFixture, sessionId } from './testing/read-fixture.ts'

const ONE = sessionId(1)

afterAll(removeFolders)

describe('parse() of a session', () => {
  it('makes one message of the lines of one response, and puts the results behind it in call order', async () => {
    const { rows } = await readFixture('session')
    expect(brief(rows[ONE]!).slice(0, 6)).toEqual([
      'user: Water the beds that are dry',
      'assistant: I look at both beds. → toolu_A toolu_B',
      'tool: north: dry ← toolu_A',
      'tool: south: no such bed ← toolu_B',
      'user: and note the rainfall',
      'assistant: Watered the north bed and noted the rain.',
    ])
    const [, first] = rows[ONE]!.messages
    expect(first!.reasoning_content).toBe('Which beds are there?')
    expect(rows[ONE]!.message_meta[1]).toMatchObject({ records: [3, 4, 5, 7], id: 'msg_1', stop_reason: 'tool_use', train: true })
    expect(rows[ONE]!.message_meta[3]).toMatchObject({ is_error: true, origin: 'tool' })
  })

  it('gives a prompt typed mid-turn once, though three records tell of it', async () => {
    const { rows } = await readFixture('session')
    expect(brief(rows[ONE]!).filter(line => line.includes('rainfall'))).toEqual(['user: and note the rainfall'])
    expect(rows[ONE]!.message_meta[4]).toMatchObject({ origin: 'human', record: 11, extra: { kind: 'queued_prompt' } })
  })

  it('leaves out what was rewound, and counts it', async () => {
    const { rows, ledgers } = await readFixture('session')
    expect(brief(rows[ONE]!).join()).not.toContain('in the path')
    expect(ledgers[`-srv-garden/${ONE}.jsonl`]!.buckets.abandoned).toBe(2)
  })

  it('gives the rewound path as a branch row when all branches are asked for', async () => {
    const { rows, ledgers } = await readFixture('session', { branches: 'all' })
    const branch = rows[`${ONE}#branch-1`]!
    expect(branch).toMatchObject({ relation: 'branch', parent_trace_id: ONE, root_session_id: ONE })
    expect(brief(branch).slice(-2)).toEqual(['user: Plant carrots in the path', 'assistant: The path is paved.'])
    expect(branch.message_meta.map(({ replay }) => replay ?? false)).toEqual([true, true, true, true, true, true, false, false])
    expect(branch.message_meta.filter(({ train }) => train)).toHaveLength(1)
    expect(ledgers[`-srv-garden/${ONE}.jsonl`]!.buckets.abandoned).toBe(0)
  })

  it('marks the compact summary as the harness’s words, behind a boundary', async () => {
    const { rows } = await readFixture('session')
    const at = rows[ONE]!.message_meta.findIndex(({ boundary }) => boundary === 'compaction')
    expect(rows[ONE]!.message_meta[at]).toMatchObject({
      origin: 'harness',
      train: false,
      extra: { harness: 'compaction', compaction: { trigger: 'auto', preTokens: 155000 } },
    })
  })

  it('takes no API error for an answer', async () => {
    const { rows } = await readFixture('session')
    expect(rows[ONE]!.final_assistant_message).toBe('The garden is done.')
    expect(brief(rows[ONE]!).join()).not.toContain('overloaded')
    expect(rows[ONE]!.diagnostics).toMatchObject([{ code: 'api_error', detail: { text: ['API Error: 529 overloaded'] } }])
    expect(rows[ONE]!.outcome.status).toBe('completed')
  })

  it('counts redacted thinking and puts none of it into text', async () => {
    const { rows } = await readFixture('session')
    expect(rows[ONE]!.fidelity).toMatchObject({ reasoning: 'redacted', redacted_reasoning: 1 })
    expect(JSON.stringify(rows[ONE]!.messages)).not.toContain('ZGFyaw')
  })

  it('sums usage over responses, the last line of each counting', async () => {
    const { rows } = await readFixture('session')
    expect(rows[ONE]!.message_meta[1]!.usage).toEqual({
      input_tokens: 123,
      output_tokens: 42,
      cached_input_tokens: 100,
      cache_write_tokens: 20,
      reasoning_tokens: null,
      cost_usd: null,
    })
    expect(rows[ONE]!.usage).toMatchObject({ input_tokens: 4 * 123, output_tokens: 42 + 12 + 1 + 1 })
  })

  it('keeps persisted outputs and the index entry as metadata', async () => {
    const { rows } = await readFixture('session')
    const { source_meta, project_path, cwd } = rows[ONE]!
    expect(source_meta).toMatchObject({ title: 'A day in the garden', title_source: 'ai-title', index: { summary: 'Old title' } })
    expect(source_meta['persisted_outputs']).toMatchObject([{ path: `-srv-garden/${ONE}/tool-results/toolu_Z.txt`, size: 220 }])
    expect([project_path, cwd]).toEqual(['/srv', '/srv/garden'])
  })

  it('gives a spawned agent its own row and its own first prompt', async () => {
    const { rows } = await readFixture('session')
    const agent = rows[`${ONE}:a0f1`]!
    expect(agent).toMatchObject({
      is_sidechain: true,
      agent_id: 'a0f1',
      root_session_id: ONE,
      parent_trace_id: ONE,
      relation: 'subagent',
      spawn_tool_call_id: 'toolu_X',
    })
    expect(brief(agent)[0]).toBe('user: Count the beds')
    expect(agent.message_meta[0]!.origin).toBe('agent')
    expect(rows[`${ONE}:ag1`]!.source_meta['workflow']).toBe('wf_1')
  })

  it('counts journals and histories as skipped, with the reason', async () => {
    const { skipped } = await readFixture('session')
    expect(skipped).toMatchObject([
      { path: `-srv-garden/${ONE}/subagents/workflows/wf_1/journal.jsonl`, reason: 'Journal of a workflow, not a session' },
      { path: 'history.jsonl', reason: 'Prompts typed in all projects, not a session' },
    ])
  })
})

describe('parse() of damaged logs', () => {
  it('recovers every whole record of a damaged line and counts the rest', async () => {
    const { rows, ledgers } = await readFixture('damage')
    expect(brief(rows[sessionId(2)]!)).toEqual([
      'user: Water the beds that are dry',
      'assistant:  → toolu_A toolu_B',
      'tool: north: dry ← toolu_A',
      'tool: south: no such bed ← toolu_B',
      'user: and note the rainfall',
      'assistant: Watered the north bed and noted the rain.',
    ])
    const ledger = ledgers[`-srv-garden/${sessionId(2)}.jsonl`]!
    expect(ledger.buckets.unparsed).toEqual({ 'torn record': 1, 'NUL bytes': 1, 'not a JSON object': 1 })
    expect(ledger.damage[0]).toMatch(/:4 @\d+: torn record$/)
  })

  it('says of a torn tail that the file may still be written', async () => {
    const { rows } = await readFixture('damage')
    const { diagnostics, source_meta, messages } = rows[sessionId(3)]!
    expect(diagnostics).toMatchObject([{ code: 'torn_tail', detail: expect.stringContaining('may still be written') }])
    expect(source_meta['undelivered_prompts']).toEqual(['and note the rainfall'])
    expect(messages).toHaveLength(3)
  })

  it('takes a byte-order mark, CRLF and a missing last newline as layout, and U+2028 as text', async () => {
    const { rows } = await readFixture('damage')
    expect(rows[sessionId(4)]!.message_count).toBe(6)
    expect(rows[sessionId(4)]!.final_assistant_message).toBe('Watered the north bed and noted\u2028the rain.')
  })

  it('survives cycles, wrong types in every field and records without a message', async () => {
    const { rows, ledgers } = await readFixture('damage')
    expect(brief(rows[sessionId(5)]!)).toEqual([
      'user: I follow myself',
      'assistant: A cycle. → toolu_1',
      'tool:  ← toolu_1',
      'user: words without a wrapper',
      'assistant: plain words',
    ])
    expect(ledgers[`-srv-garden/${sessionId(5)}.jsonl`]!.buckets.unparsed).toEqual({ 'no message content': 1 })
  })

  it('rejects files without a conversation, with a reason', async () => {
    const { rejects } = await readFixture('damage')
    expect(rejects.map(({ reason }) => reason)).toEqual(['Empty file', 'Holds no conversation'])
  })
})

describe('parse() of times', () => {
  it('starts with the earliest record and ends with the latest, though these are no messages', async () => {
    const at = (time: string) => ({ timestamp: `2026-03-04T09:0${time}.000Z`, sessionId: ONE })
    const hook = { parentUuid: null, isSidechain: false, type: 'progress', data: { type: 'hook_progress', hookEvent: 'Stop' } }
    const log = [
      { type: 'queue-operation', operation: 'enqueue', ...at('0:00'), content: 'Rake' },
      { type: 'queue-operation', operation: 'dequeue', ...at('0:01') },
      { ...at('1:00'), type: 'user', uuid: 'u1', parentUuid: null, message: { role: 'user', content: 'Rake' } },
      { ...at('2:00'), type: 'assistant', uuid: 'a1', parentUuid: 'u1', message: { id: 'm1', role: 'assistant', content: 'Raked.' } },
    ]
    const times = async (...more: object[]) => {
      const { rows } = await readLogs(folderWith({ [`${ONE}.jsonl`]: jsonl([...log, ...more]) }))
      return [rows[0]!.started_at, rows[0]!.ended_at]
    }
    expect(await times()).toEqual(['2026-03-04T09:00:00.000Z', '2026-03-04T09:02:00.000Z'])
    expect((await times({ ...hook, uuid: 'h1', ...at('3:00') }))[1]).toBe('2026-03-04T09:03:00.000Z')
    expect((await times({ ...hook, ...at('4:00'), uuid: 'h1' }))[1]).toBe('2026-03-04T09:04:00.000Z')
    expect((await times({ type: 'pr-link', prUrl: 'https://example.com/pull/4', ...at('5:00') }))[1]).toBe('2026-03-04T09:05:00.000Z')
  })

  it('gives the times of what comes after a /clear to the row after it', async () => {
    const { rows } = await readFixture('clear')
    expect(rows[`${ONE}#2`]!.started_at).toBe('2026-03-04T09:00:04.000Z')
  })
})

describe('parse() of repeated and unknown records', () => {
  it('drops a record that stands twice, and reports one that says something else under the same id', async () => {
    const { rows, ledgers } = await readFixture('repeats-and-drift')
    expect(brief(rows[ONE]!)).toEqual([
      'user: Count the pots',
      'assistant: One pot. → toolu_1',
      'tool: pot ← toolu_1',
      'assistant: There is one pot.',
    ])
    expect(rows[ONE]!.diagnostics).toMatchObject([{ code: 'conflicting_duplicate', detail: { text: 'Count the pans' } }])
    expect(ledgers[`-srv-garden/${ONE}.jsonl`]!.buckets.merged).toBe(4)
  })

  it('loses nothing of a log whose ids were all scrubbed to one word', async () => {
    const record = (type: string, role: string, content: unknown, i: number) => ({
      ...{ parentUuid: i === 0 ? null : '[UUID]', uuid: '[UUID]', sessionId: ONE, timestamp: `2026-05-01T10:00:0${i}.000Z`, type },
      message: { role, content, ...(role === 'assistant' ? { id: `msg_${i}`, model: 'maple-2' } : {}) },
    })
    const log = [
      record('user', 'user', 'Count the pots', 0),
      record('assistant', 'assistant', [{ type: 'tool_use', id: 'toolu_1', name: 'Count', input: {} }], 1),
      record('user', 'user', [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'two' }], 2),
      record('assistant', 'assistant', [{ type: 'text', text: 'Two pots.' }], 3),
      record('user', 'user', 'And the pans', 4),
      record('assistant', 'assistant', [{ type: 'text', text: 'No pans.' }], 5),
    ]
    const { rows } = await readLogs(folderWith({ [`-srv/${ONE}.jsonl`]: jsonl(log) }))
    expect(brief(rows[0]!)).toEqual([
      'user: Count the pots',
      'assistant:  → toolu_1',
      'tool: two ← toolu_1',
      'assistant: Two pots.',
      'user: And the pans',
      'assistant: No pans.',
    ])
    expect(rows[0]!.diagnostics.filter(({ code }) => code === 'conflicting_duplicate')).toEqual([])
  })

  it.each<[string, string, string | null, (number | null)[], number]>([
    ['of one request', 'msg_1', 'req_1', [1, 6], 110],
    ['of an id that was drawn at random', 'msg_01a0b1c2d3e4f5a6b7c8d9e0', null, [1, 6], 110],
    ['of ids that were given by hand', 'msg_1', null, [1, 7], 220],
  ])('counts what a response took once that goes on behind a prompt: %s', async (_, id, requestId, output, input) => {
    const record = (i: number, type: string, message: object) => ({
      ...{
        parentUuid: i === 0 ? null : `u${i - 1}`,
        uuid: `u${i}`,
        sessionId: ONE,
        timestamp: `2026-05-01T10:00:0${i}.000Z`,
        type,
        message,
      },
      ...(type === 'assistant' && requestId !== null ? { requestId } : {}),
    })
    const said = (text: string, tokens: number) => ({
      ...{ id, role: 'assistant', model: 'maple-2', content: [{ type: 'text', text }] },
      usage: { input_tokens: 10, cache_read_input_tokens: 100, output_tokens: tokens },
    })
    const log = [
      record(0, 'user', { role: 'user', content: 'Count the pots' }),
      record(1, 'assistant', said('Two', 1)),
      record(2, 'user', { role: 'user', content: 'And the pans' }),
      record(3, 'assistant', said('pots.', 7)),
    ]
    const { rows } = await readLogs(folderWith({ [`-srv/${ONE}.jsonl`]: jsonl(log) }))
    expect(brief(rows[0]!)).toEqual(['user: Count the pots', 'assistant: Two', 'user: And the pans', 'assistant: pots.'])
    expect(rows[0]!.message_meta.flatMap(({ usage }) => (usage === undefined ? [] : [usage.output_tokens]))).toEqual(output)
    expect(rows[0]!.usage).toMatchObject({
      input_tokens: input,
      output_tokens: output.reduce((sum: number, count) => sum + (count ?? 0), 0),
    })
  })

  it('lists record types nobody has described, by version', async () => {
    const { ledgers } = await readFixture('repeats-and-drift')
    expect(ledgers[`-srv-garden/${ONE}.jsonl`]!.drift).toEqual({
      gardening: { '9.9.9': 1 },
      'system/moonrise': { '2.1.90': 1 },
      'attachment/compost': { '2.1.90': 1 },
      'record without a type': { '2.1.90': 1 },
    })
  })
})
