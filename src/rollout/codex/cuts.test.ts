import { afterAll, describe, expect, it } from 'vitest'
import { textOf } from '../blocks.ts'
import { calls, codes, fixture, folderWith, jsonl, readAll, removeFolders, rowOf, said, spoken } from './testing/read-fixture.ts'

afterAll(removeFolders)

describe('cuts', () => {
  it('parse() leaves rolled-back turns off the active path', async () => {
    const { rows, units } = await fixture('rollback-compaction-abort')
    expect(said(rows[0]!).join()).not.toMatch(/wrong|Worse|sadly/)
    expect(units[0]!.ledger.buckets.abandoned).toBe(8)
    expect(rows[0]!.message_meta.find(({ boundary }) => boundary === 'abandoned')).toMatchObject({ record: 16, origin: 'human' })
  })

  it('parse() makes them rows of their own with all branches', async () => {
    const { rows, units } = await fixture('rollback-compaction-abort', { branches: 'all' })
    expect(rows.map(({ relation }) => relation)).toEqual([null, 'branch'])
    expect(rows[1]).toMatchObject({ trace_id: `${rows[0]!.trace_id}#branch-1`, parent_trace_id: rows[0]!.trace_id })
    expect(rows[1]!.messages.flatMap(({ role, content }) => (role === 'user' ? [textOf(content)] : []))).toEqual([
      'First, the frame.',
      'Now the wrong sail.',
      'Worse still.',
    ])
    expect(rows[1]!.message_meta.filter(({ origin }) => origin === 'model').map(({ train }) => train)).toEqual([false, true, true, true])
    expect(units[0]!.ledger.buckets.abandoned).toBe(0)
  })

  it('parse() keeps the thoughts of an interrupted turn, and marks what follows', async () => {
    const found = await rowOf('rollback-compaction-abort', 'a1')
    const at = found.messages.findIndex(({ reasoning_content }) => reasoning_content === '**Thread for the sail**')
    expect(found.messages[at]).toMatchObject({ role: 'assistant', content: [] })
    expect(found.message_meta[at]!.train).toBe(false)
    expect(found.message_meta[at + 1]).toMatchObject({ boundary: 'interruption', origin: 'harness' })
  })

  it('parse() marks an interruption once, whether the model or the log was told first', async () => {
    const record = (type: string, payload: object) => ({ timestamp: '2026-06-01T09:00:00.000Z', type, payload })
    const message = (role: string, text: string) => record('response_item', { type: 'message', role, content: [{ type: 'text', text }] })
    const told = message('user', '<turn_aborted>\nStopped.\n</turn_aborted>')
    const reported = record('event_msg', { type: 'turn_aborted', reason: 'interrupted' })
    const log = [
      message('user', 'Ask.'),
      message('assistant', 'Well'),
      told,
      reported,
      message('user', 'Stop.'),
      message('assistant', 'Yes?'),
      reported,
      told,
    ]
    const file = 'rollout-2026-06-01T09-00-00-01a07900-0000-7000-8000-00000000000d.jsonl'
    const { rows } = await readAll(folderWith({ [file]: jsonl(log) }))
    expect(rows[0]!.message_meta.map(({ boundary }) => boundary ?? null)).toEqual([null, null, 'interruption', null, null, 'interruption'])
  })

  it('parse() marks a compaction and keeps what came before it', async () => {
    const found = await rowOf('rollback-compaction-abort', 'a1')
    const at = found.message_meta.findIndex(({ boundary }) => boundary === 'compaction')
    expect(textOf(found.messages[at]!.content)).toBe('So far: a frame, no sail.')
    expect(found.message_meta[at]!.origin).toBe('harness')
    expect(spoken(found)[0]).toBe('First, the frame.')
  })

  it('parse() starts at the history that replaced the rest in context as_sent', async () => {
    const found = await rowOf('rollback-compaction-abort', 'a1', { context: 'as_sent' })
    expect(said(found)).toEqual([
      'system: You mend kites.',
      'system: <permissions instructions>Read only.</permissions instructions>',
      'user: First, the frame.',
      'assistant: ',
      'tool: noted',
      'user: Carry on.',
      'assistant: ',
      'tool: Exit code: 0\nOutput:\nsewn',
      'assistant: The right sail is sewn.',
    ])
    expect(found.message_meta[1]!.boundary).toBe('compaction')
    expect(calls(found)[0]!.function.arguments).toBe('{"b":1.0,"a":[2]}')
    expect(codes(found)).toEqual(['encrypted_compaction'])
  })

  it('parse() keeps requests and summary in context as_sent where no history replaced them', async () => {
    const record = (type: string, payload: object) => ({ timestamp: '2026-02-01T09:00:00.000Z', type, payload })
    const message = (role: string, text: string) => record('response_item', { type: 'message', role, content: [{ type: 'text', text }] })
    const file = 'rollout-2026-02-01T09-00-00-01a07900-0000-7000-8000-00000000000a.jsonl'
    const log = [
      message('developer', 'Rules.'),
      message('user', 'Ask.'),
      message('assistant', 'Answer.'),
      record('compacted', { message: 'Summary.' }),
    ]
    const { rows } = await readAll(folderWith({ [file]: jsonl([...log, message('user', 'On.')]) }), { context: 'as_sent' })
    expect(said(rows[0]!)).toEqual(['system: Rules.', 'user: Ask.', 'user: Summary.', 'user: On.'])
  })

  it('parse() never decodes the histories that a long thread repeats', async () => {
    const record = (type: string, payload: object) => ({ timestamp: '2026-02-01T09:00:00.000Z', type, payload })
    const message = (role: string, text: string) => record('response_item', { type: 'message', role, content: [{ type: 'text', text }] })
    const bulk = JSON.stringify(
      record('compacted', {
        message: 'In "short".',
        replacement_history: [{ type: 'message', role: 'user', content: 'x'.repeat(70_000) }],
      }),
    )
    // Not JSON: only a reader that does not decode it takes no offence.
    const broken = `${bulk.slice(0, -40)}!`
    const file = 'rollout-2026-02-01T09-00-00-01a07900-0000-7000-8000-00000000000b.jsonl'
    const content = `${JSON.stringify(message('user', 'Ask.'))}\n${broken}\n${JSON.stringify(message('assistant', 'Answer.'))}\n`
    const { rows, units } = await readAll(folderWith({ [file]: content }))
    expect(said(rows[0]!)).toEqual(['user: Ask.', 'user: In "short".', 'assistant: Answer.'])
    expect(rows[0]!.message_meta[1]).toMatchObject({ record: 2, boundary: 'compaction' })
    expect(units[0]!.ledger.buckets).toMatchObject({ emitted: 3, unparsed: {} })
  })
})
