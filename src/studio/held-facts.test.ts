import { expect, it } from 'vitest'
import { factsOf } from '../dataset/facts.ts'
import type { Row } from '../row.ts'
import { HeldFacts } from './held-facts.ts'

const call = (id: string, name: string) => ({ id, type: 'function', function: { name, arguments: '{}' } })
const row = (trace_id: string, tools: string[]) =>
  ({
    trace_id,
    source_kind: 'codex',
    project_path: '/srv/garden',
    root_session_id: trace_id,
    models: ['gpt-5', 'gpt-5-mini'],
    messages: [
      { role: 'user', content: [{ type: 'text', text: `Plant ${trace_id}` }] },
      { role: 'assistant', content: [], tool_calls: tools.map((name, i) => call(`c${i}`, name)) },
    ],
    message_meta: [{}, { usage: { input_tokens: 3, output_tokens: 4 } }],
  }) as unknown as Row

it('holds all that facts say but their responses', () => {
  const facts = factsOf(row('a', ['Bash', 'Bash', 'Read']))
  expect(facts.responses).toHaveLength(1)
  expect(new HeldFacts().hold(facts)).toEqual({ ...facts, responses: [], rest: null })
})

it('holds what sessions share once, and keeps apart what looks alike', () => {
  const held = new HeldFacts()
  const [a, b, c] = [row('a', ['Bash', 'Read']), row('b', ['Bash', 'Read']), row('c', ['Bash', 'Bash'])].map(one => held.hold(factsOf(one)))
  expect(b!.tools).toBe(a!.tools)
  expect(b!.models).toBe(a!.models)
  expect(c!.tools).toEqual([{ name: 'Bash', calls: 2, failed: 0 }])
  const odd = held.hold({ ...a!, models: ['gpt-5\ngpt-5-mini'], tools: [{ name: 'Bash 1 0\nRead', calls: 1, failed: 0 }] })
  expect(odd.models).toEqual(['gpt-5\ngpt-5-mini'])
  expect(odd.tools).toEqual([{ name: 'Bash 1 0\nRead', calls: 1, failed: 0 }])
})

it('shows names of logs as what they are', () => {
  const held = new HeldFacts()
  expect([held.shown('a\u202eb'), held.shown('a\u202eb'), held.shown('opus')]).toEqual(['a\\u202eb', 'a\\u202eb', 'opus'])
})
