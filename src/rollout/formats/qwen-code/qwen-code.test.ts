import { afterAll, describe, expect, it } from 'vitest'
import { folderWith, jsonl, readLogs, removeFolders } from '../../testing/read-logs.ts'

afterAll(removeFolders)

const record = (id: string, parent: string | null, rest: object) => ({
  uuid: id,
  parentUuid: parent,
  sessionId: 's',
  timestamp: `2026-08-17T12:00:0${id}Z`,
  cwd: '/w',
  version: '0.21.13',
  ...rest,
})
const user = (id: string, parent: string | null, parts: object[], rest: object = {}) =>
  record(id, parent, { type: 'user', message: { role: 'user', parts }, ...rest })

async function metas(second: object) {
  const log = [
    user('1', null, [{ text: 'Dig' }]),
    second,
    record('3', '2', { type: 'assistant', message: { role: 'model', parts: [{ text: 'Dug.' }] } }),
  ]
  return (await readLogs(folderWith({ 's.jsonl': jsonl(log) }), { format: 'qwen_code' })).rows[0]!.message_meta
}

const [OWN, OTHER] = ['019c0000-0000-7000-8000-000000000001', '019c0000-0000-7000-8000-000000000002']

describe('Qwen Code', () => {
  it.each([
    ['named for it', `${OWN}.jsonl`, [OTHER, OTHER, OWN], OWN],
    ['of another name', 'kept.jsonl', [OTHER, OWN, OWN], OWN],
    ['named for one that no record names', `${OWN}.jsonl`, [OTHER, OTHER, OTHER], OWN],
    ['that no record names', 'kept.jsonl', [null, null, null], 'kept'],
  ])('a record of another session does not take a file over: %s', async (_, name, named, id) => {
    const log = [
      user('1', null, [{ text: 'Dig' }]),
      record('2', '1', { type: 'assistant', message: { role: 'model', parts: [{ text: 'Dug.' }] } }),
      user('3', '2', [{ text: 'Thanks' }]),
    ].map((one, i) => ({ ...one, sessionId: named[i] }))
    const { rows } = await readLogs(folderWith({ [`chats/${name}`]: jsonl(log) }), { format: 'qwen_code' })
    expect(rows.map(row => [row.trace_id, row.root_session_id])).toEqual([[id, id]])
  })

  it.each([
    ['mid_turn_user_message', 'human', { kind: 'queued_prompt' }],
    ['notification', 'harness', { harness: 'notification' }],
    ['cron', 'harness', { harness: 'cron' }],
    ['stop_hook_feedback', 'hook', { harness: 'stop_hook_feedback' }],
  ])('knows whose words a user record of a kind holds: %s', async (subtype, origin, extra) => {
    expect((await metas(user('2', '1', [{ text: 'And rake' }], { subtype })))[1]).toMatchObject({ origin, extra })
  })

  it.each(['qwen:user-prompt-submit-context', 'hook_context'])('tells what a hook put behind a prompt apart: %s', async tag => {
    const parts = [{ text: 'And rake' }, { text: `<${tag}>\nIt rains\n</${tag}>` }]
    expect((await metas(user('2', '1', parts)))[1]).toMatchObject({ origin: 'human', extra: { injected_blocks: [1] } })
  })

  it('takes records that share an id for the pieces of one response, and one that is there twice for itself', async () => {
    const thought = record('2', '1', { type: 'assistant', message: { role: 'model', parts: [{ text: 'Where?', thought: true }] } })
    const usageMetadata = { promptTokenCount: 9, candidatesTokenCount: 4 }
    const answer = record('2', '1', {
      type: 'assistant',
      model: 'm',
      usageMetadata,
      message: { role: 'model', parts: [{ text: 'Here.' }] },
    })
    const note = record('n', '2', { type: 'system', subtype: 'ui_telemetry', systemPayload: {} })
    const log = [user('1', null, [{ text: 'Dig' }]), thought, note, answer, answer, user('3', '2', [{ text: 'Thanks' }])]
    const { rows, units } = await readLogs(folderWith({ 's.jsonl': jsonl(log) }), { format: 'qwen_code', branches: 'all' })
    expect(rows.map(({ messages }) => messages.map(({ role }) => role))).toEqual([['user', 'assistant', 'user']])
    expect(rows[0]!.messages[1]).toMatchObject({ content: [{ text: 'Here.' }], reasoning_content: 'Where?' })
    expect(rows[0]!.message_meta[1]).toMatchObject({ records: [2, 4], model: 'm', usage: { input_tokens: 9, output_tokens: 4 } })
    expect(rows[0]!.usage).toMatchObject({ input_tokens: 9, output_tokens: 4 })
    expect(units[0]!.ledger.buckets).toMatchObject({ emitted: 3, merged: 2, metadata: 1, abandoned: 0 })
  })

  it('takes the title of the path that counts', async () => {
    const titled = (id: string, parent: string, customTitle: string) =>
      record(id, parent, { type: 'system', subtype: 'custom_title', systemPayload: { customTitle } })
    const log = [
      user('1', null, [{ text: 'Dig' }]),
      titled('2', '1', 'Holes'),
      titled('3', '2', 'Deep holes'),
      titled('4', '1', 'Beds'),
      user('5', '4', [{ text: 'Rake' }]),
    ]
    const { rows } = await readLogs(folderWith({ 's.jsonl': jsonl(log) }), { format: 'qwen_code' })
    expect(rows[0]!.source_meta).toMatchObject({ title: 'Beds' })
  })
})
