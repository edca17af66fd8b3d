import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../json/json.ts'
import { sessionId } from './testing/read-fixture.ts'
import { readWritten, Scribe } from './testing/read-written.ts'

const ONE = sessionId(1)
const FILE = `-srv-garden/${ONE}.jsonl`
const rowOf = async (records: JsonObject[]) => (await readWritten({ [FILE]: records })).rows[ONE]!
const call = (id: string) => ({ type: 'tool_use', id, name: 'Hoe', input: {} })
const server = (id: string) => ({ type: 'server_tool_use', id, name: 'advisor', input: {} })
const advice = (id: string, content: JsonObject) => ({ type: 'advisor_tool_result', tool_use_id: id, content })
const text = { type: 'text', text: 'Dug.' }

describe('outcome.status', () => {
  it.each<[string, string, (log: Scribe) => JsonObject[]]>([
    ['the model ended its turn', 'completed', log => [log.model('Dug.')]],
    ['a reason was never written', 'completed', log => [log.model('Dug.', { stop_reason: null })]],
    [
      'a server tool answered in the response',
      'completed',
      log => [log.model([server('s1'), advice('s1', { type: 'advisor_result', text: 'a' }), text])],
    ],
    [
      'a server tool failed, and the model went on',
      'completed',
      log => [log.model([server('s1'), advice('s1', { type: 'x_error' }), text])],
    ],
    ['a server tool never answered', 'unknown', log => [log.model([server('s1'), text])]],
    ['a call is open', 'unknown', log => [log.model([text, call('c1')], { stop_reason: 'tool_use' })]],
    [
      'a result has no answer',
      'unknown',
      log => [log.model([call('c1')]), log.user([{ type: 'tool_result', tool_use_id: 'c1', content: 'ok' }])],
    ],
    ['the answer was too long', 'unknown', log => [log.model('Du', { stop_reason: 'max_tokens' })]],
    ['only thoughts were written', 'unknown', log => [log.model([{ type: 'thinking', thinking: 'Hm' }], { stop_reason: null })]],
    ['the provider refused', 'failed', log => [log.model('No', { stop_reason: 'refusal' })]],
    ['a person cut it', 'interrupted', log => [log.model('Du'), log.user('[Request interrupted by user]')]],
    ['the stream was cut', 'interrupted', log => [log.model('Du', {}, { isAbortedMidStream: true })]],
    ['an error stands in place of an answer', 'failed', log => [log.model('API Error', {}, { isApiErrorMessage: true })]],
    ['a prompt has no answer', 'unknown', log => [log.model('Dug.'), log.user('Rake')]],
  ])('where %s: %s', async (_, status, rest) => {
    const log = new Scribe(ONE)
    expect((await rowOf([log.user('Dig'), ...rest(log)])).outcome.status).toBe(status)
  })
})

describe('calls without a result', () => {
  it('are said where the conversation went on, and not at its end', async () => {
    const log = new Scribe(ONE)
    const first = [
      log.user('Dig'),
      log.model([call('c1'), call('c2')]),
      log.user([{ type: 'tool_result', tool_use_id: 'c2', content: 'ok' }]),
    ]
    const gone = await rowOf([...first, log.user('Never mind'), log.model('Hi.')])
    expect(gone.diagnostics).toMatchObject([{ code: 'unanswered_call', at: `${FILE}:2`, detail: { tool_call_id: 'c1', name: 'Hoe' } }])
    const other = new Scribe(ONE)
    expect((await rowOf([other.user('Dig'), other.model([call('c1')])])).diagnostics).toEqual([])
  })

  it('are said of a server tool whose result only the provider can read', async () => {
    const log = new Scribe(ONE)
    const hidden = advice('s1', { type: 'advisor_redacted_result', encrypted_content: 'QUJD' })
    expect((await rowOf([log.user('Dig'), log.model([server('s1'), hidden, text])])).diagnostics).toMatchObject([
      { code: 'redacted_result', detail: { tool_call_id: 's1' } },
    ])
  })
})

describe('usage', () => {
  const zero = { input_tokens: 0, output_tokens: 0, cache_read_input_tokens: 0 }

  it.each([
    ['no counts', null],
    ['zeros', zero],
  ])('of an answer with %s is not known, and said', async (_, usage) => {
    const log = new Scribe(ONE)
    const row = await rowOf([log.user('Dig'), log.model('Dug.', { usage })])
    expect(row.usage).toBeNull()
    expect(row.diagnostics).toMatchObject([{ code: 'uncounted_response', detail: { responses: 1 } }])
  })

  it('of the responses that are counted stays', async () => {
    const log = new Scribe(ONE)
    const row = await rowOf([log.user('Dig'), log.model('Dug.'), log.user('Rake'), log.model('Raked.', { usage: zero })])
    expect(row.usage).toMatchObject({ input_tokens: 10, output_tokens: 5 })
    expect(row.diagnostics).toHaveLength(1)
  })

  it('is known where one record of several has it, and holds the tokens of thoughts', async () => {
    const log = new Scribe(ONE)
    const usage = { input_tokens: 7, output_tokens: 9, output_tokens_details: { thinking_tokens: 4 } }
    const row = await rowOf([
      log.user('Dig'),
      log.model([{ type: 'thinking', thinking: 'Hm' }], { id: 'm', usage: zero }),
      log.model('Dug.', { id: 'm', usage }),
    ])
    expect(row.usage).toMatchObject({ input_tokens: 7, output_tokens: 9, reasoning_tokens: 4 })
    expect(row.diagnostics).toEqual([])
  })

  it.each([
    ['right behind', (log: Scribe) => [log.model('Dug.', { id: 'm' }), log.model('Dug.', { id: 'm' }, { requestId: null })]],
    ['in front', (log: Scribe) => [log.model('Dug.', { id: 'm' }, { requestId: null }), log.model('Dug.', { id: 'm' })]],
    [
      'after another prompt',
      (log: Scribe) => [log.model('Dug.', { id: 'm' }), log.user('Rake'), log.model('Dug.', { id: 'm' }, { requestId: null })],
    ],
  ])('of a response that is recorded again without its request, %s, counts once', async (_, rest) => {
    const log = new Scribe(ONE)
    const row = await rowOf([log.user('Dig'), ...rest(log)])
    expect(row.usage).toMatchObject({ input_tokens: 10, output_tokens: 5 })
    expect(row.message_meta.filter(({ train }) => train)).toHaveLength(1)
    expect(row.message_meta.every(({ boundary }) => boundary === undefined)).toBe(true)
  })

  it('of two responses of two requests with one id counts twice', async () => {
    const log = new Scribe(ONE)
    const again = log.model('Dug.', { id: 'm' }, { requestId: 'req_2' })
    const row = await rowOf([log.user('Dig'), log.model('Dug.', { id: 'm' }), log.user('Rake'), again])
    expect(row.usage).toMatchObject({ input_tokens: 20 })
  })
})
