import { expect, it } from 'vitest'
import type { Json } from '../json/json.ts'
import type { Row } from '../row.ts'
import { factsOf } from './facts.ts'

type Said = [role: 'user' | 'assistant' | 'tool', meta?: { [key: string]: Json }, more?: { [key: string]: Json }]

const ORIGINS = { user: 'human', assistant: 'model', tool: 'tool' }
const call = (id: string, name: string) => ({ tool_calls: [{ id, type: 'function', function: { name, arguments: '{}' } }] })

function rowOf(said: readonly Said[], more: Row = {}): Row {
  return {
    trace_id: 'a',
    messages: said.map(([role, , rest], i) => ({ role, content: [{ type: 'text', text: `${role} ${i}` }], ...rest })),
    message_meta: said.map(([role, meta]) => ({ origin: ORIGINS[role], timestamp: null, train: role === 'assistant', record: 1, ...meta })),
    ...more,
  } as Row
}

const failed: Said = ['tool', { is_error: true }, { tool_call_id: 'x' }]

it.each<[string, Said[], number]>([
  ['right behind the failure', [failed, ['user']], 1],
  ['with two responses between', [failed, ['assistant'], ['assistant'], ['user']], 1],
  ['too late', [failed, ['assistant'], ['assistant'], ['assistant'], ['user']], 0],
  ['once for one failure', [failed, ['user'], ['user']], 1],
  ['once for many failures', [failed, failed, ['user']], 1],
  ['not by the harness', [failed, ['user', { origin: 'harness' }]], 0],
  ['not before the failure', [['user'], failed], 0],
  ['not where another row said it', [['tool', { is_error: true, replay: true }], ['user']], 0],
])('a person corrects a failure: %s', (_name, said, corrections) => {
  expect(factsOf(rowOf(said)).corrections).toBe(corrections)
})

it('tools are counted with what failed of each, names that objects have by birth among them', () => {
  const { tools, errors, tool_calls } = factsOf(
    rowOf([
      ['assistant', {}, call('1', '__proto__')],
      ['tool', { is_error: true }, { tool_call_id: '1' }],
      ['assistant', {}, call('2', 'Bash')],
      ['tool', {}, { tool_call_id: '2' }],
      ['assistant', {}, call('3', 'Bash')],
      ['tool', { is_error: true }, { tool_call_id: '3' }],
      ['assistant', { replay: true }, call('4', 'Bash')],
    ]),
  )
  expect(tools).toEqual([
    { name: '__proto__', calls: 1, failed: 1 },
    { name: 'Bash', calls: 2, failed: 1 },
  ])
  expect([errors, tool_calls]).toEqual([2, 3])
})

it('each response has its time and model; what the log counts beyond them is kept apart; what is repeated is counted elsewhere', () => {
  const usage = (input: number, cost: number | null = null) => ({ input_tokens: input, output_tokens: 1, cost_usd: cost })
  const facts = factsOf(
    rowOf(
      [
        ['assistant', { usage: usage(10, 0.5), timestamp: '2026-03-01T10:00:00+01:00', model: 'm-1' }],
        ['assistant', { usage: usage(1000), replay: true }],
        ['assistant', { usage: usage(5), model: 'm-2' }],
      ],
      {
        usage: {
          input_tokens: 20,
          output_tokens: 2,
          cached_input_tokens: null,
          cache_write_tokens: null,
          reasoning_tokens: null,
          cost_usd: 0.5,
        },
      },
    ),
  )
  expect(facts.responses.map(({ message, at, model, input_tokens, cost_usd }) => [message, at, model, input_tokens, cost_usd])).toEqual([
    [0, Date.parse('2026-03-01T09:00:00Z'), 'm-1', 10, 0.5],
    [2, null, 'm-2', 5, null],
  ])
  expect(facts.rest).toMatchObject({ input_tokens: 5, output_tokens: null, cost_usd: null })
})

it.each<[string, Row]>([
  ['nothing', {}],
  ['no meta', { messages: [{ role: 'user', content: 'hi' }], trace_id: null }],
  ['messages that are none', { messages: [null, 3, 'x', []], message_meta: 'x', models: [1, null], started_at: 'soon' }],
  ['calls that are none', { messages: [{ role: 'assistant', content: null, tool_calls: 'x' }] }],
])('rows of other makers have facts too: %s', (_name, row) => {
  expect(factsOf(row)).toMatchObject({ started_at: null, tools: [], responses: [] })
})

it.each<[string, Said[], string | null]>([
  ['a prompt', [['user', { origin: 'harness', extra: { command: { name: '/init', args: '' } } }], ['user']], 'user 1'],
  ['a command, where there is no prompt', [['user', { origin: 'harness', extra: { command: { name: '/init', args: '' } } }]], '/init'],
  ['a command with words of a person, as it was typed', [['user', { extra: { command: { name: '/dig', args: 'here' } } }]], '/dig here'],
  ['a command as it was typed', [['user', { origin: 'harness', extra: { command: { name: '/dig', args: 'deep' } } }]], '/dig deep'],
  ['no command that another row gave', [['user', { origin: 'harness', replay: true, extra: { command: { name: '/init' } } }]], null],
  ['nothing of what only the harness said', [['user', { origin: 'harness', extra: { command: 'x' } }]], null],
])('a session begins with %s', (_name, said, expected) => {
  expect(factsOf(rowOf(said)).first_prompt).toBe(expected)
})
