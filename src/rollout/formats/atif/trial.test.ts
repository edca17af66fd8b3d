import { afterAll, describe, expect, it } from 'vitest'
import { folderWith, readLogs, removeFolders } from '../../testing/read-logs.ts'
import { codes } from './testing/read-fixture.ts'

afterAll(removeFolders)

type Step = { source: string; message: string; [field: string]: unknown }

const trajectory = (session: string, steps: Step[], rest: object = {}) =>
  JSON.stringify({
    schema_version: 'ATIF-v1.7',
    session_id: session,
    agent: { name: 'tin', version: '1', model_name: 'm' },
    steps: steps.map((step, i) => ({ step_id: i + 1, timestamp: `2026-05-01T10:00:0${i}Z`, ...step })),
    ...rest,
  })

const talk = (word: string, metrics: object | null = { prompt_tokens: 10, completion_tokens: 2, cost_usd: 0.5 }): Step[] => [
  { source: 'user', message: `Do ${word}` },
  { source: 'agent', message: `${word} done.`, ...(metrics === null ? {} : { metrics }) },
]

const result = (steps: object[] | null, rest: object = {}) =>
  JSON.stringify({
    task_name: 'garden/hedge',
    trial_name: 'hedge__1',
    finished_at: '2026-05-01T11:00:00Z',
    ...(steps ? { step_results: steps } : {}),
    ...rest,
  })

const stopped = (type: string) => ({ exception_info: { exception_type: type, exception_message: 'x' } })

const rowsOf = async (files: { [path: string]: string }) => {
  const { rows, skipped } = await readLogs(folderWith(files))
  return { rows: new Map(rows.map(row => [row.trace_id, row])), skipped }
}

describe('A trial of several steps', () => {
  it('gives each step its verdict, the task, an id of its own and the step before as parent', async () => {
    const { rows } = await rowsOf({
      't/result.json': result([
        { step_name: 'dig', verifier_result: { rewards: { reward: 1 } } },
        { step_name: 'plant', verifier_result: { rewards: { reward: 0.5 } }, ...stopped('VerifierTimeoutError') },
        { step_name: 'water', ...stopped('CancelledError') },
      ]),
      't/steps/dig/agent/trajectory.json': trajectory('s', talk('dig')),
      't/steps/plant/agent/trajectory.json': trajectory('s', talk('plant')),
      't/steps/water/agent/trajectory.json': trajectory('s', talk('water')),
      't/steps/water/verifier/reward.txt': '0.25\n',
    })
    expect([...rows].map(([id, row]) => [id, row.relation, row.parent_trace_id, row.root_session_id])).toEqual([
      ['s/dig', null, null, 's'],
      ['s/plant', 'continuation', 's/dig', 's'],
      ['s/water', 'continuation', 's/plant', 's'],
    ])
    expect(
      [...rows.values()].map(({ outcome }) => [outcome.status, outcome.reward, outcome.detail!['task'], outcome.detail!['step']]),
    ).toEqual([
      ['completed', 1, 'garden/hedge', 'dig'],
      ['failed', 0.5, 'garden/hedge', 'plant'],
      ['interrupted', 0.25, 'garden/hedge', 'water'],
    ])
  })

  it('says nothing of a step that has no entry, and follows no name that leads elsewhere', async () => {
    const { rows } = await rowsOf({
      't/result.json': result([{ step_name: '../../up' }, { step_name: 'plant' }]),
      't/steps/other/agent/trajectory.json': trajectory('s', talk('other')),
      't/steps/plant/agent/trajectory.json': trajectory('s', talk('plant')),
      'up/agent/trajectory.json': trajectory('u', talk('up')),
    })
    expect(rows.get('s/other')!.outcome).toMatchObject({ status: 'unknown', detail: { task: 'garden/hedge' } })
    expect(rows.get('s/plant')).toMatchObject({ relation: null, parent_trace_id: null, outcome: { status: 'completed' } })
  })
})

describe('The result of a trial', () => {
  it.each(['agent/trajectory.json', 'agent/logs/trajectory.json', 'agent/run/1/out.json', 'steps/dig/agent/logs/trajectory.json'])(
    'joins %s',
    async path => {
      const files = {
        't/result.json': result([{ step_name: 'dig' }], stopped('AgentTimeoutError')),
        [`t/${path}`]: trajectory('s', talk('dig')),
      }
      const [row] = (await rowsOf(files)).rows.values()
      expect(row!.outcome.detail).toMatchObject({ task: 'garden/hedge' })
    },
  )

  it('is not that of a folder far above', async () => {
    const files = { 'result.json': result(null), 'agent/2026/05/01/trajectory.json': trajectory('s', talk('dig')) }
    const [row] = (await rowsOf(files)).rows.values()
    expect(row!.outcome).toEqual({ status: 'unknown', reward: null, detail: null })
  })

  for (const name of ['trial-result.json', 'hedge__1.json', 'out.json'])
    it(`is known by what it says, as ${name}`, async () => {
      const { rows, skipped } = await rowsOf({
        [`t/${name}`]: result(null, { verifier_result: { rewards: { reward: 0.75 } } }),
        't/agent/trajectory.json': trajectory('s', talk('dig')),
      })
      expect(rows.get('s')!.outcome).toMatchObject({ status: 'completed', reward: 0.75 })
      expect(skipped).toMatchObject([{ path: `t/${name}`, reason: 'Result of a trial, joined to the rows of its trajectory' }])
    })

  it('of another folder is not taken', async () => {
    const { rows } = await rowsOf({ 'a/out.json': result(null), 'b/agent/trajectory.json': trajectory('s', talk('dig')) })
    expect(rows.get('s')!.outcome.detail).toBeNull()
  })
})

describe('Totals', () => {
  const read = async (steps: Step[], rest: object, files: { [path: string]: string } = {}) =>
    [...(await rowsOf({ 't/agent/trajectory.json': trajectory('s', steps, rest), ...files })).rows.values()][0]!

  it('that a trajectory or its trial states are compared with the steps', async () => {
    const right = { final_metrics: { total_prompt_tokens: 10, total_completion_tokens: 2, total_cost_usd: 0.5 } }
    expect(codes(await read(talk('dig'), right))).toEqual([])
    const wrong = await read(talk('dig'), { final_metrics: { total_prompt_tokens: 900, total_completion_tokens: 2 } })
    expect(wrong.diagnostics.find(({ code }) => code === 'usage_differs')?.detail).toMatchObject({
      source: 'final_metrics',
      recorded: { input_tokens: 900 },
      counted: { input_tokens: 10 },
    })
    expect(wrong.usage!.input_tokens).toBe(10)
    const trial = await read(
      talk('dig'),
      {},
      { 't/result.json': result(null, { agent_result: { n_input_tokens: 10, n_output_tokens: 77 } }) },
    )
    expect(trial.diagnostics.find(({ code }) => code === 'usage_differs')?.detail).toMatchObject({
      source: 'trial',
      recorded: { output_tokens: 77 },
    })
  })

  it('that count copied steps in are right too', async () => {
    const copied = talk('dig').map(step => ({ ...step, is_copied_context: true }))
    const row = await read([...copied, ...talk('plant')], {
      final_metrics: { total_prompt_tokens: 20, total_completion_tokens: 4, total_cost_usd: 1 },
    })
    expect(codes(row)).not.toContain('usage_differs')
    expect(row.usage).toMatchObject({ input_tokens: 10, output_tokens: 2 })
  })

  it('of a continuation may count what came before', async () => {
    const { rows } = await rowsOf({
      't/trajectory.json': trajectory('s', talk('dig'), { continued_trajectory_ref: 'trajectory.cont-1.json' }),
      't/trajectory.cont-1.json': trajectory('s-cont-1', talk('plant'), {
        final_metrics: { total_prompt_tokens: 20, total_completion_tokens: 4 },
      }),
      't/trajectory.cont-2.json': trajectory('s-cont-2', talk('water'), {
        final_metrics: { total_prompt_tokens: 1, total_completion_tokens: 4 },
      }),
    })
    expect(codes(rows.get('s-cont-1')!)).not.toContain('usage_differs')
    expect(codes(rows.get('s-cont-2')!)).toContain('usage_differs')
  })

  it('of zero tokens for an answer were never counted', async () => {
    const nothing = { prompt_tokens: 0, completion_tokens: 0, cached_tokens: 0, cost_usd: 0 }
    const row = await read([...talk('dig', nothing), ...talk('plant')], {
      final_metrics: { total_prompt_tokens: 0, total_completion_tokens: 0 },
    })
    expect(row.message_meta[1]!.usage).toBeUndefined()
    expect(row.usage).toMatchObject({ input_tokens: 10, output_tokens: 2 })
    expect(codes(row)).toEqual(['uncounted_response'])
    expect((await read(talk('dig', nothing), {})).usage).toBeNull()
  })
})

describe('The end of a trajectory without a trial', () => {
  const end = async (...steps: Step[]) =>
    [...(await rowsOf({ 't.json': trajectory('s', [{ source: 'user', message: 'Dig' }, ...steps]) })).rows.values()][0]!.outcome.status
  const calls = (name: string) => [{ tool_call_id: 'c', function_name: name, arguments: {} }]

  it('is told by the stop reason, by the call that says so, or not at all', async () => {
    expect(await end({ source: 'agent', message: 'Dug.', extra: { finish_reason: 'stop' } })).toBe('completed')
    expect(await end({ source: 'agent', message: 'Dug.' })).toBe('unknown')
    expect(await end({ source: 'agent', message: '', tool_calls: calls('mark_task_complete') })).toBe('completed')
    expect(await end({ source: 'agent', message: '', tool_calls: calls('dig'), extra: { finish_reason: 'stop' } })).toBe('unknown')
    expect(await end({ source: 'agent', message: 'Du', extra: { stop_reason: 'aborted' } })).toBe('interrupted')
    expect(await end({ source: 'agent', message: '{"task_complete": true}' })).toBe('completed')
    expect(await end({ source: 'agent', message: '<function=finish>\n</function>' })).toBe('completed')
  })
})

describe('Segments that were renamed together', () => {
  it('are no missing reference', async () => {
    const refs = ['summary', 'answers'].map(name => ({
      session_id: `x-${name}`,
      trajectory_path: `trajectory.summarization-1-${name}.json`,
    }))
    const { rows } = await rowsOf({
      'run.json': trajectory(
        's',
        [...talk('dig'), { source: 'system', message: 'Summarised', observation: { results: [{ subagent_trajectory_ref: refs }] } }],
        {
          continued_trajectory_ref: 'trajectory.cont-1.json',
        },
      ),
      'run.summarization-1-summary.json': trajectory('s-summarization-1-summary', talk('summary')),
      'run.cont-1.json': trajectory('s', talk('more')),
    })
    const missing = rows.get('s')!.diagnostics.filter(({ code }) => code === 'missing_reference')
    expect(missing.map(({ detail }) => (detail as { session_id: string }).session_id)).toEqual(['x-answers'])
    expect(rows.get('s-summarization-1-summary')!.parent_trace_id).toBe('s')
  })
})

describe('A result that no trajectory stands beside', () => {
  it.each([
    ['of a trial that wrote none', 't/result.json', result(null), /^Result of a trial without a trajectory/],
    ['of a trial, renamed', 't/verdict.json', result(null, { verifier_result: {} }), /^Result of a trial without a trajectory/],
    ['of a job above its trials', 'result.json', JSON.stringify({ id: 'j', n_total_trials: 2, stats: {} }), /^Result of a job/],
  ])('is passed over as what it is: %s', async (_, path, text, reason) => {
    const files = { [path]: text, 'other/trajectory.json': trajectory('o', talk('dig')), 'other/result.json': result(null) }
    const { skipped } = await readLogs(folderWith(files), { format: 'atif' })
    const reasons = new Map(skipped.map(({ path, reason }) => [path, reason]))
    expect(reasons.get(path)).toMatch(reason)
    expect(reasons.get('other/result.json')).toBe('Result of a trial, joined to the rows of its trajectory')
  })
})
