import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readFolder } from './testing/read-fixture.ts'

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

const HEAD = { type: 'session', version: 3, id: 's', timestamp: '2026-09-01T08:00:00.000Z', cwd: '/w' }
const text = (words: string) => [{ type: 'text', text: words }]
const usage = (input: number, output: number, total = 0) => ({ input, output, cacheRead: 0, cacheWrite: 0, cost: { total } })
const user = { role: 'user', content: text('Go') }
const answer = { role: 'assistant', content: text('Done'), stopReason: 'stop', usage: usage(9, 1, 0.5) }
const call = { role: 'assistant', content: [{ type: 'toolCall', id: 'c', name: 'bash', arguments: {} }], stopReason: 'toolUse' }
const result = { role: 'toolResult', toolCallId: 'c', toolName: 'bash', content: text('out') }

function lines(records: readonly object[], prefix = 'e'): object[] {
  return records.map((record, i) => {
    const entry = 'role' in record ? { type: 'message', message: record } : record
    return { ...entry, id: `${prefix}${i}`, parentId: i === 0 ? null : `${prefix}${i - 1}`, timestamp: '2026-09-01T08:00:01.000Z' }
  })
}

async function read(files: { [name: string]: readonly object[] }) {
  const folder = mkdtempSync(join(tmpdir(), 'tracewright-pi-'))
  folders.push(folder)
  for (const [name, records] of Object.entries(files))
    writeFileSync(join(folder, name), records.map(record => `${JSON.stringify(record)}\n`).join(''))
  return readFolder(folder)
}

const rowOf = async (records: readonly object[]) => (await read({ 'a.jsonl': [HEAD, ...lines(records)] })).rows[0]!

describe('the outcome of a session', () => {
  it.each([
    ['completed', 'the model ended its turn', [user, answer]],
    ['completed', 'a person ran a command behind it', [user, answer, { role: 'bashExecution', command: 'ls', output: '', exitCode: 0 }]],
    ['unknown', 'a request is not answered', [user, answer, user]],
    ['unknown', 'a call is open', [user, call]],
    ['unknown', 'a call is open, though the turn is said to have ended', [user, { ...call, stopReason: 'stop' }]],
    ['unknown', 'a result is not answered', [user, call, result]],
    ['unknown', 'the answer was cut at its limit', [user, { ...answer, stopReason: 'length' }]],
    ['interrupted', 'a person stopped it', [user, { ...answer, stopReason: 'aborted' }]],
    ['failed', 'an error ended it', [user, { ...answer, content: [], stopReason: 'error', errorMessage: 'no more' }]],
    [
      'failed',
      'the gateway told of the error',
      [user, { ...answer, content: [], stopReason: 'error' }, { ...answer, provider: 'openclaw', model: 'delivery-mirror' }],
    ],
    ['failed', 'the prompt failed', [user, { type: 'custom', customType: 'openclaw:prompt-error', data: { error: 'no more' } }]],
  ] as const)('is %s where %s', async (status, _, records) => {
    expect((await rowOf(records)).outcome.status).toBe(status)
  })
})

describe('usage that is all zeros', () => {
  const silent = { ...answer, usage: usage(0, 0) }

  it('is unknown of an answer, and adds nothing to the row', async () => {
    const row = await rowOf([user, silent, user, answer])
    expect(row.message_meta.map(meta => meta.usage?.input_tokens)).toEqual([undefined, undefined, undefined, 9])
    expect(row.usage).toMatchObject({ input_tokens: 9, cost_usd: 0.5 })
    expect((await rowOf([user, silent])).usage).toBeNull()
    expect((await rowOf([user, { ...call, usage: usage(0, 0) }, result])).usage).toBeNull()
  })

  it('is what it says of an attempt without an answer, and where only the price is', async () => {
    expect((await rowOf([user, { ...silent, content: [], stopReason: 'error' }, user, answer])).usage).toMatchObject({ input_tokens: 9 })
    expect((await rowOf([user, { ...answer, usage: usage(5, 1) }])).usage).toMatchObject({ input_tokens: 5, cost_usd: 0 })
  })
})

describe('forks of a session that is not at hand', () => {
  const head = (id: string, parentSession = '/gone/2026-01-01T00-00-00-000Z_parent.jsonl') => ({ ...HEAD, id, parentSession })
  const shared = lines([user, answer])
  const own = (id: string, parent = 'e1') => [
    { type: 'message', id: `${id}1`, parentId: parent, timestamp: '2026-09-02T08:00:00.000Z', message: user },
    { type: 'message', id: `${id}2`, parentId: `${id}1`, timestamp: '2026-09-02T08:00:01.000Z', message: answer },
  ]

  it('hold what they share once, in the first file', async () => {
    const { rows } = await read({
      'a.jsonl': [head('a'), ...shared, ...own('a')],
      'b.jsonl': [head('b'), ...shared, ...own('b')],
      'c.jsonl': [head('c'), ...shared, ...own('c')],
    })
    expect(rows.map(row => row.message_meta.map(({ train }) => train))).toEqual([
      [false, true, false, true],
      [false, false, false, true],
      [false, false, false, true],
    ])
    expect(rows.map(row => row.usage!.output_tokens)).toEqual([2, 1, 1])
    expect(rows[1]!.diagnostics.map(({ code }) => code)).toEqual(['parent_not_found', 'shared_with_sibling'])
  })

  it('may share more with one of the others than with the first', async () => {
    const { rows } = await read({
      'a.jsonl': [head('a'), ...lines([user, answer])],
      'b.jsonl': [head('b'), ...lines([user, answer, user, answer])],
      'c.jsonl': [head('c'), ...lines([user, answer, user, answer]), ...own('c', 'e3')],
    })
    expect(rows.map(row => row.usage!.output_tokens)).toEqual([1, 1, 1])
  })

  it('of another session have nothing to do with it', async () => {
    const { rows } = await read({
      'a.jsonl': [head('a'), ...shared],
      'b.jsonl': [head('b', '/gone/2026-01-01T00-00-00-000Z_another.jsonl'), ...shared],
    })
    expect(rows.map(row => row.usage!.output_tokens)).toEqual([1, 1])
  })
})
