import { expect, it } from 'vitest'
import type { Row } from '../row.ts'
import { layoutJSON } from './layout-json.ts'
import { renderRecord } from './record.ts'
import { recordHTML } from './record-html.ts'

const row: Row = {
  trace_id: 's1',
  agent_id: null,
  messages: [
    { role: 'user', content: [{ type: 'text', text: 'List the files.' }] },
    {
      role: 'assistant',
      content: [{ type: 'text', text: 'I look.' }],
      reasoning_content: 'ls will do',
      tool_calls: [{ id: 'c1', type: 'function', function: { name: 'Bash', arguments: '{"command":"ls -l"}' } }],
    },
    { role: 'tool', content: [{ type: 'text', text: 'a\nb\n' }], tool_call_id: 'c1' },
  ],
  message_meta: [
    { origin: 'human', train: false },
    { origin: 'model', train: true, model: 'm-1' },
    { origin: 'tool', train: false, is_error: true },
  ],
  score: { quality: 4, why: 'clear' },
  note: 'x'.repeat(300),
}
const record = { row, index: 0, count: 2, seedColumns: ['trace_id', 'agent_id', 'messages', 'message_meta'] }
const plain = { width: 60, color: false, foldAt: 3 }

it('renderRecord() shows seed columns, generated columns, and messages as a conversation', () => {
  expect(renderRecord(record, plain)).toBe(`── record 1 of 2 ${'─'.repeat(43)}

Seed columns
trace_id                  s1
messages
  user
    List the files.
  assistant  m-1
    thinks
    ls will do
    I look.
    calls Bash
    command: ls -l
  tool  error
    a
    b
empty: agent_id

Generated columns
score                     {"quality": 4, "why": "clear"}
note                      ${'x'.repeat(34)}
                          ${'x'.repeat(34)}
                          … 7 more lines
`)
})

it('renderRecord() keeps to the width, in wide characters too', () => {
  const text = renderRecord({ ...record, row: { ...row, note: '漢字'.repeat(60) } }, { ...plain, foldAt: 0 })
  for (const line of text.split('\n')) expect([...line].reduce((n, c) => n + (/[⺀-꓏]/.test(c) ? 2 : 1), 0)).toBeLessThanOrEqual(60)
})

it('renderRecord() uses no colour codes when it is told so, and some when it is', () => {
  expect(renderRecord(record, plain)).not.toContain('\u001b')
  expect(renderRecord(record, { ...plain, color: true })).toContain('\u001b[')
})

it('renderRecord() lets no control character of a log through', () => {
  const text = renderRecord({ ...record, row: { ...row, note: 'before\u001b[2Jafter\u0007' } }, plain)
  expect(text).toContain('before\\x1b[2Jafter\\x07')
  expect(text).not.toContain('\u001b')
})

it('renderRecord() shows the beginning and the end of a long conversation', () => {
  const messages = Array.from({ length: 30 }, (_, i) => ({ role: 'user', content: [{ type: 'text', text: `turn ${i}` }] }))
  const text = renderRecord({ ...record, row: { messages } }, plain)
  expect(text).toMatch(/turn 0\n[\s\S]*… 22 more messages[\s\S]*turn 29/)
  expect(renderRecord({ ...record, row: { messages } }, { ...plain, foldAt: 0 })).toContain('turn 15')
})

it('recordHTML() escapes what comes from logs', () => {
  const html = recordHTML({ ...record, row: { ...row, note: '<script>alert(1)</script>' } })
  expect(html).toContain('&#60;script&#62;')
  expect(html).not.toContain('<script>')
})

it('layoutJSON() breaks only what does not fit', () => {
  expect(layoutJSON({ a: 1, b: [1, 2] }, 40)).toBe('{"a": 1, "b": [1, 2]}')
  expect(layoutJSON({ first: 'x'.repeat(20), list: [1, 2] }, 30)).toBe(`{\n  "first": "${'x'.repeat(20)}",\n  "list": [1, 2]\n}`)
})
