import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { textOf } from '../../conversation/blocks.ts'
import type { RolloutRow } from '../../conversation/row.ts'
import { calls, codes, FIXTURES, fixture, folderWith, jsonl, readAll, removeFolders, rowOf, said, spoken } from './testing/read-fixture.ts'

afterAll(removeFolders)

describe('generations', () => {
  it('parse() reads the single JSON document, its instructions as a system message', async () => {
    const found = await rowOf('document-2025-04', '00aa')
    expect(said(found)[0]).toBe('system: Answer in one sentence.')
    expect(found.final_assistant_message).toBe('Two kites.')
    expect(calls(found)[0]).toEqual({
      id: 'call_shed',
      type: 'function',
      function: { name: 'shell', arguments: '{"command":["ls","shed"]}' },
    })
    expect(found.fidelity).toMatchObject({ reasoning: 'redacted', redacted_reasoning: 1 })
  })

  it('parse() keeps the items of a document before the tear', async () => {
    const found = await rowOf('document-2025-04', '00bb')
    expect(said(found)).toEqual(['user: Name a knot.', 'assistant: Bowline.'])
    expect(codes(found)).toEqual(['torn_tail'])
  })

  it('parse() reads the bare generation: calls and outputs paired, state dropped with a reason, one bad line', async () => {
    const { rows, units } = await fixture('bare-2025-07')
    const [found] = rows as [RolloutRow]
    expect(found.messages.map(({ role }) => role)).toEqual(['user', 'user', 'assistant', 'tool', 'assistant'])
    expect(calls(found)[0]!.function).toEqual({
      name: 'local_shell',
      arguments: '{"type":"exec","command":["ls"],"timeout_ms":null,"working_directory":null,"env":null,"user":null}',
    })
    expect(found).toMatchObject({ cwd: '/srv/kite', git_branch: 'feature/tail' })
    expect(units[0]!.ledger.buckets).toMatchObject({ noise: { 'state of the client': 2 }, unparsed: { 'torn record': 1 } })
  })

  it('parse() reads events of the just-every fork as messages, for it has no items', async () => {
    const { rows } = await fixture('just-every-code')
    expect(said(rows[0]!)).toEqual(['user: Any wind?', 'assistant: A little.'])
    expect(rows[0]!.messages[1]!.reasoning_content).toBe('**Licking a finger**')
  })

  it('parse() reads a compressed archive like its plain original', async () => {
    const path = 'sessions/2026/06/10/rollout-2026-06-10T11-00-00-01a07400-0000-7000-8000-0000000000b1.jsonl'
    const plain = readFileSync(join(FIXTURES, 'provider-tools/logs', path))
    const archived = folderWith({ [`archived_${path}.zst`]: zstdCompressSync(plain) })
    const [original] = (await fixture('provider-tools')).rows
    const { rows, units } = await readAll(archived)
    const placeless = (row: RolloutRow) => ({ ...row, source_path: '', diagnostics: codes(row) })
    expect(placeless(rows[0]!)).toEqual(placeless(original!))
    expect(units[0]!.ledger.bytes).toBe(plain.length)
  })

  it('discover() takes the plain file where both exist', async () => {
    const path = 'sessions/2025/07/21/rollout-2025-07-21T08-00-00-2f9d1c30-5a11-4c6e-9d0e-0000000000b1.jsonl'
    const plain = readFileSync(join(FIXTURES, 'bare-2025-07/logs', path))
    const { rows, skipped } = await readAll(folderWith({ [path]: plain, [`${path}.zst`]: zstdCompressSync(plain) }))
    expect(rows).toHaveLength(1)
    expect(skipped).toMatchObject([{ path: `${path}.zst`, reason: `Compressed copy of ${path}` }])
  })
})

describe('files', () => {
  it('discover() passes over what is no session, with the reason', async () => {
    const { skipped } = await fixture('copies-and-names')
    expect(skipped).toMatchObject([
      { path: 'session_index.jsonl', reason: 'Titles of sessions, not a session' },
      { path: 'sessions/history.jsonl', reason: 'Prompts as they were typed, not a session' },
      { path: 'sessions/export/shopping.jsonl', reason: 'Not a Codex session, by its name and its first records' },
    ])
  })

  it('parse() gives one row for a thread that lies in several files, and reads titles from the index', async () => {
    const { rows, units } = await fixture('copies-and-names')
    const c1 = '01a07500-0000-7000-8000-0000000000c1'
    const c2 = '01a07500-0000-7000-8000-0000000000c2'
    expect(rows.map(({ trace_id, relation, parent_trace_id }) => [trace_id, relation, parent_trace_id])).toEqual([
      [c1, null, null],
      [`${c1}_rev2`, 'copy', c1],
      [c2, null, null],
    ])
    expect(rows[0]!.source_meta['title']).toBe('Who made the kite')
    expect(units.flatMap(({ ledger }) => (ledger.rows.length === 0 ? [ledger.buckets.replay] : []))).toEqual([2, 2])
  })

  it('parse() counts and trains a copied thread once, wherever the copies lie', async () => {
    const path = 'sessions/2025/09/22/rollout-2025-09-22T09-00-00-0199aa00-0000-7000-8000-0000000000c1.jsonl'
    const thread = readFileSync(join(FIXTURES, 'wrapped-2025-09/logs', path))
    const { rows, units } = await readAll(folderWith({ [`one/${path}`]: thread, [`two/${path}`]: thread }))
    expect(rows.map(({ trace_id }) => trace_id)).toEqual(['0199aa00-0000-7000-8000-0000000000c1'])
    expect(units[1]!.outcomes).toEqual([{ reject: { at: `two/${path}`, reason: `The same session as in one/${path}`, skipped: true } }])
    const { emitted, merged } = units[0]!.ledger.buckets
    expect(units[1]!.ledger.buckets).toMatchObject({ emitted: 0, merged: 0, replay: emitted + merged })
  })

  it('parse() marks in a rewritten thread what stands in the thread it was made from', async () => {
    const path = (revision: string) => `sessions/rollout-2026-08-02T11-00-00-01a07500-0000-7000-8000-0000000000c3${revision}.jsonl`
    const message = (role: string, text: string) => ({
      type: 'response_item',
      payload: { type: 'message', role, content: [{ type: 'text', text }] },
    })
    const thread = [
      { type: 'session_meta', payload: { id: '01a07500-0000-7000-8000-0000000000c3' } },
      message('user', 'Who?'),
      message('assistant', 'I.'),
    ]
    const { rows, units } = await readAll(
      folderWith({
        [path('')]: jsonl([...thread, message('user', 'Who else?'), message('assistant', 'None.')]),
        [path('_r2')]: jsonl([...thread, message('user', 'And who?'), message('assistant', 'You.')]),
        [path('_r3')]: jsonl(thread),
      }),
    )
    expect(rows).toHaveLength(2)
    expect(rows[1]!.message_meta.map(({ replay, train }) => [replay ?? false, train])).toEqual([
      [true, false],
      [true, false],
      [false, false],
      [false, true],
    ])
    expect(units[1]!.ledger.buckets).toMatchObject({ emitted: 2, replay: 2 })
    expect(units[2]!.outcomes).toEqual([{ reject: { at: path('_r3'), reason: `The same session as in ${path('')}` } }])
  })

  it('parse() says what a file of another kind is', async () => {
    const { units } = await readAll(folderWith({ 'notes.jsonl': jsonl([{ item: 'linen' }, { item: 'glue' }]) }))
    expect(units[0]!.outcomes).toEqual([{ reject: { at: 'notes.jsonl', reason: 'Holds no conversation', skipped: true } }])
  })

  it('parse() makes no row of a thread in which nothing was said', async () => {
    const file = 'rollout-2026-02-01T09-00-00-01a07900-0000-7000-8000-00000000000c.jsonl'
    const meta = {
      type: 'session_meta',
      payload: { id: '01a07900-0000-7000-8000-00000000000c', base_instructions: { text: 'You mend kites.' } },
    }
    const { rows, units } = await readAll(folderWith({ [file]: jsonl([meta]) }))
    expect(rows).toEqual([])
    expect(units[0]!.ledger.buckets).toMatchObject({ emitted: 0, metadata: 1 })
  })
})

describe('damage', () => {
  it('parse() recovers whole records, and names the rest by place and reason', async () => {
    const { rows, units } = await fixture('damage')
    expect(spoken(rows[0]!).slice(-3)).toEqual(['After the storm.', 'After the storm.', 'Still flying.'])
    expect(spoken(rows[0]!)[0]).toBe('Hold the\u2028line.')
    expect(units[0]!.ledger.buckets.unparsed).toEqual({ 'NUL bytes': 1, 'not a JSON object': 1, 'torn record': 1, 'torn tail': 1 })
    expect(codes(rows[0]!)).toContain('torn_tail')
  })

  it('parse() keeps calls that share an id apart, and results without a call out of the dialogue', async () => {
    const found = await rowOf('damage', 'd1')
    expect(
      found.messages.filter(({ role }) => role === 'tool').map(({ tool_call_id, content }) => [tool_call_id, textOf(content)]),
    ).toEqual([
      ['call_dup', 'first'],
      ['call_dup~2', 'second'],
    ])
    expect(codes(found).filter(code => /call|result/.test(code))).toEqual([
      'duplicate_call_id',
      'call_without_id',
      'second_result',
      'results_not_recorded',
      'orphan_result',
      'orphan_result',
    ])
  })

  it('parse() lists record types nobody has described under the version that wrote them', async () => {
    const { units } = await fixture('damage')
    expect(units[0]!.ledger.drift).toEqual({
      'response_item/message of role user': { '0.120.0': 1 },
      'response_item/hologram': { '0.120.0': 1 },
      'event_msg/confetti': { '0.120.0': 1 },
      weather: { '0.120.0': 1 },
    })
  })

  it('parse() keeps what is nested too deep in a record as its text', async () => {
    const deep = `${'['.repeat(60_000)}${']'.repeat(60_000)}`
    const call = `{"type":"response_item","payload":{"type":"function_call","name":"f","call_id":"c","arguments":{"a":${deep}}}}`
    const answer = {
      type: 'response_item',
      payload: { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Still here.' }] },
    }
    const { rows, units } = await readAll(folderWith({ 'rollout-deep.jsonl': `${call}\n${jsonl([answer])}` }))
    expect(said(rows[0]!)).toEqual(['assistant: Still here.'])
    expect(units[0]!.ledger.buckets.unparsed).toEqual({})
    expect(rows[0]!.diagnostics).toContainEqual({
      code: 'nested_too_deep',
      at: null,
      detail: { places: ['rollout-deep.jsonl:1'], kept: 'as JSON text' },
    })
  })

  it('parse() takes the id in the file name where the own session_meta was lost', async () => {
    const path = 'sessions/2026/07/01/rollout-2026-07-01T12-00-00-01a07200-0000-7000-8000-0000000000f2.jsonl'
    const lines = readFileSync(join(FIXTURES, 'replayed-parent/logs', path), 'utf8').split('\n')
    const torn = [lines[0]!.slice(0, 50), ...lines.slice(1)].join('\n')
    const { rows } = await readAll(folderWith({ [path]: torn }))
    expect(rows[0]!.trace_id).toBe('01a07200-0000-7000-8000-0000000000f2')
    expect(codes(rows[0]!)).toContain('identity_from_file_name')
  })

  it('parse() gives the same rows in a copied folder', async () => {
    const folder = folderWith({})
    cpSync(join(FIXTURES, 'replayed-parent/logs'), folder, { recursive: true })
    const ids = (rows: RolloutRow[]) => rows.map(({ trace_id, spawn_tool_call_id }) => [trace_id, spawn_tool_call_id])
    expect(ids((await readAll(folder)).rows)).toEqual(ids((await fixture('replayed-parent')).rows))
  })
})
