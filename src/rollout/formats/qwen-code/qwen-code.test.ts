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

describe('Qwen Code', () => {
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
