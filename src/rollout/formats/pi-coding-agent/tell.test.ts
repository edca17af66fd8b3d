import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { brokenInvariants } from '../../conversation/invariants.ts'
import { readLogs } from '../../testing/read-logs.ts'
import { codes, fixture, rowOf, said } from './testing/read-fixture.ts'

describe('what the model saw', () => {
  const summary = (text: string) =>
    `user: The conversation history before this point was compacted into the following summary:\n\n<summary>\n${text}\n</summary>`

  it('parse() keeps everything as recorded, with the compaction marked', async () => {
    const row = await rowOf('compaction', 'co-1')
    expect(said(row)).toEqual([
      'user: q one',
      'assistant: a one',
      'user: q two',
      'assistant: a two',
      summary('One was answered.'),
      'user: q three',
      'assistant: a three',
    ])
    expect(row.message_meta[4]).toMatchObject({ boundary: 'compaction', origin: 'harness', train: false, extra: { tokens_before: 99 } })
  })

  it('parse() gives the summary, what was kept and what followed as sent', async () => {
    const row = await rowOf('compaction', 'co-1', { context: 'as_sent' })
    const { units } = await readLogs(join(import.meta.dirname, 'fixtures/compaction/logs'), { context: 'as_sent', trace: true })
    const unsent = units.flatMap(({ fates }) => fates).filter(({ reason }) => reason === 'before the last compaction')
    expect(new Set(unsent.map(({ bucket, type }) => `${bucket} ${type}`))).toEqual(new Set(['metadata message']))
    expect(said(row)).toEqual([summary('One was answered.'), 'user: q two', 'assistant: a two', 'user: q three', 'assistant: a three'])
  })

  it('parse() counts the tokens of a summary in the row', async () => {
    const row = await rowOf('compaction', 'co-1')
    expect(row.usage).toMatchObject({ input_tokens: 3 * 150 + 7, output_tokens: 63, cost_usd: expect.closeTo(0.506) })
  })

  it('parse() starts as sent at a checkpoint that kept nothing, with its tools', async () => {
    const row = await rowOf('compaction', 'co-2', { context: 'as_sent' })
    expect(said(row)).toEqual(['system: New words', summary('All was said.'), 'user: q two', 'assistant: a two'])
    expect(row.tools.schemas.map(tool => tool.function.name)).toEqual(['rake'])
    expect((await rowOf('compaction', 'co-2')).tools.schemas.map(tool => tool.function.name)).toEqual(['dig', 'rake'])
  })

  it('parse() uses the messages a compaction retained itself', async () => {
    const row = await rowOf('compaction', 'co-4', { context: 'as_sent' })
    expect(said(row)).toEqual([summary('One.'), 'assistant: a one', 'user: q two'])
  })

  it('parse() applies context edits as sent and notes them as recorded', async () => {
    expect(said(await rowOf('compaction', 'co-3', { context: 'as_sent' }))).toEqual([
      'user: The code is hidden',
      'user: Go on',
      'assistant: Going on.',
    ])
    const row = await rowOf('compaction', 'co-3')
    expect(said(row).slice(0, 2)).toEqual(['user: The code is 4711', 'assistant: Noted: 4711'])
    expect(row.message_meta[1]!.extra).toMatchObject({ context_edit: { record: 4, replacement: null } })
    expect(row.usage!.cost_usd).toBeCloseTo(0.254)
  })

  it('parse() restores the system message and the tools from their sections', async () => {
    const row = await rowOf('system-sections', 'sy-1')
    expect(said(row)).toEqual([
      'system: You are a gardener\n\nIn the north',
      'user: Begin',
      'assistant: Begun.',
      'system: You can graft',
      'user: Graft',
      'assistant: Grafted.',
    ])
    expect(row.tools.schemas.map(tool => tool.function.name)).toEqual(['dig', 'rake'])
    expect(row.message_meta[3]!.extra).toMatchObject({ sections_removed: ['place'], tools_removed: ['dig'] })
    expect(row.message_meta[2]!.extra).toMatchObject({ thinking_level: 'high' })
  })

  it('parse() says what a person ran as user text, and makes no call of it', async () => {
    const row = await rowOf('user-text', 'ut-1')
    expect(row.tool_call_count).toBe(0)
    expect(said(row).slice(2)).toEqual([
      'user: Ran `ls`\n```\nshed\n```\n\nCommand exited with code 2\n\n[Output truncated. Full output: /tmp/out.log]',
      'user: Ran `sleep 9`\n(no output)\n\n(command cancelled)',
      'user: Well?',
    ])
    expect(row.message_meta[2]).toMatchObject({ origin: 'human', extra: { kind: 'bashExecution' } })
  })

  it('parse() keeps a command out of the dialogue that was kept from the model', async () => {
    const row = await rowOf('user-text', 'ut-1')
    expect(JSON.stringify(row.messages)).not.toContain('s3cret')
    expect(row.diagnostics).toMatchObject([{ code: 'excluded_from_context', detail: { command: 'cat key', output: 's3cret' } }])
  })

  it('parse() says hidden custom messages, and counts custom state', async () => {
    const row = await rowOf('user-text', 'ut-2')
    expect(said(row)[1]).toBe('user: You are in plan mode')
    expect(row.message_meta[1]).toMatchObject({ origin: 'hook', extra: { custom_type: 'plan-mode', hidden: true } })
    expect(row.source_meta).toMatchObject({ custom: { 'plan-state': 1 } })
  })

  it('parse() lists roles and types nobody has described', async () => {
    const { ledgers, rows } = await fixture('user-text')
    expect(ledgers.get('custom.jsonl')!.drift).toEqual({ 'message/oracle': { v3: 1 }, weather: { v3: 1 } })
    expect(rows.find(({ trace_id }) => trace_id === 'ut-2')!.source_meta).toMatchObject({
      unknown: { weather: 1 },
      unknown_roles: { oracle: 1 },
    })
  })
})

describe('what the model said', () => {
  it('parse() takes empty failed attempts off the dialogue and marks where a turn was broken off', async () => {
    const row = await rowOf('attempts', 'at-1')
    expect(said(row)).toEqual([
      'user: Try',
      'assistant: Half a sen',
      'assistant: A whole sentence.',
      'user: Again',
      'assistant: Broken',
      'user: Once more',
    ])
    expect(row.message_meta.map(({ boundary }) => boundary ?? null)).toEqual([null, null, 'interruption', null, null, 'abandoned'])
    expect(row.message_meta.map(({ train }) => train)).toEqual([false, false, true, false, false, false])
    expect(row.diagnostics).toMatchObject([
      { code: 'failed_attempt', at: 'session.jsonl:3', detail: { error_message: '529 overloaded' } },
      { code: 'failed_attempt', at: 'session.jsonl:9' },
    ])
    expect(row.outcome.status).toBe('interrupted')
  })

  it('parse() leaves broken-off turns out as sent', async () => {
    expect(said(await rowOf('attempts', 'at-1', { context: 'as_sent' }))).toEqual([
      'user: Try',
      'assistant: A whole sentence.',
      'user: Again',
      'user: Once more',
    ])
  })

  it('parse() keeps the order of thoughts, text and calls beside the message', async () => {
    const row = await rowOf('content', 'ct-1')
    expect(row.messages[1]).toMatchObject({ reasoning_content: 'first', content: [{ text: 'one' }, { text: 'two' }] })
    expect(row.message_meta[1]!.extra!['parts']).toEqual([
      { type: 'thinking', length: 5 },
      { type: 'content' },
      { type: 'tool_call', id: 'k1' },
      { type: 'thinking', hidden: 'redacted' },
      { type: 'content' },
      { type: 'tool_call', id: 'k2' },
    ])
    expect(row.fidelity).toMatchObject({ reasoning: 'redacted', redacted_reasoning: 2, truncated_results: 1 })
    expect(JSON.stringify(row.messages)).not.toContain('SIGNATURE')
  })

  it('parse() keeps arguments as the model wrote them, and wraps what is no object', async () => {
    const row = await rowOf('content', 'ct-1')
    expect(row.messages[1]!.tool_calls!.map(call => call.function.arguments)).toEqual([
      '{"z":1.0,"a":"\\u00e9é","2":9007199254740993,"1":null}',
      '{"input":"plain words"}',
    ])
  })

  it('parse() puts results behind their calls in call order', async () => {
    const row = await rowOf('content', 'ct-1')
    expect(said(row).slice(2, 4)).toEqual(['tool: first', 'tool: second'])
    expect(row.message_meta.slice(2, 4).map(({ is_error }) => is_error)).toEqual([false, true])
  })

  it('parse() gives images as data URLs and keeps references to stored ones', async () => {
    const row = await rowOf('content', 'ct-2')
    expect(row.messages[0]!.content[1]).toEqual({ type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } })
    expect(row.messages[2]!.content[0]).toEqual({ type: 'image_url', image_url: { url: `blob:sha256:${'ab'.repeat(32)}` } })
  })

  it('parse() tells calls apart that share an id, and attaches results by what is known', async () => {
    const row = await rowOf('content', 'ct-3')
    expect(said(row).filter(line => line.startsWith('tool'))).toEqual(['tool: 1', 'tool: 2', 'tool: three'])
    expect(brokenInvariants(row)).toEqual([])
    expect(codes(row)).toEqual(['duplicate_call_id', 'call_without_id', 'result_without_call_id', 'orphan_result'])
  })

  it('parse() counts cached tokens as input', async () => {
    const row = await rowOf('generations', 'gen-2')
    expect(row.message_meta[2]!.usage).toEqual({
      input_tokens: 150,
      output_tokens: 20,
      cached_input_tokens: 40,
      cache_write_tokens: 10,
      reasoning_tokens: null,
      cost_usd: 0.002,
    })
    expect(row.message_meta[2]).toMatchObject({ id: 'a3', model: 'fable-2', stop_reason: 'stop', extra: { provider: 'anthropic' } })
  })
})
