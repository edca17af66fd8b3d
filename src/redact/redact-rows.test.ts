import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { writeJson } from '../json/exact.ts'
import type { Json } from '../json/json.ts'
import type { Row } from '../row.ts'
import { redactRows } from './redact-rows.ts'
import { withCheck } from './testing/made-up-secrets.ts'

const TOKEN = withCheck('npm_', 'Qm7Vx2LtR9sKd4WpZ8nYc3HfB6jGa5')
const HOME = '/home' // put together here: no file names a private place
const messages = [
  { role: 'user', content: [{ type: 'text', text: `Log in with ${TOKEN}, in ${HOME}/marwolde/beds.` }] },
  {
    role: 'assistant',
    content: [{ type: 'text', text: 'Done.' }],
    tool_calls: [{ id: 'c1', type: 'function', function: { name: 'login', arguments: writeJson({ token: TOKEN }) } }],
  },
  { role: 'tool', tool_call_id: 'c1', content: [{ type: 'text', text: 'ok' }] },
]
const session = (more: Row = {}): Row => ({ trace_id: 'a', messages, message_meta: messages.map(() => ({ extra: null })), ...more })

it.each<[column: string, value: Json]>([
  ['cwd', `${HOME}/marwolde/beds`],
  ['source_path', `${HOME}/marwolde/.logs/a.jsonl`],
  ['git_branch', `try-${TOKEN}`],
  ['diagnostics', [{ kind: 'odd', detail: { line: `{"t":"${TOKEN}"` } }]],
  ['message_meta', [{ extra: { toolUseResult: { stdout: TOKEN } } }, { extra: null }, { extra: null }]],
  ['source_meta', { environment: Buffer.from(`token=${TOKEN}`).toString('base64') }],
  ['final_assistant_message', `Wrote ${TOKEN} down`],
  ['a_column_of_a_person', [TOKEN]],
])('replaces what is found in a row in its %s, too', (column, value) => {
  const { rows, report } = redactRows([session({ [column]: value })])
  const text = writeJson(rows[0]![column]!)
  expect(text).not.toBe(writeJson(value))
  for (const secret of [TOKEN, Buffer.from(TOKEN).toString('base64').slice(4, -4), 'marwolde']) {
    expect(writeJson(rows[0]!)).not.toContain(secret)
    expect(JSON.stringify(report)).not.toContain(secret)
  }
})

it('replaces what is found in one row in all, under the same name', () => {
  const child = { trace_id: 'b', parent_trace_id: 'a', messages: [{ role: 'assistant', content: `I was told ${TOKEN}` }] }
  const { rows, report } = redactRows([session({ spawn_tool_call_id: 'c1' }), child])
  const name = /\[npm-token-\d+\]/.exec(writeJson(rows[0]!))![0]
  expect(writeJson(rows[1]!)).toContain(name)
  expect(report).toMatchObject({ policy: 'default', rows: 2 })
  expect(rows[0]).toMatchObject({ spawn_tool_call_id: 'c1', messages: [{}, { tool_calls: [{ id: 'c1' }] }, { tool_call_id: 'c1' }] })
})

it.each([
  ['with spaces, in a form', 'moss on 3 wet reeds', 'q=moss+on+3+wet+reeds&x=1'],
  ['with spaces, in a form that encodes other signs', 'moss on 3 (wet) reeds?', 'moss+on+3+(wet)+reeds%3F'],
  ['with a plus, read out of a form', 'q7Zt2LmX9v+Bn4KpW8sDf+3GhJ6', 'got q7Zt2LmX9v Bn4KpW8sDf 3GhJ6'],
])('replaces a value that is known, %s', (_, value, written) => {
  const folder = mkdtempSync(join(tmpdir(), 'tracewright-redact-'))
  try {
    const path = join(folder, 'own.yaml')
    writeFileSync(path, `rules: [{ name: phrase, pattern: '<<(.+?)>>', stand: secret }]\n`)
    const { rows } = redactRows([session({ note: `<<${value}>>`, log: written })], path)
    expect(writeJson(rows[0]!)).not.toMatch(/reeds|q7Zt/)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

it('keeps what stands under two keys that become one name', () => {
  const counts = { [`${HOME}/marwolde`]: 1, [`${HOME}/Marwolde`]: 2, [`${HOME}/user-1_`]: 3 }
  const { rows } = redactRows([session({ counts })])
  const kept = rows[0]!['counts'] as { [path: string]: number }
  expect(Object.values(kept).sort()).toEqual([1, 2, 3])
  expect(writeJson(kept)).not.toMatch(/marwolde/i)
})

it('tells of each row what is found in it, however often the text was met before', () => {
  const texts = ['quiet', `by ${TOKEN}`, 'quiet', `by ${TOKEN}`, 'quiet']
  const said = texts.map(text => ({ role: 'user', content: text }))
  const { rows, report } = redactRows(
    [0, 1].map(n => ({ trace_id: `s${n}`, messages: said, message_meta: said.map(() => ({ extra: null })) })),
  )
  for (const row of rows) expect(writeJson(row).match(/by \[npm-token-1\]/g)).toHaveLength(2)
  expect(report).toMatchObject({ rows: 2, rules: { 'npm-token': { places: 4, values: 1 } } })
})

it('leaves times, numbers, ids and shapes as they were', () => {
  const more = {
    started_at: '2026-03-04T05:06:07.123Z',
    usage: { input_tokens: 4111111111, cost: 0.25 },
    message_count: 3,
    models: ['a-model-20260304'],
    outcome: { status: 'completed', reward: null },
  }
  expect(redactRows([session(more)]).rows[0]).toMatchObject(more)
})

it('takes rules of one’s own, and gives nothing on by a policy that cannot be read', () => {
  const folder = mkdtempSync(join(tmpdir(), 'redact-rows-'))
  try {
    const path = join(folder, 'own.yaml')
    writeFileSync(path, "terms: ['beds']\n")
    const { rows, report } = redactRows([session()], path)
    expect(writeJson(rows[0]!)).not.toContain('beds')
    expect(report.rules['term']).toMatchObject({ values: 1 })
    expect(() => redactRows([session()], join(folder, 'none.yaml'))).toThrow(/Cannot read redaction policy/)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

it('gives nothing on where a value would still stand in an id', () => {
  const told = session({ spawn_tool_call_id: TOKEN })
  expect(() => redactRows([told])).toThrow(/Cannot redact row 1 of 1: a value that was found still stands in it/)
})

it.each([
  ['alone', (secret: string) => secret],
  ['with the line break that echo adds', (secret: string) => `${secret}\n`],
  ['behind one letter', (secret: string) => `:${secret}`],
  ['behind two letters, and before one', (secret: string) => `k=${secret};`],
])('leaves nothing of the end of a value in base 64, %s', (_, around) => {
  for (const length of [31, 32, 33]) {
    const secret = `${TOKEN.slice(4)}wXyZ`.slice(0, length) // known by the name before it, and by no form of its own
    const said = { role: 'user', content: [{ type: 'text', text: `api_key = ${secret}` }] }
    const base64 = Buffer.from(around(secret)).toString('base64')
    const encoded = { role: 'assistant', content: [{ type: 'text', text: `echo ${base64} | base64 -d` }] }
    const { rows } = redactRows([{ trace_id: 'a', messages: [said, encoded], message_meta: [{ extra: null }, { extra: null }] }])
    expect(writeJson(rows[0]!['messages']!)).toMatch(/echo .{0,4}\[[\w-]+\] \| base64 -d/)
  }
})
