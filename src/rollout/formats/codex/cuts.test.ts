import { afterAll, describe, expect, it } from 'vitest'
import { textOf } from '../../conversation/blocks.ts'
import type { ReadOptions } from '../../read.ts'
import { calls, codes, fixture, folderWith, jsonl, readAll, removeFolders, rowOf, said, spoken } from './testing/read-fixture.ts'

afterAll(removeFolders)

const record = (type: string, payload: object) => ({ timestamp: '2026-02-01T09:00:00.000Z', type, payload })
const message = (role: string, text: string) => record('response_item', { type: 'message', role, content: [{ type: 'text', text }] })
const event = (type: string) => record('event_msg', { type })

/** The row, and what became of the records, of a thread with these. */
async function threadOf(log: readonly object[], options: Partial<ReadOptions> = {}) {
  const file = 'rollout-2026-02-01T09-00-00-01a07900-0000-7000-8000-00000000000a.jsonl'
  const { rows, units } = await readAll(folderWith({ [file]: jsonl(log) }), options)
  return { row: rows[0]!, unit: units[0]! }
}

describe('cuts', () => {
  it('parse() leaves rolled-back turns off the active path', async () => {
    const { rows, units } = await fixture('rollback-compaction-abort', { trace: true })
    expect(said(rows[0]!).join()).not.toMatch(/wrong|Worse|sadly/)
    expect(units[0]!.fates.flatMap(({ bucket, reason }) => (bucket === 'abandoned' ? [reason] : []))).toEqual(Array(8).fill('rolled back'))
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
    const { row } = await threadOf(log)
    expect(row.message_meta.map(({ boundary }) => boundary ?? null)).toEqual([null, null, 'interruption', null, null, 'interruption'])
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
    const log = [
      message('developer', 'Rules.'),
      message('user', 'Ask.'),
      message('assistant', 'Answer.'),
      record('compacted', { message: 'Summary.' }),
    ]
    const { row, unit } = await threadOf([...log, message('user', 'On.')], { context: 'as_sent', trace: true })
    expect(said(row)).toEqual(['system: Rules.', 'user: Ask.', 'user: Summary.', 'user: On.'])
    expect(unit.fates[2]).toMatchObject({ bucket: 'metadata', reason: 'before the last compaction' })
    const ended = await threadOf(log, { context: 'as_sent' })
    expect(said(ended.row)).toEqual(['system: Rules.', 'user: Ask.', 'assistant: Answer.', 'user: Summary.'])
  })

  it('parse() keeps the history that a compaction at the very end replaced, for no turn followed it', async () => {
    const history = [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'In short.' }] }]
    const log = [
      message('user', 'Ask.'),
      message('assistant', 'Answer.'),
      record('compacted', { message: '', replacement_history: history }),
    ]
    expect(said((await threadOf(log, { context: 'as_sent' })).row)).toEqual(['user: Ask.', 'assistant: Answer.'])
    const sent = await threadOf([...log, message('user', 'On.'), message('assistant', 'Done.')], { context: 'as_sent', trace: true })
    expect(said(sent.row)).toEqual(['user: In short.', 'user: On.', 'assistant: Done.'])
    expect(sent.unit.fates.slice(0, 2).map(({ bucket, reason }) => [bucket, reason])).toEqual([
      ['metadata', 'before the last compaction'],
      ['metadata', 'before the last compaction'],
    ])
  })

  it('parse() tells how the thread ended, not how one of its turns did', async () => {
    const status = async (...more: object[]) => (await threadOf([message('user', 'One?'), ...more])).row.outcome
    const aborted = [message('assistant', 'Well'), event('turn_aborted')]
    expect(await status(...aborted, message('user', '<turn_aborted>Stopped.</turn_aborted>'))).toMatchObject({ status: 'interrupted' })
    expect(await status(...aborted, message('user', 'Two?'), message('assistant', 'Two.'))).toMatchObject({
      status: 'completed',
      detail: { aborted_turns: 1 },
    })
    expect((await status(...aborted, message('user', 'Two?'), message('assistant', 'Two.'), event('task_complete'))).status).toBe(
      'completed',
    )
    expect((await status(event('error'))).status).toBe('failed')
    expect((await status(event('error'), message('assistant', 'Two.'))).status).toBe('completed')
  })

  it('parse() never decodes the histories that a long thread repeats', async () => {
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
