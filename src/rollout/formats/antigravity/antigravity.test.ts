import { afterAll, describe, expect, it } from 'vitest'
import { textOf } from '../../conversation/blocks.ts'
import { folderWith, jsonl, readLogs, removeFolders } from '../../testing/read-logs.ts'

afterAll(removeFolders)

const LOGS = 'brain/019c0000-0000-7000-8000-000000000001/.system_generated/logs'
const step = (index: number, source: string, type: string, more: object) => ({ step_index: index, source, type, status: 'DONE', ...more })
const asked = (content: string) => step(0, 'USER_EXPLICIT', 'USER_INPUT', { content })
const answered = (content: string) => step(1, 'MODEL', 'PLANNER_RESPONSE', { content })

describe('a transcript of Antigravity', () => {
  it('is read in full where it is there in full, and once', async () => {
    const root = folderWith({
      [`${LOGS}/transcript.jsonl`]: jsonl([asked('Name it'), { ...answered('He'), truncated_fields: ['content'] }]),
      [`${LOGS}/transcript_full.jsonl`]: jsonl([asked('Name it'), answered('Heron.')]),
    })
    const { rows, skipped } = await readLogs(root)
    expect(rows.map(row => row.final_assistant_message)).toEqual(['Heron.'])
    expect(skipped).toMatchObject([{ path: `${LOGS}/transcript.jsonl`, reason: expect.stringMatching(/^Shortened/) }])
  })

  it.each<[string, string, string[], number[]]>([
    ['a request', '<USER_REQUEST>\nFly\n</USER_REQUEST>', ['<USER_REQUEST>\n', 'Fly', '\n</USER_REQUEST>'], [0, 2]],
    ['a request that was cut', '<USER_REQUEST>\nFl', ['<USER_REQUEST>\n', 'Fl'], [0]],
    ['a request of nothing', '<USER_REQUEST></USER_REQUEST>', ['<USER_REQUEST>', '</USER_REQUEST>'], []],
    ['words alone', 'Fly <USER_REQUEST>', ['Fly <USER_REQUEST>'], []],
  ])('tells what was typed from what the program put around it: %s', async (_, content, blocks, injected) => {
    const { rows } = await readLogs(folderWith({ [`${LOGS}/transcript.jsonl`]: jsonl([asked(content), answered('Flown.')]) }))
    expect(rows[0]!.messages[0]!.content.map(block => textOf([block]))).toEqual(blocks)
    expect(rows[0]!.message_meta[0]!.extra?.['injected_blocks'] ?? []).toEqual(injected)
  })

  it.each<[string, { [name: string]: string }, string]>([
    ['each as JSON', { Path: '"/srv/kite"', Depth: '2.0', All: 'true' }, '{"Path":"/srv/kite","Depth":2.0,"All":true}'],
    ['as they are', { Path: '/srv/kite', Depth: '2' }, '{"Path":"/srv/kite","Depth":"2"}'],
    ['none', {}, '{}'],
  ])('gives the arguments of calls: %s', async (_, args, written) => {
    const call = step(1, 'MODEL', 'PLANNER_RESPONSE', { tool_calls: [{ name: 'list_dir', args }] })
    const { rows } = await readLogs(folderWith({ [`${LOGS}/transcript.jsonl`]: jsonl([asked('Fly'), call]) }))
    expect(rows[0]!.messages[1]!.tool_calls![0]!.function.arguments).toBe(written)
  })
})
