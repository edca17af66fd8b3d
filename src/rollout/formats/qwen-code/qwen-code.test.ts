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
})
