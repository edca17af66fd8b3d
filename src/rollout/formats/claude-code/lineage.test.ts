import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { copyOf, folderWith, jsonl, readLogs, removeFolders } from '../../testing/read-logs.ts'
import { brief, readFixture, sessionId } from './testing/read-fixture.ts'

const [ONE, TWO, THREE, FOUR] = [sessionId(1), sessionId(2), sessionId(3), sessionId(4)]

afterAll(removeFolders)

describe('parse() of copied sessions', () => {
  it('recognises a fork by the records it shares, and counts them once', async () => {
    const { rows, ledgers } = await readFixture('forks')
    const fork = rows[TWO]!
    expect(fork).toMatchObject({ trace_id: TWO, relation: 'fork', parent_trace_id: ONE, root_session_id: ONE })
    expect(fork.message_meta.map(({ replay }) => replay ?? false)).toEqual([true, true, true, true, true, true, false, false])
    expect(fork.message_meta.filter(({ train }) => train)).toHaveLength(1)
    expect(fork.usage).toMatchObject({ input_tokens: 123, output_tokens: 9 })
    expect(ledgers[`-srv-garden/${TWO}.jsonl`]!.buckets).toMatchObject({ emitted: 2, merged: 1, replay: 10 })
  })

  it('leaves the parent as it is', async () => {
    const { rows } = await readFixture('forks')
    expect(rows[ONE]).toMatchObject({ relation: null, parent_trace_id: null })
    expect(rows[ONE]!.message_meta.some(({ replay }) => replay)).toBe(false)
  })

  it('takes a file that breaks off for a bad copy, also where an editor has ended its last line', async () => {
    const logs = copyOf(join(import.meta.dirname, 'fixtures/forks/logs'))
    for (const end of ['\n', '\n\n  \n']) {
      appendFileSync(join(logs, `-srv-garden/${THREE}.jsonl`), end)
      const { rows } = await readLogs(logs)
      const of = (id: string) => rows.find(({ trace_id }) => trace_id === id)!
      expect(of(ONE)).toMatchObject({ relation: null, parent_trace_id: null })
      expect(of(THREE)).toMatchObject({ relation: 'copy', parent_trace_id: ONE })
    }
  })

  it('calls a file that holds nothing of its own a copy', async () => {
    const { rows } = await readFixture('forks')
    expect(rows[THREE]).toMatchObject({ relation: 'copy', parent_trace_id: ONE })
    expect(rows[THREE]!.message_meta.every(({ train }) => !train)).toBe(true)
  })

  it('names the parent a fork claims, though its file is missing', async () => {
    const { rows } = await readFixture('forks')
    expect(rows[FOUR]).toMatchObject({ relation: 'fork', parent_trace_id: sessionId(9), diagnostics: [{ code: 'parent_not_found' }] })
    expect(rows[FOUR]!.message_meta[1]!.train).toBe(true)
  })

  it('takes neither a caveat written into many sessions nor an id used twice for ancestry', async () => {
    const { rows } = await readFixture('forks')
    for (const n of [5, 6]) expect(rows[sessionId(n)]).toMatchObject({ relation: null, message_count: 3 })
  })

  it('knows a session by its file, whatever the first record says', async () => {
    const { rows } = await readFixture('forks')
    expect(brief(rows[sessionId(7)]!)).toEqual(['user: Carry out the plan', 'assistant: Carried out.'])
    expect(rows[sessionId(7)]!.source_meta['session_ids']).toEqual([sessionId(8), sessionId(7)])
  })

  it('knows a renamed file by the session most of its records name', async () => {
    const { rows } = await readFixture('forks')
    expect(rows[sessionId(8)]!.source_path).toMatch(/renamed\/full\.jsonl$/)
  })

  it('links agents to a file that is not named for its session, and gives a second one of that session an id of its own', async () => {
    const said = (content: string, sessionId: string, agentId?: string) => [
      {
        type: 'user',
        uuid: `${content}-1`,
        parentUuid: null,
        sessionId,
        isSidechain: agentId !== undefined,
        agentId,
        message: { role: 'user', content },
      },
      {
        type: 'assistant',
        uuid: `${content}-2`,
        parentUuid: `${content}-1`,
        sessionId,
        agentId,
        message: { id: content, role: 'assistant', content },
      },
    ]
    const agent = { '-srv-garden/agent-fern.jsonl': jsonl(said('Look at the fern', 's1', 'fern')) }
    const oak = { '-srv-garden/oak.jsonl': jsonl(said('Plant an oak', 's1')) }
    const elm = { '-srv-garden/elm.jsonl': jsonl(said('Plant an elm', 's1')) }
    const ids = async (files: { [path: string]: string }) =>
      (await readLogs(folderWith(files), { format: 'claude_code' })).rows.map(({ trace_id, parent_trace_id }) => [
        trace_id,
        parent_trace_id,
      ])
    expect(await ids({ ...oak, ...agent })).toEqual([
      ['s1', null],
      ['s1:fern', 's1'],
    ])
    const [elmIds, oakIds] = await ids({ ...oak, ...elm })
    expect(elmIds).toEqual(['s1', null])
    expect(oakIds![0]).toMatch(/^s1~[0-9a-f]{8}$/)
  })
})

describe('parse() of a file with several conversations', () => {
  it('cuts where the context was emptied, and puts late records where they belong', async () => {
    const { rows } = await readFixture('clear')
    expect(brief(rows[ONE]!)).toEqual(['user: Draw the fence', 'assistant: Drawn. → toolu_1', 'tool: ok ← toolu_1'])
    expect(brief(rows[`${ONE}#2`]!)).toEqual(['user: Build the fence', 'assistant: Built.'])
    expect(rows[`${ONE}#2`]).toMatchObject({ relation: 'reset', parent_trace_id: ONE, root_session_id: ONE })
    expect(rows[`${ONE}#2`]!.message_meta[0]!.boundary).toBe('clear')
    expect(brief(rows[`${ONE}#3`]!).slice(2)).toEqual([
      'user: Paint the fence',
      'assistant: Painted.',
      'user: And again',
      'assistant: Painted twice.',
    ])
  })

  it('keeps another session’s records in a row of their own', async () => {
    const { rows } = await readFixture('clear')
    expect(brief(rows[`${ONE}#4`]!)).toEqual(['user: Somebody else, in the wrong file', 'assistant: Hello.'])
    expect(rows[`${ONE}#4`]).toMatchObject({ relation: null, parent_trace_id: null })
  })

  it('does not cut a log that has no links', async () => {
    const { rows } = await readFixture('clear')
    expect(rows[THREE]!.message_count).toBe(4)
  })

  it('splits sidechains off, though their records are interleaved, and links them to their calls', async () => {
    const { rows } = await readFixture('agents')
    expect(brief(rows[ONE]!)).toEqual([
      'user: Ask two helpers',
      'assistant:  → toolu_T1 toolu_T2',
      'tool: One rose. ← toolu_T1',
      'tool: No lilies. ← toolu_T2',
      'assistant: A rose and no lilies.',
    ])
    expect(rows[ONE]).toMatchObject({ is_sidechain: false, git_branch: null })
    expect(rows[`${ONE}:sidechain-1`]).toMatchObject({ is_sidechain: true, spawn_tool_call_id: 'toolu_T1', parent_trace_id: ONE })
    expect(rows[`${ONE}:sidechain-2`]).toMatchObject({ is_sidechain: true, spawn_tool_call_id: 'toolu_T2' })
    expect(brief(rows[`${ONE}:sidechain-2`]!)).toEqual(['user: Find the lilies', 'assistant: No lilies.'])
  })
})

describe('parse() of an agent’s own file', () => {
  it('finds the call that spawned it in the session’s results', async () => {
    const { rows } = await readFixture('agents')
    expect(rows[`${TWO}:beef01`]).toMatchObject({ agent_id: 'beef01', spawn_tool_call_id: 'toolu_S', parent_trace_id: TWO })
  })

  it('does not give its records a second time where the session’s file repeats them', async () => {
    const { ledgers } = await readFixture('agents')
    expect(ledgers[`-srv-garden/${TWO}.jsonl`]!.buckets.replay).toBe(1)
  })

  it('links an agent that another agent spawned to that one', async () => {
    const { rows } = await readFixture('agents')
    expect(rows[`${TWO}:cafe02`]).toMatchObject({
      parent_trace_id: `${TWO}:beef01`,
      root_session_id: TWO,
      spawn_tool_call_id: 'toolu_inner',
      source_meta: { agent: { agentType: 'holder' } },
    })
  })

  it('flags an agent that the harness runs for itself, and trains on none of it', async () => {
    const { rows } = await readFixture('agents')
    const compactor = rows[`${TWO}:acompact-01`]!
    expect(compactor.source_meta['internal_agent']).toBe('compact')
    expect(compactor.message_meta.some(({ train }) => train)).toBe(false)
  })

  it('keeps an agent whose session is missing, and says so', async () => {
    const { rows } = await readFixture('agents')
    expect(rows[`${THREE}:0rphan`]).toMatchObject({ parent_trace_id: THREE, diagnostics: [{ code: 'parent_not_found' }] })
  })
})

describe('parse() of a compacted session', () => {
  it('keeps everything as recorded, with the boundary marked', async () => {
    const { rows } = await readFixture('compaction')
    expect(rows[ONE]!.message_count).toBe(8)
    expect(rows[ONE]!.message_meta.map(({ boundary }) => boundary ?? null)[6]).toBe('compaction')
    expect(rows[ONE]!.source_meta['compactions']).toBe(1)
  })

  it('starts at the summary as sent, with what was preserved behind it', async () => {
    const { rows, ledgers } = await readFixture('compaction', { context: 'as_sent' })
    expect(brief(rows[ONE]!)).toEqual([
      'user: This session is being continued from a previous conversation that ran out of context. Seeds were listed.',
      'user: By size',
      'assistant:  → toolu_2',
      'tool: peas ← toolu_2',
      'assistant: Sorted by size.',
    ])
    expect(ledgers[`-srv-garden/${ONE}.jsonl`]!.buckets).toMatchObject({ abandoned: 0, metadata: 4 })
  })

  it('keeps what a compaction at the very end summed up, for no turn was answered without it', async () => {
    const at = (second: number) => ({ timestamp: `2026-03-04T09:00:0${second}.000Z`, sessionId: ONE })
    const log = [
      { ...at(1), type: 'user', uuid: 'u1', parentUuid: null, message: { role: 'user', content: 'List the seeds' } },
      { ...at(2), type: 'assistant', uuid: 'a1', parentUuid: 'u1', message: { id: 'm1', role: 'assistant', content: 'Beans.' } },
      { ...at(3), type: 'system', subtype: 'compact_boundary', uuid: 'c1', parentUuid: null, logicalParentUuid: 'a1' },
      {
        ...at(4),
        type: 'user',
        uuid: 's1',
        parentUuid: 'c1',
        isCompactSummary: true,
        message: { role: 'user', content: 'Seeds were listed.' },
      },
    ]
    const { rows } = await readLogs(folderWith({ [`${ONE}.jsonl`]: jsonl(log) }), { context: 'as_sent' })
    expect(brief(rows[0]!)).toEqual(['user: List the seeds', 'assistant: Beans.', 'user: Seeds were listed.'])
  })

  it('gives what replaced a result, and as sent nothing of a result that left the context', async () => {
    const recorded = (await readFixture('compaction')).rows[TWO]!
    expect(brief(recorded)).toContain('tool: a long book ← toolu_1')
    expect(brief(recorded)).toContain('tool: <persisted-output>shortened</persisted-output> ← toolu_2')
    const sent = (await readFixture('compaction', { context: 'as_sent' })).rows[TWO]!
    expect(brief(sent)).toContain('tool:  ← toolu_1')
  })

  it('keeps the preview of a large output and says where the whole of it lies', async () => {
    const { rows } = await readFixture('compaction')
    const row = rows[TWO]!
    expect(brief(row)).toContain('tool: <persisted-output> ← toolu_3')
    expect(row.message_meta.at(-2)!.extra!['persisted_output']).toMatchObject({
      path: `-srv-garden/${TWO}/tool-results/toolu_3.txt`,
      size: 44,
    })
    expect(row.fidelity.truncated_results).toBe(1)
  })

  it('moves a result of a call nobody made aside', async () => {
    const { rows } = await readFixture('compaction')
    expect(rows[TWO]!.diagnostics).toMatchObject([{ code: 'orphan_result', detail: { tool_call_id: 'toolu_none' } }])
  })

  it('takes the title of a summary of this file only, and knows the summary of old versions by its words', async () => {
    const { rows } = await readFixture('compaction')
    expect(rows[THREE]).toMatchObject({ message_count: 4, source_meta: { title: 'Beans and peas', title_source: 'summary' } })
    expect(rows[THREE]!.message_meta[2]).toMatchObject({ boundary: 'compaction', origin: 'harness' })
  })
})
