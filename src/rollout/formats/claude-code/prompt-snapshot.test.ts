import { describe, expect, it } from 'vitest'
import { brief, sessionId } from './testing/read-fixture.ts'
import { readWritten, Scribe } from './testing/read-written.ts'

const ONE = sessionId(1)
const FILE = `-srv-garden/${ONE}.jsonl`
const HOE = { name: 'Hoe', description: 'Hoe a bed', input_schema: { type: 'object' } }

describe('a recorded system prompt', () => {
  it('leads the row with its tools; of two at the start the last counts', async () => {
    const log = new Scribe(ONE)
    const records = [
      log.attachment({ type: 'prompt_snapshot', systemPrompt: ['First draft'] }),
      log.attachment({
        type: 'prompt_snapshot',
        cliPrefix: 'You are a gardener.',
        systemPrompt: ['Be kind.', '__SYSTEM_PROMPT_DYNAMIC_BOUNDARY__', 'Today it rains.'],
        tools: [{ name: 'Rake', description: 'Rake', schema: { type: 'object' } }, HOE, { description: 'nameless' }],
      }),
      log.user('Dig'),
      log.model('Dug.'),
    ]
    const { rows, ledgers } = await readWritten({ [FILE]: records })
    const row = rows[ONE]!
    expect(row.messages[0]).toEqual({
      role: 'system',
      content: ['You are a gardener.', 'Be kind.', 'Today it rains.'].map(text => ({ type: 'text', text })),
    })
    expect(row.message_meta[0]).toMatchObject({ record: 2, origin: 'harness', train: false })
    expect(row.tools.status).toBe('recorded')
    expect(row.tools.schemas.map(({ function: tool }) => [tool.name, tool.parameters])).toEqual([
      ['Rake', { type: 'object' }],
      ['Hoe', { type: 'object' }],
    ])
    expect(ledgers[FILE]!.drift).toEqual({})
  })

  it('is the first in force as recorded, and the last as sent', async () => {
    const log = new Scribe(ONE)
    const records = [
      log.user('Dig'),
      log.attachment({ type: 'prompt_snapshot', systemPrompt: 'Early', tools: [HOE] }),
      log.model('Dug.'),
      log.record('system', { subtype: 'compact_boundary', parentUuid: null, compactMetadata: { trigger: 'auto' } }),
      log.user('All was dug.', { isCompactSummary: true }),
      log.attachment({ type: 'prompt_snapshot', systemPrompt: 'Late', tools: [HOE, { name: 'Rake' }] }),
      log.user('Rake'),
      log.model('Raked.'),
    ]
    const recorded = (await readWritten({ [FILE]: records })).rows[ONE]!
    const asSent = (await readWritten({ [FILE]: records }, { context: 'as_sent' })).rows[ONE]!
    expect(brief(recorded)[0]).toBe('system: Early')
    expect(recorded.tools.schemas).toHaveLength(1)
    expect(brief(asSent)).toEqual(['system: Late', 'user: All was dug.', 'user: Rake', 'assistant: Raked.'])
    expect(asSent.tools.schemas).toHaveLength(2)
  })

  it('adds the schemas of tools given on demand', async () => {
    const log = new Scribe(ONE)
    const { rows } = await readWritten({
      [FILE]: [
        log.attachment({ type: 'prompt_snapshot', systemPrompt: ['S'], tools: [HOE] }),
        log.user('Dig'),
        log.attachment({ type: 'deferred_tools_record', entries: [{ name: 'Cron', description: 'Plan', input_schema: {} }, HOE] }),
        log.model('Dug.'),
      ],
    })
    expect(rows[ONE]!.tools.schemas.map(({ function: { name } }) => name)).toEqual(['Hoe', 'Cron'])
  })

  it('makes no row of a file that holds nothing else', async () => {
    const log = new Scribe(ONE)
    const { rows, ledgers } = await readWritten({ [FILE]: [log.attachment({ type: 'prompt_snapshot', systemPrompt: ['S'] })] })
    expect(rows).toEqual({})
    expect(ledgers[FILE]!.records).toBe(1)
  })
})

describe('attachments of newer versions', () => {
  it.each([
    [
      'instructions',
      {
        files: [
          { path: 'A.md', content: 'Be terse.' },
          { path: 'B.md', content: 'Use tabs.' },
        ],
      },
      'Be terse. | Use tabs.',
    ],
    ['session_context', { context: { gitStatus: 'clean', email: 'a@b.example' } }, 'gitStatus: clean | email: a@b.example'],
    ['environment', { snapshot: { platform: 'linux' } }, 'platform: linux'],
    ['date', { date: '2026-10-01' }, '2026-10-01'],
    ['model', { text: 'You are powered by a model.', identity: {} }, 'You are powered by a model.'],
    ['silent_turn_reminder', { text: 'Say where you are.' }, 'Say where you are.'],
  ])('%s', async (type, fields, said) => {
    const log = new Scribe(ONE)
    const { rows, ledgers } = await readWritten({ [FILE]: [log.user('Dig'), log.attachment({ type, ...fields }), log.model('Dug.')] })
    expect(brief(rows[ONE]!)[1]).toBe(`user: ${said}`)
    expect(rows[ONE]!.message_meta[1]).toMatchObject({ origin: 'harness', extra: { harness: type, attachment: type } })
    expect(ledgers[FILE]!.drift).toEqual({})
  })

  it.each([
    ['a text', '<system-reminder>As sent</system-reminder>'],
    ['messages', [{ content: '<system-reminder>As sent</system-reminder>' }]],
    ['messages of blocks', [{ role: 'user', content: [{ type: 'text', text: '<system-reminder>As sent</system-reminder>' }] }]],
  ])('the words as they were sent count, given as %s', async (_, rendered) => {
    const log = new Scribe(ONE)
    for (const type of ['nested_memory', 'task_reminder', 'not_known_yet']) {
      const attachment = log.attachment({ type, content: { content: 'raw' } }, { rendered })
      const { rows } = await readWritten({ [FILE]: [log.user('Dig'), attachment, log.model('Dug.')] })
      expect(brief(rows[ONE]!)[1]).toBe('user: <system-reminder>As sent</system-reminder>')
    }
  })

  it('say which thoughts left the context', async () => {
    const log = new Scribe(ONE)
    const thought = [
      { type: 'thinking', thinking: 'Spade or hoe?' },
      { type: 'text', text: 'Dug.' },
    ]
    const { rows } = await readWritten({
      [FILE]: [
        log.user('Dig'),
        log.model(thought),
        log.attachment({ type: 'thinking_stripped', scope: 'all' }),
        log.user('Rake'),
        log.model(thought),
      ],
    })
    const { message_meta, diagnostics } = rows[ONE]!
    expect(message_meta[1]!.extra).toMatchObject({ thoughts_left_context: true })
    expect(message_meta[3]!.extra).not.toHaveProperty('thoughts_left_context')
    expect(diagnostics).toMatchObject([{ code: 'thoughts_left_context', detail: { type: 'thinking_stripped', scope: 'all' } }])
  })

  it('a part of the thoughts that nobody names is said, and marked nowhere', async () => {
    const log = new Scribe(ONE)
    const drop = log.attachment({ type: 'thinking_drop', model: 'claude-opus-5', thinkingBlocksSent: 2 })
    const { rows } = await readWritten({ [FILE]: [log.user('Dig'), log.model([{ type: 'thinking', thinking: 'Hm' }]), drop] })
    expect(JSON.stringify(rows[ONE]!.message_meta)).not.toContain('thoughts_left_context')
    expect(rows[ONE]!.diagnostics).toHaveLength(1)
  })
})

describe('records that say nothing of the conversation', () => {
  it.each(['file-history-delta', 'isolation-latch', 'artifact-autoreact-ledger', 'artifact-comment-monitor'])('%s is known', async type => {
    const log = new Scribe(ONE)
    const { ledgers } = await readWritten({ [FILE]: [log.user('Dig'), { type, sessionId: ONE }, log.model('Dug.')] })
    expect(ledgers[FILE]!.drift).toEqual({})
  })

  it.each(['bash_output_audience_note', 'remote_session_change', 'credential_org'])('attachment %s is known', async type => {
    const log = new Scribe(ONE)
    const { ledgers } = await readWritten({ [FILE]: [log.user('Dig'), log.attachment({ type }), log.model('Dug.')] })
    expect(ledgers[FILE]!.drift).toEqual({})
  })
})
