import { afterAll, describe, expect, it } from 'vitest'
import { brokenInvariants } from '../../conversation/invariants.ts'
import { calls, codes, folderWith, jsonl, readAll, removeFolders, said } from './testing/read-fixture.ts'
import { answered, asked, FILE, rollout, THREAD } from './testing/thread.ts'

afterAll(removeFolders)

const started = { type: 'thread.started', thread_id: THREAD }
const item = (event: 'started' | 'completed', id: string, type: string, more: object = {}) => ({
  type: `item.${event}`,
  item: { id, type, ...more },
})
const ls = { command: 'ls', aggregated_output: '', status: 'in_progress' }
const turn = (
  events: readonly object[],
  end: object = { type: 'turn.completed', usage: { input_tokens: 40, cached_input_tokens: 8, output_tokens: 6 } },
) => [{ type: 'turn.started' }, ...events, end]

async function read(records: readonly object[], name = 'codex.txt', format: 'auto' | 'codex' = 'auto') {
  const { rows, units, skipped } = await readAll(folderWith({ [name]: jsonl(records) }), { format })
  for (const row of rows) expect(brokenInvariants(row)).toEqual([])
  return { row: rows[0]!, rows, ledger: units[0]!.ledger, skipped }
}

describe('a saved stream of `codex exec --json`', () => {
  it.each([
    ['codex.txt', 'auto'],
    ['out.jsonl', 'auto'],
    ['out.jsonl', 'codex'],
  ] as const)('is read as %s under %s', async (name, format) => {
    const { row } = await read(
      [
        started,
        ...turn([
          item('completed', 'item_0', 'reasoning', { text: 'Look first' }),
          item('started', 'item_1', 'command_execution', ls),
          item('completed', 'item_1', 'command_execution', { ...ls, aggregated_output: 'a\nb\n', exit_code: 0, status: 'completed' }),
          item('completed', 'item_2', 'agent_message', { text: 'Two files.' }),
        ]),
      ],
      name,
      format,
    )
    expect(row.trace_id).toBe(THREAD)
    expect(said(row)).toEqual(['assistant: ', 'tool: a\nb\n', 'assistant: Two files.'])
    expect(row.messages[0]!.reasoning_content).toBe('Look first')
    expect(calls(row)).toEqual([{ id: 'item_1', type: 'function', function: { name: 'command_execution', arguments: '{"command":"ls"}' } }])
    expect(row.message_meta.map(({ train }) => train)).toEqual([false, false, true])
    expect(row.usage).toMatchObject({ input_tokens: 40, cached_input_tokens: 8, output_tokens: 6 })
    expect(row.outcome).toMatchObject({ status: 'completed', detail: { exit_codes: { 0: 1 } } })
    expect(codes(row)).toEqual(['prompt_not_recorded'])
  })

  it('keeps commands that ran side by side in one response, and what failed failed', async () => {
    const { row } = await read([
      started,
      ...turn([
        item('started', 'a', 'command_execution', ls),
        item('started', 'b', 'mcp_tool_call', { server: 'shot', tool: 'take', arguments: { u: 1 }, status: 'in_progress' }),
        item('completed', 'a', 'command_execution', { ...ls, aggregated_output: 'no', exit_code: 2, status: 'failed' }),
        item('completed', 'b', 'mcp_tool_call', {
          server: 'shot',
          tool: 'take',
          arguments: { u: 1 },
          status: 'failed',
          error: { message: 'no camera' },
        }),
        item('completed', 'c', 'file_change', { changes: [{ path: 'x.ts', kind: 'add' }], status: 'completed' }),
        item('completed', 'd', 'agent_message', { text: 'Neither.' }),
      ]),
    ])
    expect(row.messages.map(({ tool_calls }) => tool_calls?.map(call => call.function.name) ?? [])).toEqual([
      ['command_execution', 'mcp__shot__take'],
      [],
      [],
      ['file_change'],
      [],
      [],
    ])
    expect(row.message_meta.map(({ is_error }) => is_error)).toEqual([undefined, true, true, undefined, false, undefined])
  })

  it('says how it broke off', async () => {
    const failed = await read([
      started,
      ...turn([item('started', 'a', 'command_execution', ls)], { type: 'turn.failed', error: { message: 'no more' } }),
    ])
    expect(failed.row.outcome).toMatchObject({ status: 'failed', detail: { errors: ['no more'] } })
    const cut = await read([started, { type: 'turn.started' }, item('completed', 'a', 'agent_message', { text: 'Half' })])
    expect(cut.row.outcome.status).toBe('unknown')
  })

  it('counts the tokens of a stream that goes on once: its counts are totals', async () => {
    const again = { type: 'turn.completed', usage: { input_tokens: 90, cached_input_tokens: 8, output_tokens: 11 } }
    const { row } = await read([
      started,
      ...turn([item('completed', 'item_0', 'agent_message', { text: 'One.' })]),
      started,
      ...turn([item('completed', 'item_0', 'agent_message', { text: 'Two.' })], again),
    ])
    expect(row.usage).toMatchObject({ input_tokens: 90, output_tokens: 11 })
  })

  it('keeps what is said beside the dialogue', async () => {
    const { row, ledger } = await read([
      started,
      ...turn([
        item('started', 'p', 'todo_list', { items: [{ text: 'Look', completed: false }] }),
        item('completed', 'e', 'error', { message: 'slow' }),
        item('completed', 'p', 'todo_list', { items: [{ text: 'Look', completed: true }] }),
        item('completed', 'm', 'agent_message', { text: 'Looked.' }),
        item('completed', 'n', 'somethingNew', { value: 1 }),
      ]),
    ])
    expect(row.source_meta).toMatchObject({ stream: true, todo: [{ text: 'Look', completed: true }], warnings: ['slow'] })
    expect(ledger.buckets.unparsed).toEqual({})
    expect(Object.keys(ledger.drift)).toEqual(['item.completed/somethingNew'])
  })

  it('gives no second row of a thread whose rollout is there', async () => {
    const folder = folderWith({
      [FILE]: rollout([asked('Look'), answered('Looked.')]),
      'codex.txt': jsonl([started, ...turn([item('completed', 'm', 'agent_message', { text: 'Looked.' })])]),
    })
    const { rows, skipped } = await readAll(folder, { format: 'auto' })
    expect(rows).toHaveLength(1)
    expect(skipped).toMatchObject([{ path: 'codex.txt' }])
  })
})
