import { afterAll, describe, expect, it } from 'vitest'
import type { RolloutRow } from '../../conversation/row.ts'
import { folderWith, readLogs, removeFolders } from '../../testing/read-logs.ts'

afterAll(removeFolders)

type Step = { [key: string]: unknown }

const calls = (...ids: (string | null)[]) =>
  ids.map((id, i) => ({ ...(id === null ? {} : { tool_call_id: id }), function_name: 'sound', arguments: { depth: i } }))
const agent = (message: string, tool_calls: object[], results?: unknown): Step => ({
  source: 'agent',
  message,
  tool_calls,
  ...(results === undefined ? {} : { observation: { results } }),
})
const trajectory = (steps: Step[], head: object = {}) =>
  JSON.stringify({
    schema_version: 'ATIF-v1.7',
    session_id: 'reef',
    agent: { name: 'lead-line', version: '2' },
    steps: [{ source: 'user', message: 'How deep is it?' }, ...steps].map((step, i) => ({ step_id: i + 1, ...step })),
    ...head,
  })

async function rowOf(...steps: Step[]): Promise<RolloutRow> {
  return (await readLogs(folderWith({ 'trajectory.json': trajectory(steps) }))).rows[0]!
}

/** Who says what behind the first prompt: a result with the id of the call it answers, `?` where that was inferred. */
const told = ({ messages, message_meta }: RolloutRow) =>
  messages.slice(1).map(({ role, content, tool_call_id, tool_calls }, i) => {
    const { origin, extra } = message_meta[i + 1]!
    const text = content.map(block => block['text']).join('+')
    if (role === 'tool') return `${tool_call_id}${extra?.['link'] === 'inferred' ? '?' : ''}=${text}`
    return role === 'assistant' ? `(${tool_calls?.map(({ id }) => id).join(' ') ?? ''})` : `${origin}: ${text}`
  })

describe('results without ids', () => {
  it.each<[string, Step[], string[]]>([
    ['as many as calls', [agent('', calls('a', 'b'), [{ content: '1' }, { content: '2' }])], ['(a b)', 'a?=1', 'b?=2']],
    ['fewer', [agent('', calls('a', 'b', 'c'), [{ content: '1' }])], ['(a b c)', 'a?=1']],
    [
      'fewer, with ids that say nothing',
      [
        agent('', calls('a', 'b', 'c'), [
          { source_call_id: '', content: '1' },
          { source_call_id: null, content: '2' },
        ]),
      ],
      ['(a b c)', 'a?=1', 'b?=2'],
    ],
    [
      'more',
      [agent('', calls('a'), [{ content: '1' }, { content: 'Line lost.' }, { content: 'New line.' }])],
      ['(a)', 'a?=1', 'harness: Line lost.+New line.'],
    ],
    [
      'beside named ones, before and behind them',
      [agent('', calls('a', 'b', 'c'), [{ content: '1' }, { source_call_id: 'a', content: '0' }, { content: '2' }])],
      ['(a b c)', 'a=0', 'b?=1', 'c?=2'],
    ],
    [
      'beside named ones that answer every call',
      [agent('', calls('a'), [{ content: 'Calm.' }, { source_call_id: 'a', content: '0' }])],
      ['(a)', 'a=0', 'harness: Calm.'],
    ],
    [
      'fewer than are left beside named ones',
      [agent('', calls('a', 'b', 'c', 'd'), [{ source_call_id: 'c', content: '3' }, { content: '1' }])],
      ['(a b c d)', 'a?=1', 'c=3'],
    ],
    [
      'of calls without ids either',
      [agent('', calls(null, null), [{ content: '1' }, { content: '2' }])],
      ['(call_2_0 call_2_1)', 'call_2_0?=1', 'call_2_1?=2'],
    ],
    [
      'as texts that stand in the list themselves',
      [agent('', calls('a', 'b'), ['1', '2', 'Tide turns.'])],
      ['(a b)', 'a?=1', 'b?=2', 'harness: Tide turns.'],
    ],
    [
      'in the step behind the calls, of the environment',
      [
        agent('', calls('a', 'b')),
        { source: 'system', message: '', observation: { results: [{ content: '1' }, { content: '2' }, { content: 'Fog.' }] } },
      ],
      ['(a b)', 'a?=1', 'b?=2', 'harness: Fog.'],
    ],
    [
      'in a step of the agent that holds nothing else',
      [agent('', calls('a', 'b'), [{ content: '1' }]), agent('', [], [{ content: '2' }])],
      ['(a b)', 'a?=1', 'b?=2'],
    ],
    [
      'behind what the model said since: nothing answers what it called before',
      [agent('', calls('a')), agent('Well?', [], [{ content: 'Fog.' }])],
      ['(a)', '()', 'tool: Fog.'],
    ],
    [
      'behind a compaction',
      [
        agent('', calls('a')),
        {
          source: 'system',
          message: '',
          extra: { context_management: { type: 'compaction', boundary: 'replace' } },
          observation: { results: [{ content: 'Summed up.' }] },
        },
      ],
      ['(a)', 'harness: Summed up.'],
    ],
    [
      'of a step that names sub-agents alone answer no call of another step',
      [
        agent('', calls('a')),
        { source: 'system', message: '', observation: { results: [{ subagent_trajectory_ref: [{ session_id: 'reef-2' }] }] } },
        { source: 'user', message: '', observation: { results: [{ content: '1' }] } },
      ],
      ['(a)', 'a?=1'],
    ],
  ])('%s', async (_, steps, expected) => {
    const row = await rowOf(...steps)
    expect(told(row)).toEqual(expected)
    expect(row.diagnostics.map(({ code }) => code)).not.toContain('orphan_result')
  })

  it('are told apart from results that name the latest call of an id that comes again', async () => {
    const row = await rowOf(agent('', calls('call_1'), [{ source_call_id: 'call_1', content: 'first' }]), agent('', calls('call_1')), {
      source: 'user',
      message: '',
      observation: { results: [{ source_call_id: 'call_1', content: 'second' }] },
    })
    expect(told(row)).toEqual(['(call_1)', 'call_1=first', '(call_1~2)', 'call_1~2=second'])
  })

  it('of two calls of one id in a step answer one each', async () => {
    const named = (content: string) => ({ source_call_id: 'x', content })
    expect(told(await rowOf(agent('', calls('x', 'x'), [named('1'), named('2')])))).toEqual(['(x x~2)', 'x=1', 'x~2=2'])
  })

  it('take time that grows with their number alone', async () => {
    const many = 5_000
    const ids = Array.from({ length: many }, (_, i) => `c${i % 2 === 0 ? i : 0}`)
    const row = await rowOf(
      agent(
        '',
        calls(...ids),
        ids.map((id, i) => (i % 3 === 0 ? { content: `${i}` } : { source_call_id: id, content: `${i}` })),
      ),
    )
    expect(row.tool_call_count).toBe(many)
  })
})

describe('what is linked', () => {
  const child = (id: object) =>
    JSON.stringify({
      schema_version: 'ATIF-v1.7',
      agent: { name: 'diver', version: '1' },
      ...id,
      steps: [
        { step_id: 1, source: 'user', message: 'Look below.' },
        { step_id: 2, source: 'agent', message: 'Sand.' },
      ],
    })
  const spawning = (ref: object, named = true) =>
    trajectory(
      [
        agent('Send a diver.', calls('a', 'b'), [
          { ...(named ? { source_call_id: 'a' } : {}), content: 'sent', subagent_trajectory_ref: [ref] },
        ]),
      ],
      {
        trajectory_id: 'boat',
      },
    )

  it.each<[string, { [path: string]: string }]>([
    [
      'by the path it was written under in a container',
      {
        'agent/trajectory.json': spawning({ trajectory_path: '/logs/agent/divers/one.json' }),
        'agent/divers/one.json': child({ trajectory_id: 'one' }),
      },
    ],
    ['by the id of a file beside it', { 'boat.json': spawning({ trajectory_id: 'one' }), 'a-diver.json': child({ trajectory_id: 'one' }) }],
    [
      'by its path, in a result without an id',
      { 'boat.json': spawning({ trajectory_path: 'zz.json' }, false), 'zz.json': child({ trajectory_id: 'one' }) },
    ],
    [
      'by the session it names',
      {
        'boat.json': spawning({ session_id: 'one' }),
        'a.json': child({ session_id: 'one', agent: { name: 'diver', version: '1', extra: { parent_session_id: 'reef' } } }),
      },
    ],
  ])('%s is missed by nobody', async (_, files) => {
    const { rows } = await readLogs(folderWith(files))
    const boat = rows.find(row => row.trace_id === 'boat')!
    const diver = rows.find(row => row.trace_id === 'one')!
    expect(diver).toMatchObject({ parent_trace_id: 'boat', is_sidechain: true, relation: 'subagent' })
    expect(diver.spawn_tool_call_id).toBe('a')
    expect(boat.diagnostics.map(({ code }) => code)).not.toContain('missing_reference')
  })

  it('is missed where there is none of that id', async () => {
    const { rows } = await readLogs(
      folderWith({ 'boat.json': spawning({ trajectory_id: 'gone' }), 'other.json': child({ trajectory_id: 'one' }) }),
    )
    expect(rows.flatMap(({ diagnostics }) => diagnostics.map(({ code }) => code))).toContain('missing_reference')
  })
})
