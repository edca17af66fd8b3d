import { describe, expect, it } from 'vitest'
import { skipNoise } from './noise.ts'
import { sniff } from './sniff.ts'
import { brief, readFixture, sessionId } from './testing/read-fixture.ts'

const ONE = sessionId(1)

/** Origin and kind of the message that begins with these words. */
async function said(words: string) {
  const row = (await readFixture('whose-words')).rows[ONE]!
  const at = brief(row).findIndex(line => line.includes(words))
  return row.message_meta[at]
}

describe('parse() tells whose words a user message holds', () => {
  it.each([
    ['<command-name>/plant', { origin: 'human', extra: { command: { name: '/plant', args: 'tulips --deep' } } }],
    ['<bash-input>', { origin: 'human', extra: { command: { name: '!', args: 'ls beds' } } }],
    ['<bash-stdout>', { origin: 'harness' }],
    ['<local-command-caveat>', { origin: 'harness' }],
    ['Base directory for this skill', { origin: 'harness', extra: { harness: 'skill', source_tool_call_id: 'toolu_S' } }],
    ['What is this file?', { origin: 'human', extra: { injected_blocks: [0] } }],
    ['It rains', { origin: 'hook' }],
    ['The greenhouse is open', { origin: 'hook' }],
    ['No digging today', { origin: 'hook' }],
    ['Stop hook feedback', { origin: 'hook' }],
    ['Never pull the parsley', { origin: 'harness', extra: { attachment: 'nested_memory' } }],
    ['Beds are dug', { origin: 'agent' }],
    ['Dug it.', { origin: 'agent' }],
    ['Look at this', { origin: 'human', extra: { kind: 'queued_prompt' } }],
    ['<task-notification>', { origin: 'harness', extra: { harness: 'task_notification' } }],
    ['[Request interrupted by user', { origin: 'harness', boundary: 'interruption' }],
    ['<command-name>/cost', { origin: 'harness', extra: { command: { name: '/cost', args: '' } } }],
    ['3 coins', { origin: 'harness' }],
    ['A reminder from the calendar', { origin: 'harness' }],
  ])('%s', async (words, meta) => {
    expect(await said(words)).toMatchObject(meta)
  })

  it('keeps aside what the model was not shown in words', async () => {
    const { rows, ledgers } = await readFixture('whose-words')
    expect(JSON.stringify(rows[ONE]!.messages)).not.toMatch(/seen by the person|formatted|Still gardening|Running PostToolUse/)
    expect(rows[ONE]!.source_meta).toMatchObject({
      tool_names: ['Hoe', 'Rake'],
      attachments: { task_reminder: 1, hook_non_blocking_error: 1, hook_success: 1 },
      title: 'Tulips',
      title_source: 'custom-title',
      pull_requests: ['https://example.com/pull/4'],
    })
    expect(ledgers[`-srv-garden/${ONE}.jsonl`]!.buckets.noise).toEqual({ 'status line': 1, 'file-history-snapshot': 1 })
  })

  it('gives a prompt that only the queue recorded behind the results it came with', async () => {
    const { rows } = await readFixture('queue')
    expect(brief(rows[ONE]!)).toEqual([
      'user: Open the gate',
      'assistant:  → toolu_1',
      'tool: open ← toolu_1',
      'user: use the spare key',
      'assistant: I used the spare key.',
      'user: <task-notification>',
      'assistant: The task is done.',
      'user: use the spare key',
      'assistant: Again.',
    ])
    expect(rows[ONE]!.message_meta[3]).toMatchObject({ origin: 'human', records: [6, 7] })
    expect(rows[ONE]!.source_meta['undelivered_prompts']).toEqual(['lock it later'])
  })
})

describe('parse() of what a model says', () => {
  it('keeps arguments as they were written', async () => {
    const { rows } = await readFixture('model-words')
    const written = rows[ONE]!.messages.flatMap(({ tool_calls }) => tool_calls ?? []).map(call => call.function.arguments)
    expect(written).toEqual([
      '{"z":1,"a":1.0,"10":2,"2":1,"big":12345678901234567890,"name":"caf\\u00e9 é","half":"\\ud83d","e":1e3}',
      '{"b":1.50,"a":[1,2]}',
      '{"n":1.0}',
      '{"n":1}',
      '{"query":"loam"}',
      '{"input":"ls -l"}',
    ])
  })

  it('makes images, documents and server tools blocks and calls that chat APIs know', async () => {
    const { rows } = await readFixture('model-words')
    const { messages, message_meta } = rows[ONE]!
    expect(messages[3]!.content).toEqual([
      { type: 'image_url', image_url: { url: 'data:image/jpeg;base64,/9j/' } },
      { type: 'image_url', image_url: { url: 'https://example.com/i.png' } },
    ])
    expect(messages[6]!.content[0]).toEqual({ type: 'file', file: { filename: 'Soil', file_data: 'data:application/pdf;base64,JVBERi0=' } })
    expect(brief(rows[ONE]!).slice(7, 9)).toEqual([
      'assistant: Loam it is. → srvtoolu_1',
      'tool: [{"type":"web_search_result","title":"Loam","url":"https://example.com/loam"}] ← srvtoolu_1',
    ])
    expect(message_meta[7]!.extra).toMatchObject({ fallback: { to: { model: 'small' } }, unknown_blocks: [{ type: 'novelty' }] })
    expect(message_meta[2]!.extra).toMatchObject({ tool_references: ['Scale'], unknown_blocks: [{ type: 'mystery', x: 1 }] })
  })

  it('counts thinking that is there and unreadable', async () => {
    const { rows } = await readFixture('model-words')
    expect(rows[ONE]!.fidelity).toMatchObject({ reasoning: 'encrypted', redacted_reasoning: 1 })
    expect(rows[ONE]!.messages[7]!.reasoning_content).toBe('Loam is good.')
  })

  it('leaves out what was replaced or taken back', async () => {
    const { rows, ledgers } = await readFixture('model-words')
    expect(brief(rows[ONE]!).join()).not.toMatch(/First try|Never mind/)
    expect(brief(rows[ONE]!)).toContain('assistant: Second try')
    expect(ledgers[`-srv-garden/${ONE}.jsonl`]!.buckets.abandoned).toBe(3)
    expect(rows[ONE]!.diagnostics.map(({ code }) => code)).toContain('api_refusal')
  })

  it('finds the call of a result that lost its id, and keeps the text that shared its record', async () => {
    const { rows } = await readFixture('model-words')
    const at = brief(rows[ONE]!).indexOf('tool: total 0 ← call_24_0')
    expect(rows[ONE]!.message_meta[at]!.extra).toEqual({ call_inferred: true })
    expect(brief(rows[ONE]!)[at + 1]).toBe('user: that was all')
    expect(rows[ONE]!.message_meta[at - 1]!.usage).toMatchObject({ cost_usd: 0.25, input_tokens: null })
  })

  it('drops a response that was written again behind a later prompt', async () => {
    const { rows } = await readFixture('model-words')
    expect(brief(rows[ONE]!).filter(line => line.includes('Nothing there.'))).toHaveLength(1)
  })
})

describe('skipNoise()', () => {
  const progress = `{"parentUuid":"p","isSidechain":false,"cwd":"/w","type":"progress","data":{"type":"bash_progress","output":"{}"},"toolUseID":"t","uuid":"u","timestamp":"2026-01-01T00:00:00Z"}`
  const record = `{"parentUuid":"u","sessionId":"s","type":"user","message":{"role":"user","content":"hello"},"uuid":"v"}`

  it('passes over progress undecoded, and tells what the graph needs', () => {
    const links: unknown[] = []
    expect(skipNoise(Buffer.from(progress), link => links.push(link))).toEqual({ bucket: 'noise', reason: 'progress' })
    expect(links).toEqual([{ uuid: 'u', parent: 'p', isSidechain: false, timestamp: '2026-01-01T00:00:00Z' }])
  })

  it.each([
    ['a record glued behind it', progress + record],
    ['a record glued into it', progress.slice(0, 120) + record],
    ['a torn end', progress.slice(0, -4)],
    ['another type inside', record.replace('hello', 'a \\"type\\":\\"progress\\" of sorts')],
    ['a glued snapshot', `{"type":"file-history-snapshot","messageId":"m","snapshot":{}}${record}`],
  ])('decodes %s', (_, line) => {
    expect(skipNoise(Buffer.from(line), null)).toBeNull()
  })
})

describe('sniff()', () => {
  it.each([
    ['{"type":"summary","summary":"x","leafUuid":"y"}'],
    ['{"type":"queue-operation","operation":"dequeue","sessionId":"s"}'],
    ['{"type":"file-history-snapshot","messageId":"m","snapshot":{}}'],
    [`{"parentUuid":null,"isSidechain":false,"type":"user","message":{"role":"user","content":"${'long '.repeat(4)}`],
  ])('knows %s', head => {
    expect(sniff('a.jsonl', head)).toBe(true)
  })

  it.each([
    ['{"type":"session","version":3,"id":"x"}'],
    ['{"timestamp":"t","type":"session_meta","payload":{"id":"x"}}'],
    ['{"sessionId":"s","type":"user","message":{"role":"user","parts":[{"text":"hi"}]}}'],
    ['{"type":"assistant","message":{"content":"x"},"session_id":"s"}'],
    ['{"role":"user","content":"hi"}'],
  ])('leaves %s to others', head => {
    expect(sniff('a.jsonl', head)).toBe(false)
  })
})
