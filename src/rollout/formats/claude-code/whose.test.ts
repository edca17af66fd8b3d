import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../json/json.ts'
import { textBlock } from '../../conversation/blocks.ts'
import { whose } from './whose.ts'

const judge = (record: JsonObject, ...texts: string[]) => whose(record, texts.map(textBlock))
const HUMAN = { origin: { kind: 'human' } }

describe('whose(): what the record says counts before its words', () => {
  it.each([
    'This session is being continued from a previous conversation that ran out of context. I pasted it: dig on.',
    '[Request interrupted by user]',
    'Stop hook feedback: what is that?',
    '<command-name>/dig</command-name> is what I see',
    '<task-notification><task-id>1</task-id></task-notification>',
    '<teammate-message teammate_id="a">b</teammate-message>',
    'Operation stopped by hook: why?',
    '[cron:abc] what does this mean?',
  ])('a person’s by origin or by promptSource: %s', text => {
    for (const flags of [HUMAN, { promptSource: 'typed' }, { promptSource: 'queued' }])
      expect(judge(flags, text)).toMatchObject({ origin: 'human', prompt: true, boundary: null })
  })

  it.each([
    [{ origin: { kind: 'peer' }, isMeta: true, promptSource: 'system' }, 'Another Claude session sent a message:\nhi', 'agent', 'peer'],
    [{ origin: { kind: 'peer' } }, '<teammate-message teammate_id="a">done</teammate-message>', 'agent', 'teammate'],
    [{ origin: { kind: 'coordinator' } }, 'plain words', 'agent', 'coordinator'],
    [{ origin: 'teammate' }, 'plain words', 'agent', 'teammate'],
    [{ origin: { kind: 'task-notification' } }, 'plain words', 'harness', 'task_notification'],
    [{ origin: { kind: 'auto-continuation' } }, 'go on', 'harness', 'auto_continuation'],
    [{ origin: { kind: 'stop-hook' } }, 'not yet', 'hook', 'stop-hook'.replace('-', '_')],
    [{ planContent: '# Plan', ...HUMAN }, 'Implement the following plan:\n\n# Plan', 'harness', 'plan'],
    [{ isMeta: true }, 'Stop hook feedback:\n- dry', 'hook', 'hook'],
    [{ isMeta: true }, '<teammate-message teammate_id="a">done</teammate-message>', 'agent', 'teammate'],
    [{ isMeta: true }, 'words of no known kind', 'harness', 'meta'],
    [{ promptSource: 'system' }, 'words of no known kind', 'harness', 'system'],
    [{ isCompactSummary: true, ...HUMAN }, 'Whatever', 'harness', 'compaction'],
  ] as const)('%j', (record, text, origin, harness) => {
    expect(judge(record as unknown as JsonObject, text)).toMatchObject({ origin, extra: { harness } })
  })

  it('gives a message through a channel to the person behind it', () => {
    expect(judge({ origin: { kind: 'channel', server: 'plugin:chat' } }, '<channel source="chat">dig</channel>')).toMatchObject({
      origin: 'human',
      prompt: true,
      extra: { channel: 'plugin:chat' },
    })
  })

  it('does not take a scrubbed flag for a sender', () => {
    expect(judge({ origin: { kind: '[trimmed here]' }, promptSource: '[trimmed here]' }, 'dig')).toMatchObject({ origin: 'human' })
  })
})

describe('whose(): a plan carried into a fresh session, before records said so', () => {
  const frame = (path: string, behind = '') =>
    `Implement the following plan:\n\n# Beds\n\n1. Dig\n\n\nIf you need specific details from before exiting plan mode (like words), read the full transcript at: ${path}${behind}`

  it.each(['/h/.claude/projects/-w/a.jsonl', '/h u/.REDACTED.jsonl', 'C:\\Users\\u\\a.jsonl\n'])(
    'is the harness’s where its frame ends with %j',
    path => {
      expect(judge({}, frame(path))).toMatchObject({ origin: 'harness', prompt: true, extra: { harness: 'plan' } })
    },
  )

  it.each([
    ['a person typed it', { origin: { kind: 'human' } }, frame('/h/a.jsonl')],
    ['a person queued it', { promptSource: 'queued' }, frame('/h/a.jsonl')],
    ['words follow', {}, frame('/h/a.jsonl', '\n\nBut dig the long bed first')],
    ['it is no frame', {}, 'Implement the following plan:\n\n# Beds\n1. Dig'],
  ])('is a person’s where %s', (_, record, text) => {
    expect(judge(record as JsonObject, text)).toMatchObject({ origin: 'human', prompt: true })
  })
})

describe('whose(): commands', () => {
  const echo = (args: string) =>
    `<command-message>dig</command-message>\n<command-name>/dig</command-name>\n<command-args>${args}</command-args>`

  it('leaves to a person what was typed as arguments', () => {
    expect(judge({}, echo('the long bed'))).toMatchObject({ origin: 'human', extra: { command: { name: '/dig', args: 'the long bed' } } })
  })

  it.each([echo(''), '/compact', '/garden:water', ' /clear \n'])('takes a bare command for no prompt: %s', text => {
    for (const flags of [{}, HUMAN]) {
      if (text === echo('') && flags === HUMAN) continue
      expect(judge(flags, text)).toMatchObject({ origin: 'harness', prompt: false, extra: { harness: 'command' } })
    }
  })

  it.each(['/etc/hosts is wrong', '/ is full', '/dig the long bed', 'see /compact'])('takes words for a prompt: %s', text => {
    expect(judge({}, text)).toMatchObject({ origin: 'human', prompt: true })
  })
})

describe('whose(): reminders glued to typed words', () => {
  it('tells them apart, and keeps every character', () => {
    const text = '<system-reminder>It rains.</system-reminder>\n\nDig anyway'
    const { origin, content, extra } = judge({}, text)
    expect(origin).toBe('human')
    expect(extra).toEqual({ injected_blocks: [0] })
    expect(content.map(block => block['text'])).toEqual(['<system-reminder>It rains.</system-reminder>\n\n', 'Dig anyway'])
  })

  it('counts blocks behind ones that were told apart', () => {
    const { content, extra } = judge({}, '<ide_selection>a</ide_selection>Dig', '<system-reminder>wet</system-reminder>')
    expect(content).toHaveLength(3)
    expect(extra).toEqual({ injected_blocks: [0, 2] })
  })
})
