import { afterAll, describe, expect, it } from 'vitest'
import { textOf } from '../../conversation/blocks.ts'
import type { RolloutRow } from '../../conversation/row.ts'
import { calls, codes, folderWith, jsonl, readAll, removeFolders, rowOf, said } from './testing/read-fixture.ts'

afterAll(removeFolders)

describe('responses', () => {
  it('parse() makes the items of one response one message, results behind it in call order', async () => {
    const found = await rowOf('paginated', 'd1')
    const at = found.messages.findIndex(({ role }) => role === 'assistant')
    expect(found.messages.slice(at).map(({ role }) => role)).toEqual(['assistant', 'tool', 'tool', 'tool', 'assistant'])
    expect(found.messages[at]!.tool_calls!.map(({ id }) => id)).toEqual(['call_a', 'call_b', 'call_c'])
    expect(found.messages.slice(at + 1, at + 4).map(({ tool_call_id }) => tool_call_id)).toEqual(['call_a', 'call_b', 'call_c'])
    expect(textOf(found.messages[at]!.content)).toBe('Let me look.')
  })

  it('parse() keeps namespaces in names and wraps free text as JSON', async () => {
    const found = await rowOf('paginated', 'd1')
    expect(calls(found).map(call => call.function)).toEqual([
      { name: 'exec_command', arguments: '{"cmd":"ls frame"}' },
      { name: 'mcp__shop__parts_fetch_part', arguments: '{"part":"spar","n":1.0}' },
      { name: 'apply_patch', arguments: '{"input":"*** Begin Patch\\n*** End Patch"}' },
    ])
    expect(found.message_meta.find(({ extra }) => extra?.['custom'])?.extra).toMatchObject({
      custom: ['call_c'],
      namespace: 'mcp__shop__parts',
    })
  })

  it('parse() takes thoughts once, though they are written twice', async () => {
    const found = await rowOf('wrapped-2025-09', 'c1')
    expect(found.messages.flatMap(({ reasoning_content }) => reasoning_content ?? [])).toEqual([
      '**Measuring the tail**',
      '**Guessing**',
      '**Fetching a ruler**',
    ])
    expect(found.fidelity.reasoning).toBe('summary')
  })

  it('parse() counts encrypted thoughts and keeps them out of the text', async () => {
    const found = await rowOf('paginated', 'd1')
    expect(found.fidelity).toMatchObject({ reasoning: 'encrypted', redacted_reasoning: 1 })
    expect(JSON.stringify(found)).not.toContain('gAAA')
  })

  it('parse() counts each response once, whether its count stands before its items or behind them', async () => {
    const before = await rowOf('wrapped-2025-09', 'c1')
    expect(before.message_meta.flatMap(({ usage }) => usage?.input_tokens ?? [])).toEqual([1000, 1100, 800])
    expect(before.usage).toMatchObject({ input_tokens: 2900, output_tokens: 100 })
    const after = await rowOf('paginated', 'd1')
    expect(after.message_meta.flatMap(({ usage }) => usage?.input_tokens ?? [])).toEqual([500, 700])
    expect(after.usage).toMatchObject({
      input_tokens: 1200,
      output_tokens: 69,
      cached_input_tokens: 200,
      cache_write_tokens: 40,
      reasoning_tokens: 60,
    })
    expect(after.message_meta.flatMap(({ id }) => id ?? [])).toEqual(['resp_1', 'resp_2'])
  })

  it('parse() tells apart responses without counts by the marks in their ids', async () => {
    const id = (mark: string, n: string) => `msg_${mark.repeat(16)}${n.repeat(34)}`
    const message = (text: string, itemId: string) => ({
      timestamp: '2026-06-01T09:00:00.000Z',
      type: 'response_item',
      payload: { type: 'message', role: 'assistant', id: itemId, content: [{ type: 'output_text', text }] },
    })
    const file = 'rollout-2026-06-01T09-00-00-01a07900-0000-7000-8000-000000000001.jsonl'
    const { rows } = await readAll(
      folderWith({ [file]: jsonl([message('a', id('a', '1')), message('b', id('a', '2')), message('c', id('b', '3'))]) }),
    )
    expect(said(rows[0]!)).toEqual(['assistant: a\n\nb', 'assistant: c'])
    expect(rows[0]!.message_meta[1]!.boundary).toBe('unrecorded')
  })

  it('parse() knows model and effort of each turn', async () => {
    const found = await rowOf('wrapped-2025-09', 'c1')
    const answers = found.message_meta.filter(({ origin }) => origin === 'model')
    expect(answers.map(({ model, extra }) => [model, extra?.['effort']])).toEqual([
      ['gpt-5-codex', 'high'],
      ['gpt-5-codex', 'high'],
      ['gpt-5-codex', 'low'],
      ['gpt-5', 'low'],
    ])
    expect(found.models).toEqual(['gpt-5-codex', 'gpt-5'])
  })

  it('parse() keeps arguments as they were written', async () => {
    expect(calls(await rowOf('wrapped-2025-09', 'c1'))[0]!.function.arguments).toBe(
      '{"command":["cat","tail.txt"],"scale":1.0,"serial":9007199254740993}',
    )
    expect(calls(await rowOf('damage', 'd1')).map(call => call.function.arguments)).toEqual([
      '{"z": 1.0,"a":9007199254740993,"2":"x"}',
      '{"input":"not json"}',
      '{}',
      '{}',
    ])
  })
})

describe('tools', () => {
  it("parse() makes calls of the provider's own tools, with results where they are recorded", async () => {
    const found = await rowOf('provider-tools', 'b1')
    expect(calls(found).map(call => call.function.name)).toEqual([
      'web_search',
      'web_search',
      'tool_search',
      'image_generation',
      'mcp__paint__mix',
      'mcp__paint__mix',
      'exec_command',
    ])
    const results = found.messages.filter(({ role }) => role === 'tool')
    expect(results.map(({ tool_call_id }) => tool_call_id)).toEqual([
      'web_search_4',
      'call_ts',
      'ig_1',
      'call_mcp',
      'call_bad',
      'call_long',
    ])
    expect(results[2]!.content).toEqual([{ type: 'image_url', image_url: { url: 'data:image/png;base64,SUtJVEU=' } }])
    expect(results[3]!.content).toEqual([
      { type: 'text', text: 'mixed' },
      { type: 'image_url', image_url: { url: 'data:image/gif;base64,R0lG' } },
    ])
  })

  it('parse() tells failure from exit codes and reports, not from what a command printed', async () => {
    const errors = ({ messages, message_meta }: RolloutRow) =>
      messages.flatMap(({ tool_call_id }, i) => (tool_call_id === undefined ? [] : [[tool_call_id, message_meta[i]!.is_error]]))
    expect(errors(await rowOf('paginated', 'd1'))).toEqual([
      ['call_a', true],
      ['call_b', undefined],
      ['call_c', false],
    ])
    const provider = await rowOf('provider-tools', 'b1')
    expect(errors(provider).slice(3)).toEqual([
      ['call_mcp', false],
      ['call_bad', true],
      ['call_long', false],
    ])
    expect(provider.fidelity.truncated_results).toBe(1)
    expect(provider.outcome).toEqual({ status: 'failed', reward: null, detail: { errors: ['usage limit reached'], exit_codes: { 0: 1 } } })
  })

  it('parse() counts searches whose results the provider kept to itself', async () => {
    const { diagnostics } = await rowOf('provider-tools', 'b1')
    expect(diagnostics.filter(({ code }) => code === 'results_not_recorded')).toMatchObject([{ detail: { web_search: 1 } }])
    expect(codes(await rowOf('paginated', 'd1'))).not.toContain('results_not_recorded')
  })

  it('parse() collects the tool schemas that are recorded', async () => {
    const names = ({ tools }: RolloutRow) => [tools.status, ...tools.schemas.map(schema => schema.function.name)]
    expect(names(await rowOf('paginated', 'd1'))).toEqual(['recorded', 'shop__find_string'])
    expect(names(await rowOf('provider-tools', 'b1'))).toEqual(['recorded', 'mcp__paint__mix', 'fly'])
    expect(names(await rowOf('wrapped-2025-09', 'c1'))).toEqual(['absent'])
  })
})

describe('whose words', () => {
  it('parse() goes by what the record says of its blocks, then by what was typed, then by how a text begins', async () => {
    const origins = ({ messages, message_meta }: RolloutRow) =>
      messages.flatMap(({ role, content }, i) => (role === 'user' ? [[textOf(content).slice(0, 20), message_meta[i]!.origin]] : []))
    expect(origins(await rowOf('paginated', 'd1'))).toEqual([
      ['Repair rules of the ', 'harness'],
      ['<environment_context', 'human'],
    ])
    expect(origins(await rowOf('wrapped-2025-09', 'c1'))).toEqual([
      ['<user_instructions>\n', 'harness'],
      ['<environment_context', 'harness'],
      ['How long is the tail', 'human'],
      ['Measure it again.', 'human'],
      ['Never mind, thanks.', 'human'],
    ])
  })

  it('parse() makes base instructions and developer messages system messages of the harness', async () => {
    const found = await rowOf('paginated', 'd1')
    expect(said(found).slice(0, 2)).toEqual(['system: You mend kites.', 'system: Never fly in storms.'])
    expect(found.message_meta.slice(0, 2).map(({ origin }) => origin)).toEqual(['harness', 'harness'])
  })

  it('parse() does not repeat instructions that a message repeats already', async () => {
    expect(said(await rowOf('wrapped-2025-09', 'c1')).filter(text => text.includes('metric'))).toHaveLength(1)
  })

  it('parse() gives messages of other agents to the user role, origin agent', async () => {
    const found = await rowOf('replayed-parent', 'f2')
    expect(found.message_meta[0]).toMatchObject({ origin: 'agent', extra: { author: '/root', recipient: '/root/sewer', encrypted: 1 } })
  })
})
