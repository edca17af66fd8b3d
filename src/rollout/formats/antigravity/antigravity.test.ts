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

  it('gives numbers in the arguments of calls as they are written', async () => {
    const call = JSON.stringify(
      step(1, 'MODEL', 'PLANNER_RESPONSE', { tool_calls: [{ name: 'list_dir', args: { Depth: 0, Path: 'kite' } }] }),
    )
    const log = jsonl([asked('Fly')]) + call.replace('"Depth":0', '"Depth":1e5')
    const { rows } = await readLogs(folderWith({ [`${LOGS}/transcript.jsonl`]: log }))
    expect(rows[0]!.messages[1]!.tool_calls![0]!.function.arguments).toBe('{"Depth":1e5,"Path":"kite"}')
  })

  const calling = (...names: string[]) => step(1, 'MODEL', 'PLANNER_RESPONSE', { tool_calls: names.map(name => ({ name, args: {} })) })
  const result = (index: number, source: string, type: string, content: string) => step(index, source, type, { content })
  const failed = (index: number, content: string) => result(index, 'SYSTEM', 'ERROR_MESSAGE', content)

  it.each<[string, object[], [string | undefined, string, boolean | undefined][]]>([
    [
      'in another order',
      [calling('view_file', 'run_command'), result(2, 'MODEL', 'RUN_COMMAND', 'flown'), result(3, 'MODEL', 'VIEW_FILE', 'a kite')],
      [
        ['step-1-1', 'a kite', undefined],
        ['step-1-2', 'flown', undefined],
      ],
    ],
    [
      'under the name of what they do',
      [
        calling('list_dir', 'replace_file_content'),
        result(2, 'MODEL', 'CODE_ACTION', 'mended'),
        result(3, 'MODEL', 'LIST_DIRECTORY', 'kites'),
      ],
      [
        ['step-1-1', 'kites', undefined],
        ['step-1-2', 'mended', undefined],
      ],
    ],
    [
      'of types that say nothing',
      [calling('fly', 'land'), result(2, 'MODEL', 'GENERIC', 'up'), result(3, 'MODEL', 'GENERIC', 'down')],
      [
        ['step-1-1', 'up', undefined],
        ['step-1-2', 'down', undefined],
      ],
    ],
    ['as an error of the program', [calling('fly'), failed(2, 'No wind.')], [['step-1', 'No wind.', true]]],
    [
      'as an error behind others',
      [calling('view_file', 'fly'), result(2, 'MODEL', 'VIEW_FILE', 'a kite'), failed(3, 'No wind.')],
      [
        ['step-1-1', 'a kite', undefined],
        ['step-1-2', 'No wind.', true],
      ],
    ],
  ])('pairs results with calls: %s', async (_, steps, expected) => {
    const { rows } = await readLogs(folderWith({ [`${LOGS}/transcript.jsonl`]: jsonl([asked('Fly'), ...steps]) }))
    const { messages, message_meta } = rows[0]!
    const told = messages.flatMap(({ role, tool_call_id, content }, i) =>
      role === 'tool' ? [[tool_call_id, textOf(content), message_meta[i]!.is_error]] : [],
    )
    expect(told).toEqual(expected)
    expect(rows[0]!.diagnostics).toEqual([])
    expect(rows[0]!.outcome.status).toBe('unknown')
  })

  it('has failed where an error answers no call', async () => {
    const { rows } = await readLogs(
      folderWith({
        [`${LOGS}/transcript.jsonl`]: jsonl([asked('Fly'), calling('fly'), result(2, 'MODEL', 'GENERIC', 'up'), failed(3, 'Overloaded.')]),
      }),
    )
    expect(rows[0]!.outcome).toMatchObject({ status: 'failed' })
  })

  it.each<[string, object[], string[], string[]]>([
    [
      'a step that is done later',
      [asked('Fly'), { ...answered('Fl'), status: 'RUNNING' }, result(2, 'MODEL', 'GENERIC', 'x'), answered('Flown.')],
      ['Fly', 'Flown.'],
      [],
    ],
    [
      'another prompt in its place',
      [asked('Fly'), answered('Flown.'), { ...asked('Sail'), created_at: '2026-03-01T11:00:00Z' }],
      ['Sail'],
      ['Fly', 'Flown.'],
    ],
    [
      'another answer, and no more of what followed',
      [asked('Fly'), { ...answered('No.'), created_at: '1' }, result(2, 'SYSTEM', 'NOTE', 'x'), { ...answered('Yes.'), created_at: '2' }],
      ['Fly', 'Yes.'],
      ['Fly', 'No.', 'x'],
    ],
  ])('goes on from before a number that is taken again: %s', async (_, steps, told, left) => {
    const root = folderWith({ [`${LOGS}/transcript.jsonl`]: jsonl(steps) })
    const words = (row: { messages: { role: string; content: never[] }[] }) =>
      row.messages.flatMap(({ role, content }) => (role === 'tool' ? [] : [textOf(content)]))
    const [row, branch] = (await readLogs(root, { branches: 'all' })).rows
    expect(words(row as never)).toEqual(told)
    expect(branch === undefined ? [] : words(branch as never)).toEqual(left)
    expect((await readLogs(root)).rows).toHaveLength(1)
  })

  it.each<[string, string, { [path: string]: string }]>([
    ['of the prompts', '/srv/kite', { 'history.jsonl': '{"conversationId":"ID","workspace":"/srv/kite"}\n' }],
    ['torn', '/srv/kite', { 'history.jsonl': '{"conversationId":"ID","workspace":"/srv/kite"}\n{"conversationId":"ID","wor' }],
    ['of the last ones', '/srv/reel', { 'cache/last_conversations.json': '{"/srv/reel":"ID"}' }],
    ['of something else', 'none', { 'history.jsonl': '[7]\nnull\n{"workspace":7}', 'cache/last_conversations.json': '["ID"]' }],
  ])('has its folder from a list %s', async (_, cwd, lists) => {
    const files = Object.fromEntries(
      Object.entries(lists).map(([path, text]) => [path, text.replaceAll('ID', '019c0000-0000-7000-8000-000000000001')]),
    )
    const { rows } = await readLogs(folderWith({ [`${LOGS}/transcript.jsonl`]: jsonl([asked('Fly'), answered('Flown.')]), ...files }))
    expect(rows[0]!.cwd ?? 'none').toBe(cwd)
  })

  it('is linked to the call that spawned it, also where the folder of conversations is asked for, and never to itself', async () => {
    const [parent, child] = ['019c0000-0000-7000-8000-000000000001', '019c0000-0000-7000-8000-000000000002']
    const path = (id: string) => `${id}/.system_generated/logs/transcript.jsonl`
    const root = folderWith({
      [path(parent)]: jsonl([
        asked('Fly'),
        calling('invoke_subagent'),
        result(2, 'MODEL', 'INVOKE_SUBAGENT', `Started ${child} from ${parent}, and 019c0000-0000-7000-8000-000000000009 elsewhere`),
      ]),
      [path(child)]: jsonl([asked('Hold the line'), answered('Held.')]),
    })
    const { rows } = await readLogs(root)
    expect(rows.map(row => [row.trace_id, row.relation, row.parent_trace_id, row.spawn_tool_call_id])).toEqual([
      [parent, null, null, null],
      [child, 'subagent', parent, 'step-1'],
    ])
  })
})
