import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { codes, inShort, logs, read } from './testing/read-fixture.ts'

describe('observations', () => {
  it('without an id answer the calls in order, marked as inferred, when there are as many of them', async () => {
    const row = (await read(logs('unlinked-observations'))).row('shell-1')
    expect(row.messages.slice(3, 5).map(message => [message.tool_call_id, message.content[0]!['text']])).toEqual([
      ['c1', '3 a'],
      ['c2', '5 b'],
    ])
    expect(row.message_meta.slice(3, 5).map(meta => meta.extra)).toEqual([{ link: 'inferred' }, { link: 'inferred' }])
  })

  it('without an id answer the calls there are, the first ones first; the rest the harness says', async () => {
    const row = (await read(logs('unlinked-observations'))).row('shell-1')
    expect(inShort(row).slice(6, 8)).toEqual(['tool(tool): 8 c', 'user(harness): The environment was reset.'])
    expect(row.message_meta.slice(6, 8).map(meta => meta.extra)).toEqual([{ link: 'inferred' }, { link: 'none' }])
    expect(row.messages[6]!.tool_call_id).toBe('c3')
  })

  it('of a step without calls are what the environment answered', async () => {
    const row = (await read(logs('unlinked-observations'))).row('terminal-1')
    expect(inShort(row).slice(1, 5)).toEqual([
      'assistant(model): {"keystrokes": "ls\\n"}',
      'user(tool): notes.txt\n',
      'assistant(model): {"done": true}',
      'user(tool): Are you sure?',
    ])
    expect(row.tool_call_count).toBe(0)
    expect(row.models).toEqual(['lab/small'])
  })

  it('out of order follow their calls in call order, with their errors', async () => {
    const row = (await read(logs('unlinked-observations'))).row('shell-1')
    expect(row.messages.slice(9, 11).map(message => message.tool_call_id)).toEqual(['c4', 'c5'])
    expect(row.message_meta[10]!.is_error).toBe(true)
  })

  it('for a call nobody made are kept in the diagnostics', async () => {
    const row = (await read(logs('unlinked-observations'))).row('shell-1')
    expect(row.diagnostics.find(({ code }) => code === 'orphan_result')?.detail).toEqual({
      tool_call_id: 'nobody',
      content: [{ type: 'text', text: 'a stray result' }],
    })
  })

  it('on user and system steps are accepted: words are the harness’s, references go to the metadata', async () => {
    const { row, ledgers } = await read(logs('observations-on-other-steps'))
    expect(inShort(row('handoff-1'))).toEqual([
      'user(human): Fix the build.',
      'user(harness): The sandbox is up.',
      'assistant(model): Working on it.',
      'system(harness): The context was summarised.',
      'user(harness): A checkpoint was saved.',
      'assistant(model): Done.',
    ])
    expect(row('handoff-1').source_meta['subagents']).toMatchObject([{ step: 3, tool_call_id: null, session_id: 'handoff-1-summary' }])
    expect(row('handoff-1').source_meta['events']).toMatchObject([
      { step: 4, source: 'system' },
      { step: 5, source: 'system', extra: { context_management: { type: 'reset' } } },
    ])
    expect(codes(row('handoff-1'))).toEqual(['missing_reference'])
    expect(ledgers.get('handoff.json')!.buckets).toMatchObject({ emitted: 5, metadata: 2 })
  })
})

describe('what trainers need', () => {
  it('keeps token ids and logprobs per message, and says where their numbers disagree', async () => {
    const row = (await read(logs('token-ids'))).row('rl-1')
    expect(row.message_meta[1]).toMatchObject({
      prompt_token_ids: [11, 12, 13],
      completion_token_ids: [21, 22],
      logprobs: [-0.25, -0.5],
      usage: { input_tokens: 3, output_tokens: 2, cached_input_tokens: 1, reasoning_tokens: 1, cost_usd: 0.001 },
    })
    expect(row.diagnostics.slice(0, 4).map(({ code, at, detail }) => [code, at, detail])).toEqual([
      ['completion_token_ids_length', 'rl.json:4', { length: 3, expected: 4 }],
      ['prompt_token_ids_length', 'rl.json:4', { length: 2, expected: 6 }],
      ['logprobs_length', 'rl.json:4', { length: 1, expected: 3 }],
      ['wrong_type', 'rl.json:6', { field: 'metrics.completion_token_ids', expected: 'list of numbers' }],
    ])
    expect(row.message_meta[5]!.extra).toEqual({ metrics: { completion_token_ids: ['a'] } })
    expect(row.usage).toMatchObject({ input_tokens: 18, output_tokens: 7 })
  })

  it('keeps tools, effort, model, stop reason and working folder', async () => {
    const row = (await read(logs('tools-and-effort'))).row('tools-1')
    expect(row.tools).toEqual({
      status: 'recorded',
      schemas: [
        {
          type: 'function',
          function: { name: 'bash', description: 'Run a command', parameters: { type: 'object', properties: { z: {}, a: {} } } },
        },
        { type: 'function', function: { name: 'look', parameters: { type: 'object' } } },
      ],
    })
    expect(row.message_meta[1]).toMatchObject({ model: 'lab/other', stop_reason: 'tool_calls', extra: { reasoning_effort: 'high' } })
    expect(row.models).toEqual(['lab/other', 'lab/large'])
    expect(row).toMatchObject({ cwd: '/srv/project/app', project_path: '/srv/project', git_branch: 'main' })
    expect(codes(row)).toContain('unknown_tool_definition')
  })

  it('keeps arguments as they were written, layout aside', async () => {
    const row = (await read(logs('tools-and-effort'))).row('tools-1')
    expect(row.messages[1]!.tool_calls!.map(call => call.function.arguments)).toEqual([
      '{"z":1.0,"a":"é\\u00e9","10":9007199254740993,"2":[1e3,{"b":null}]}',
      '{"input":["fast",1.5]}',
      '{"k":  2.0}',
      '{}',
    ])
  })

  it('gives images and audio as chat blocks: small files inline, the others by their path', async () => {
    const row = (await read(logs('images-and-audio'))).row('media-1')
    const bytes = readFileSync(join(logs('images-and-audio'), 'images/dot.png')).toString('base64')
    expect(row.messages[0]!.content).toEqual([
      { type: 'text', text: 'What is this?' },
      { type: 'image_url', image_url: { url: `data:image/png;base64,${bytes}` } },
      { type: 'image_url', image_url: { url: 'images/gone.png' } },
      { type: 'image_url', image_url: { url: '../../outside.png' } },
      { type: 'image_url', image_url: { url: 'https://pictures.example/a.png' } },
    ])
    expect(row.message_meta[0]!.extra).toMatchObject({ assets: [{ path: 'images/dot.png', block: 1, inline: true }, {}, {}, {}] })
    expect(row.messages[2]!.content[1]).toEqual({ type: 'text', text: 'one pixel' })
    expect(row.messages[3]!.content).toEqual([
      { type: 'input_audio', input_audio: { data: Buffer.from('not really sound').toString('base64'), format: 'mp3' } },
      { type: 'input_audio', input_audio: { url: 'lost.wav', format: 'wav' } },
      { type: 'video', url: 'v.mp4' },
    ])
    expect(codes(row)).toEqual(['missing_asset', 'asset_outside', 'missing_asset', 'unknown_content_part', 'breaks_rules'])
  })

  it('never trains on a step that called no model, and notes a step that called it often', async () => {
    const row = (await read(logs('deterministic-dispatch'))).row('router-1')
    expect(row.message_meta.map(meta => [meta.origin, meta.train])).toEqual([
      ['human', false],
      ['harness', false],
      ['model', true],
    ])
    expect(row.message_meta[2]!.extra).toEqual({ llm_call_count: 3 })
    expect(row.message_meta[2]!.boundary).toBe('unrecorded')
  })

  it('joins reward, exception and task of a Harbor trial', async () => {
    const { row, skipped } = await read(logs('harbor-trial'))
    expect(row('session-task-a__one').outcome).toEqual({
      status: 'completed',
      reward: 1,
      detail: { verifier: { rewards: { reward: 1 } }, task: 'task-a' },
    })
    expect(row('session-task-b__two').outcome).toMatchObject({
      status: 'failed',
      reward: 0.25,
      detail: { exception: { exception_type: 'AgentTimeoutError' } },
    })
    expect(row('session-task-c').outcome).toEqual({
      status: 'unknown',
      reward: 0.5,
      detail: { verifier: { rewards: { reward: 0.5, style: 1 } } },
    })
    expect(row('session-task-a__one').source_meta['trial']).toMatchObject({
      trial_name: 'task-a__one',
      agent_config: { model_name: 'lab/large' },
      agent_result: { n_input_tokens: 10 },
      native_sessions: 'job/task-a__one/agent/sessions',
    })
    expect(row('session-task-a__one').started_at).toBe('2026-05-04T08:00:00Z')
    expect(skipped.map(({ path }) => path)).toContain('job/result.json')
  })

  it('reads a list of evaluated items, each with its item’s fields', async () => {
    const { row, rejects, ledgers } = await read(logs('evaluator-list'))
    expect(row('eval-1').source_meta['item']).toEqual({ item_id: 1, expected_output_obj: '4', output_obj: '4', metadata: {} })
    expect(inShort(row('eval-1~2'))[1]).toBe('assistant(model): 5')
    expect(ledgers.get('workflow_output_atif.json')!.buckets.noise).toEqual({ 'not an ATIF trajectory': 1 })
    expect(rejects).toEqual([{ at: 'empty.json', reason: 'No messages', skipped: true }])
  })
})
