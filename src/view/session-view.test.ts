import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openRollouts } from '../rollout/read.ts'
import type { Row } from '../row.ts'
import type { SessionView, ViewItem } from './session-items.ts'
import { sessionMarkdown } from './session-markdown.ts'
import { sessionText } from './session-text.ts'
import { sessionView } from './session-view.ts'

const formats = join(import.meta.dirname, '..', 'rollout', 'formats')
const cases = readdirSync(formats).flatMap(format => readdirSync(join(formats, format, 'fixtures')).map(name => [format, name] as const))

async function rowsOf(format: string, name: string): Promise<Row[]> {
  const rollouts = await openRollouts({
    format: format.replaceAll('-', '_') as 'codex',
    path: join(formats, format, 'fixtures', name, 'logs'),
    branches: 'all',
  }).catch(() => null)
  if (rollouts === null) return [] // of logs that are no sessions
  const rows: Row[] = []
  for (const unit of rollouts.units)
    for (const outcome of (await rollouts.read(unit)).outcomes) if ('row' in outcome) rows.push(outcome.row as unknown as Row)
  rollouts.close()
  return rows
}

describe('every session of every format is shown whole', () => {
  it.each(cases)('%s: %s', async (format, name) => {
    for (const row of await rowsOf(format, name)) {
      const view = sessionView(row)
      const messages = row['messages'] as {
        role: string
        content: { text?: string }[]
        reasoning_content?: string
        tool_calls?: { function: { name: string } }[]
      }[]
      const shown = new Map<string, number>()
      const say = (text: string) => void shown.set(text, (shown.get(text) ?? 0) + 1)
      for (const item of view.items) {
        if ('text' in item) say(item.text)
        if (item.kind === 'call') say(`call ${item.name}`)
        if ((item.kind === 'call' || item.kind === 'result') && item.result !== null) say(item.result.text)
      }
      for (const message of messages) {
        const said = message.content.every(block => block.text !== undefined) ? message.content.map(block => block.text).join('\n') : ''
        for (const text of [
          said,
          message.reasoning_content ?? '',
          ...(message.tool_calls ?? []).map(call => `call ${call.function.name}`),
        ]) {
          if (text.trim() === '') continue
          expect(shown.get(text), `${row['trace_id']}: ${text}`).toBeGreaterThan(0)
          shown.set(text, shown.get(text)! - 1)
        }
      }
      expect(view.calls).toBeLessThanOrEqual(row['tool_call_count'] as number)
      for (const show of ['read', 'all', 'talk'] as const) expect(sessionText(view, { width: 60, color: false, show })).not.toBe('')
    }
  })
})

const text = (words: string) => [{ type: 'text', text: words }]
const call = (id: string, name: string, args: object) => ({ id, type: 'function', function: { name, arguments: JSON.stringify(args) } })
const kinds = (view: SessionView) => view.items.map(item => item.kind)
const rowWith = (messages: object[], meta: object[] = [], more: object = {}) =>
  ({ trace_id: 'a', messages, message_meta: meta, ...more }) as unknown as Row

it('calls stand with their results, in whatever order these came; what answers no call stays alone', () => {
  const view = sessionView(
    rowWith(
      [
        { role: 'assistant', content: [], tool_calls: [call('1', 'Read', { file_path: '/a' }), call('2', 'Bash', { command: 'ls\npwd' })] },
        { role: 'tool', content: text('second'), tool_call_id: '2' },
        { role: 'tool', content: text('first'), tool_call_id: '1' },
        { role: 'tool', content: text('nobody asked'), tool_call_id: '3' },
      ],
      [{}, { is_error: true }, {}, {}],
    ),
  )
  const calls = view.items.filter((item): item is Extract<ViewItem, { kind: 'call' }> => item.kind === 'call')
  expect(calls.map(({ name, brief, result }) => [name, brief, result!.text, result!.failed])).toEqual([
    ['Read', '/a', 'first', false],
    ['Bash', 'ls …', 'second', true],
  ])
  expect(kinds(view)).toEqual(['call', 'call', 'result'])
  expect([view.calls, view.failures]).toEqual([2, 1])
})

it('sub-agents stand at the call that spawned them, whatever is spawned in turn; a fork where it left, the rest at the end', () => {
  const said = (...roles: string[]) => roles.map((role, i) => ({ role, content: text(`${role} ${i}`) }))
  const parent = rowWith([{ role: 'assistant', content: [], tool_calls: [call('t', 'Task', {})] }, ...said('user', 'assistant')])
  const child = (id: string, of: string, more: object, meta: object[] = []) =>
    rowWith(said('user', 'assistant'), meta, { trace_id: id, parent_trace_id: of, ...more })
  const view = sessionView(parent, [
    child('spawned', 'a', { relation: 'subagent', spawn_tool_call_id: 't' }),
    child('deeper', 'spawned', { relation: 'subagent', spawn_tool_call_id: 'unknown' }),
    child('fork', 'a', { relation: 'fork' }, [{ replay: true }, {}]),
    child('later', 'a', { relation: 'continuation' }),
    child('other', 'b', { relation: 'fork' }),
  ])
  expect(kinds(view)).toEqual(['call', 'child', 'prompt', 'answer', 'child'])
  const [first, fork] = view.items as [Extract<ViewItem, { kind: 'call' }>, Extract<ViewItem, { kind: 'child' }>]
  expect(first.children.map(({ trace_id }) => trace_id)).toEqual(['spawned'])
  expect(kinds(first.children[0]!)).toEqual(['prompt', 'answer', 'child'])
  expect(fork.child.trace_id).toBe('fork')
  expect(view.items.at(-1)).toMatchObject({ child: { trace_id: 'later' } })
})

it('a family that goes in a circle ends', () => {
  const row = (id: string, parent: string) =>
    rowWith([{ role: 'user', content: text(id) }], [], { trace_id: id, parent_trace_id: parent, relation: 'fork' })
  const view = sessionView(row('a', 'b'), [row('a', 'b'), row('b', 'a')])
  expect(JSON.stringify(view).match(/"trace_id":"[ab]"/g)).toHaveLength(2)
})

it('whose words, what is trained on, where in the log: of each message', () => {
  const view = sessionView(
    rowWith(
      [
        { role: 'user', content: text('remember') },
        { role: 'user', content: text('do it') },
        { role: 'assistant', content: text('done') },
      ],
      [
        { origin: 'harness', record: 1, extra: { harness: 'reminder' } },
        { origin: 'human', record: 2, file: 'b.jsonl', timestamp: '2026-01-01T00:00:00Z', boundary: 'compaction' },
        { origin: 'model', record: 3, train: true },
      ],
      { source_path: '/logs/a.jsonl' },
    ),
  )
  expect(view.items).toMatchObject([
    { kind: 'note', label: 'reminder', whose: 'harness', place: '/logs/a.jsonl:1' },
    { kind: 'boundary', boundary: 'compaction' },
    { kind: 'prompt', whose: 'human', place: 'b.jsonl:2', at: '2026-01-01T00:00:00Z', trained: false },
    { kind: 'answer', whose: 'model', trained: true },
  ])
})

it.each<[string, object]>([
  ['nothing', {}],
  ['messages that are none', { messages: [null, 1, 'x', [], {}], message_meta: 'x' }],
  ['calls that are none', { messages: [{ role: 'assistant', content: null, tool_calls: [null, {}, { function: 3 }] }] }],
  [
    'names that objects have by birth',
    { messages: [{ role: '__proto__', content: [{ type: 'constructor' }] }], message_meta: [{ origin: 'toString' }] },
  ],
])('a row of other makers is shown as far as it goes: %s', (_name, row) => {
  const view = sessionView(row as Row)
  expect(sessionText(view, { width: 80, color: false, show: 'all' })).not.toContain('undefined')
})

describe('what a session without a prompt is called', () => {
  const row = (extra: object) => ({
    trace_id: 'dig-1',
    messages: [{ role: 'user', content: [{ type: 'text', text: '<command-name>/init</command-name>' }] }],
    message_meta: [{ origin: 'harness', extra }],
  })

  it('is the command that a person gave', () => {
    const view = sessionView(row({ harness: 'command', command: { name: '/init', args: '' } }) as unknown as Row)
    expect(view.prompt).toBe('/init')
    expect(sessionText(view, { width: 60, color: false, show: 'all' })).toMatch(/^\/init\ndig-1\n/)
  })

  it('is the command also where a person gave words with it', () => {
    const given = row({ command: { name: '/dig', args: 'here' } })
    const view = sessionView({ ...given, message_meta: [{ ...given.message_meta[0], origin: 'human' }] } as unknown as Row)
    expect([view.prompt, view.prompts]).toEqual(['/dig here', 1])
    expect(view.items).toMatchObject([{ kind: 'prompt', asked: '/dig here' }])
  })

  it('is its id, told once', () => {
    const view = sessionView(row({}) as unknown as Row)
    expect(sessionText(view, { width: 60, color: false, show: 'all' }).split('dig-1')).toHaveLength(2)
    expect(sessionMarkdown(view).split('dig-1')).toHaveLength(2)
  })
})

it('lines are no wider than they may be, whatever stands in them', () => {
  const words = 'water the long bed and then the short one, and '.repeat(8)
  const call = (id: string, args: object) => ({
    id,
    type: 'function',
    function: { name: 'water_the_beds', arguments: JSON.stringify(args) },
  })
  const row = {
    trace_id: 'dig-1',
    messages: [
      { role: 'user', content: [{ type: 'text', text: words }] },
      { role: 'assistant', content: [], tool_calls: [call('1', { command: words })] },
      { role: 'tool', tool_call_id: '1', content: [{ type: 'text', text: `${words}\n`.repeat(200) }] },
    ],
    message_meta: [{ origin: 'human' }, { origin: 'model', timestamp: '2026-05-01T09:00:00Z' }, { origin: 'tool', is_error: true }],
  }
  for (const width of [60, 78, 120])
    for (const show of ['read', 'all'] as const) {
      const lines = sessionText(sessionView(row as unknown as Row), { width, color: false, show }).split('\n')
      expect(lines.filter(line => line.length > width)).toEqual([])
      // No line begins with the space at which it was broken.
      expect(lines.filter(line => /^ {2}(?:│ )? \S/.test(line))).toEqual([])
    }
})
