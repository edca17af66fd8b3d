import { describe, expect, it } from 'vitest'
import { codes, inShort, logs, read } from './testing/read-fixture.ts'

describe('lineage', () => {
  it('gives segments of one session ids of their own and links them', async () => {
    const { row } = await read(logs('continuation'))
    expect(row('run-77')).toMatchObject({ relation: null, parent_trace_id: null, root_session_id: 'run-77', is_sidechain: false })
    expect(row('run-77-cont-1')).toMatchObject({
      relation: 'continuation',
      parent_trace_id: 'run-77',
      root_session_id: 'run-77',
      is_sidechain: false,
    })
    expect(row('run-77-summarization-1-summary')).toMatchObject({
      relation: 'subagent',
      parent_trace_id: 'run-77',
      root_session_id: 'run-77',
      is_sidechain: true,
    })
    expect(inShort(row('run-77-summarization-1-summary'))[0]).toMatch(/^user\(harness\)/)
  })

  it('counts copied context as a replay, never as something to train on', async () => {
    const { row, ledgers } = await read(logs('continuation'))
    const { message_meta, usage } = row('run-77-cont-1')
    expect(message_meta.map(meta => [meta.origin, meta.replay ?? false, meta.train])).toEqual([
      ['harness', true, false],
      ['harness', true, false],
      ['model', true, false],
      ['harness', true, false],
      ['model', false, true],
      ['tool', false, false],
      ['model', false, true],
    ])
    expect(ledgers.get('agent/trajectory.cont-1.json')!.buckets).toMatchObject({ replay: 4, emitted: 2 })
    expect(usage).toMatchObject({ input_tokens: 175, output_tokens: 15 })
  })

  it('names the session a segment continues when its first file is not at hand, and says that history is missing', async () => {
    const row = (await read(logs('continuation'))).row('run-88-cont-2')
    expect(row).toMatchObject({ relation: 'continuation', parent_trace_id: 'run-88', root_session_id: 'run-88' })
    expect(row.fidelity.missing_history).toBe(true)
    expect(codes(row)).toEqual(['parent_not_found'])
  })

  it('marks a compaction, and the words the harness then speaks as the user', async () => {
    const row = (await read(logs('continuation'))).row('run-99')
    expect(row.message_meta.map(meta => meta.boundary ?? null)).toEqual([null, null, null, 'compaction', null, null, null, null])
    expect(inShort(row).slice(4, 7)).toEqual([
      'user(harness): You take over: one draft was made.',
      'assistant(model): Second draft.',
      'user(human): Shorter, please.',
    ])
  })

  it('leaves out what a compaction replaced from the context as sent, and counts it', async () => {
    const { row, ledgers } = await read(logs('continuation'), { context: 'as_sent' })
    expect(row('run-99').messages.map(message => message.content[0]!['text'])).toEqual([
      'You write poems.',
      'Compacted.',
      'You take over: one draft was made.',
      'Second draft.',
      'Shorter, please.',
      'Wind.',
    ])
    expect(ledgers.get('in-place/trajectory.json')!.buckets).toMatchObject({ emitted: 6, abandoned: 0, metadata: 3 })
    expect(row('run-77').message_count).toBe(4)
  })

  it('gives every embedded subagent a row, linked to the call that started it', async () => {
    const { row, rows } = await read(logs('embedded-subagents'))
    expect([...rows.keys()]).toEqual(['team-root', 'team-root/helper-1', 'team-root/helper-1/helper-1-1', 'team-root/helper-2'])
    expect(row('team-root/helper-1')).toMatchObject({
      is_sidechain: true,
      agent_id: 'helper-1',
      relation: 'subagent',
      parent_trace_id: 'team-root',
      root_session_id: 'team-root',
      spawn_tool_call_id: 'left',
    })
    expect(row('team-root/helper-2').spawn_tool_call_id).toBe('right')
    expect(row('team-root/helper-1/helper-1-1')).toMatchObject({ parent_trace_id: 'team-root/helper-1', spawn_tool_call_id: 'deep' })
    expect(inShort(row('team-root/helper-2'))[0]).toBe('user(agent): Check right.')
    expect(row('team-root').fidelity.reasoning).toBe('full')
  })

  it('follows references to files inside the root, once, and reports the others', async () => {
    const { row } = await read(logs('references'))
    expect(row('refs-child')).toMatchObject({
      is_sidechain: true,
      parent_trace_id: 'refs-main',
      spawn_tool_call_id: 'd',
      root_session_id: 'refs',
    })
    expect(
      row('refs-main')
        .diagnostics.filter(({ code }) => code !== 'breaks_rules')
        .map(({ code, detail }) => [code, detail]),
    ).toEqual([
      ['reference_outside', { trajectory_path: '../elsewhere.json' }],
      ['missing_reference', { trajectory_path: 'missing.json' }],
      ['missing_reference', { trajectory_id: 'nowhere' }],
    ])
  })

  it('cuts references that run in a circle', async () => {
    const { row } = await read(logs('references'))
    expect(row('ring-a').parent_trace_id).toBe(null)
    expect(row('ring-b')).toMatchObject({ parent_trace_id: 'ring-a', relation: 'continuation' })
  })

  it('finds the parent whichever file is read alone', async () => {
    const { row } = await read(logs('references'), { filePattern: 'child.json' })
    expect(row('refs-child').parent_trace_id).toBe('refs-main')
  })
})
