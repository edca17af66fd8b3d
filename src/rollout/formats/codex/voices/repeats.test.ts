import { afterAll, describe, expect, it } from 'vitest'
import { calls, codes, folderWith, jsonl, readAll, removeFolders, said, spoken } from '../testing/read-fixture.ts'
import { answered, asked, done, FILE, item, rollout, THREAD } from '../testing/thread.ts'

afterAll(removeFolders)

const call = item('function_call', { id: 'fc_1', call_id: 'c1', name: 'shell', arguments: '{"command":"ls"}' })
const output = item('function_call_output', { call_id: 'c1', output: 'a' })

describe('what was recorded a second time', () => {
  it('stands once', async () => {
    const thought = item('reasoning', { id: 'rs_1', summary: [{ type: 'summary_text', text: 'Look' }] })
    const words = answered('One file.', { id: 'msg_1' })
    const { rows, units } = await readAll(
      folderWith({ [FILE]: rollout([asked('Look'), thought, call, output, words, thought, call, output, words]) }),
    )
    expect(said(rows[0]!)).toEqual(['user: Look', 'assistant: ', 'tool: a', 'assistant: One file.'])
    expect(calls(rows[0]!)).toHaveLength(1)
    expect(codes(rows[0]!)).toEqual([])
    expect(units[0]!.ledger.buckets.noise).toEqual({ 'recorded a second time': 3 })
  })

  // Comparing each with all of its name takes minutes.
  it('stands once among very many of one name', async () => {
    const many = Array.from({ length: 15_000 }, (_, i) => item('function_call', { call_id: 'c', name: 'shell', arguments: `{"n":${i}}` }))
    const { rows, units } = await readAll(folderWith({ [FILE]: rollout([asked('Look'), ...many, many[7_000]!]) }))
    expect(calls(rows[0]!)).toHaveLength(15_000)
    expect(units[0]!.ledger.buckets.noise).toEqual({ 'recorded a second time': 1 })
  })

  it('is not what only looks alike', async () => {
    const { rows } = await readAll(
      folderWith({
        [FILE]: rollout([
          asked('Look'),
          answered('Yes.'),
          asked('Look'),
          answered('Yes.'),
          asked('x'),
          answered('Yes.', { id: 'm1' }),
          asked('x'),
          answered('No.', { id: 'm1' }),
        ]),
      }),
    )
    expect(rows[0]!.messages.filter(({ role }) => role === 'assistant')).toHaveLength(4)
  })
})

describe('a rewritten thread', () => {
  const revision = (n: number) => FILE.replace('.jsonl', `_0000000${n}.jsonl`)
  const [one, two, three] = [
    [asked('One?'), answered('One.')],
    [asked('Two?'), answered('Two.')],
    [asked('Three?'), answered('Three.')],
  ]

  it.each([
    ['with the thread itself', { [FILE]: one }],
    ['without it', {}],
  ] as const)('stands once, %s', async (_, own) => {
    const files = { ...own, [revision(1)]: [...one, ...two], [revision(2)]: [...one, ...two, ...three] }
    const { rows } = await readAll(folderWith(Object.fromEntries(Object.entries(files).map(([name, records]) => [name, rollout(records)]))))
    const trained = rows.flatMap(row => row.messages.flatMap(({ content }, i) => (row.message_meta[i]!.train ? [content[0]!['text']] : [])))
    expect(trained.sort()).toEqual(['One.', 'Three.', 'Two.'])
  })
})

describe('the call that spawned a thread', () => {
  const CHILD = '01a08000-0000-7000-8000-00000000000c'
  const child = jsonl([
    {
      type: 'session_meta',
      payload: {
        id: CHILD,
        agent_path: '/root/look',
        source: { subagent: { thread_spawn: { parent_thread_id: THREAD, depth: 1, agent_path: '/root/look' } } },
      },
    },
    asked('Look'),
    answered('Looked.'),
  ])
  const script = item('custom_tool_call', { call_id: 'x1', name: 'exec', input: 'tools.spawn_agent()' })
  const spawn = item('function_call', { call_id: 's1', name: 'spawn_agent', arguments: '{"task_name":"look"}' })

  it.each([
    ['a script', [script, done('SubAgentActivity', 'exec-9', { kind: 'started', agent_thread_id: CHILD, agent_path: '/root/look' })], 'x1'],
    [
      'a script, told as a call between agents',
      [script, done('CollabAgentToolCall', 'exec-9', { tool: 'spawnAgent', receiver_thread_ids: [CHILD] })],
      'x1',
    ],
    [
      'a call of its own',
      [script, spawn, done('SubAgentActivity', 's1', { kind: 'started', agent_thread_id: CHILD, agent_path: '/root/look' })],
      's1',
    ],
  ] as const)('is found: %s', async (_, records, expected) => {
    const { rows } = await readAll(
      folderWith({ [FILE]: rollout([asked('Go'), ...records, answered('Gone.')]), [FILE.replaceAll(THREAD, CHILD)]: child }),
    )
    const row = rows.find(({ trace_id }) => trace_id === CHILD)!
    expect([row.relation, row.spawn_tool_call_id]).toEqual(['subagent', expected])
    expect(spoken(row)).toEqual(['Look', 'Looked.'])
  })
})
