import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../json/json.ts'
import { sniff } from './sniff.ts'
import { brief, sessionId } from './testing/read-fixture.ts'
import { readWritten, Scribe } from './testing/read-written.ts'

const ONE = sessionId(1)
const frame = (fields: JsonObject): JsonObject => ({
  session_id: ONE,
  uuid: String(fields['uuid'] ?? Math.abs(JSON.stringify(fields).length)),
  ...fields,
})
const init = frame({
  type: 'system',
  subtype: 'init',
  cwd: '/srv/garden',
  tools: ['Bash', 'Hoe'],
  model: 'claude-opus-5',
  claude_code_version: '2.1.280',
})
const model = (id: string, content: JsonObject[], parent: string | null = null) =>
  frame({
    type: 'assistant',
    uuid: `u-${id}`,
    parent_tool_use_id: parent,
    message: { id, role: 'assistant', model: 'claude-opus-5', content, usage: { input_tokens: 2, output_tokens: 1 } },
  })
const user = (id: string, content: JsonObject[], parent: string | null = null) =>
  frame({ type: 'user', uuid: `u-${id}`, parent_tool_use_id: parent, message: { role: 'user', content } })
const text = (words: string) => ({ type: 'text', text: words })
const use = (id: string, name = 'Hoe') => ({ type: 'tool_use', id, name, input: {} })
const answer = (id: string) => ({ type: 'tool_result', tool_use_id: id, content: 'ok' })
const result = (fields: JsonObject = {}) =>
  frame({ type: 'result', subtype: 'success', is_error: false, result: 'Dug.', total_cost_usd: 0.02, num_turns: 2, uuid: 'r', ...fields })
const run = [init, model('m1', [use('t1')]), user('a', [answer('t1')]), model('m2', [text('Dug.')])]

describe('the output of a run (stream-json)', () => {
  it.each(['claude-code.txt', 'run.jsonl', 'logs/deep/out.jsonl'])('is read, also under auto: %s', async name => {
    for (const format of ['claude_code', 'auto']) {
      const { rows, ledgers } = await readWritten({ [name]: [...run, result()] }, { format })
      expect(brief(rows[ONE]!)).toEqual(['assistant:  → t1', 'tool: ok ← t1', 'assistant: Dug.'])
      expect(rows[ONE]).toMatchObject({
        cwd: '/srv/garden',
        outcome: { status: 'completed' },
        usage: { input_tokens: 4, output_tokens: 2, cost_usd: 0.02 },
        fidelity: { missing_history: true },
        source_meta: { versions: ['2.1.280'], tool_names: ['Bash', 'Hoe'], result: { num_turns: 2 } },
      })
      expect(ledgers[name]!.drift).toEqual({})
    }
  })

  it.each([
    [result({ subtype: 'error_max_turns' }), 'failed'],
    [result({ subtype: 'error_during_execution', is_error: true }), 'failed'],
    [result(), 'completed'],
  ])('says how it ended: %j', async (end, status) => {
    const { rows } = await readWritten({ 'run.jsonl': [...run, end] })
    expect(rows[ONE]!.outcome.status).toBe(status)
  })

  it('holds its agents, each a row of its own', async () => {
    const records = [
      init,
      model('m1', [use('t1', 'Task')]),
      user('p', [text('Sow')], 't1'),
      model('s1', [use('t2')], 't1'),
      user('b', [answer('t2')], 't1'),
      model('s2', [text('Sown.')], 't1'),
      user('a', [answer('t1')]),
      model('m2', [text('All done.')]),
    ]
    const { rows } = await readWritten({ 'run.jsonl': records })
    expect(rows[ONE]!.message_count).toBe(3)
    expect(rows[`${ONE}:t1`]).toMatchObject({ message_count: 4, relation: 'subagent', parent_trace_id: ONE, spawn_tool_call_id: 't1' })
  })

  it('is known by a frame with or without the run’s beginning', () => {
    const head = (...records: JsonObject[]) => records.map(record => JSON.stringify(record)).join('\n')
    expect(sniff('a.jsonl', head(init))).toBe(true)
    expect(sniff('a.jsonl', head(frame({ type: 'system', subtype: 'hook_started' }), model('m', [text('a')])))).toBe(true)
    expect(sniff('a.jsonl', head({ ...init, qwen_code_version: '1' }))).toBe(false)
    expect(sniff('a.jsonl', head({ type: 'system', subtype: 'init', session_id: 'a' }))).toBe(false)
  })

  it('is passed over where the session’s own log is read', async () => {
    const log = new Scribe(ONE)
    const own = [log.user('Dig'), log.model('Dug.')]
    const { rows, ledgers } = await readWritten({ 'agent/claude-code.txt': run, [`agent/sessions/projects/-app/${ONE}.jsonl`]: own })
    expect(Object.keys(rows)).toEqual([ONE])
    expect(Object.keys(ledgers)).toEqual([`agent/sessions/projects/-app/${ONE}.jsonl`])
  })

  it('leaves events of parts aside', async () => {
    const { ledgers } = await readWritten({ 'run.jsonl': [init, frame({ type: 'stream_event', event: {} }), ...run.slice(1)] })
    expect(ledgers['run.jsonl']!.buckets.noise).toEqual({ stream_event: 1 })
  })
})
