import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { readJson } from '../../json/exact.ts'
import type { Outcome, Row } from '../../row.ts'
import type { ExportOptions } from '../settings/export-options.ts'
import { sampleRow } from '../testing/sample-row.ts'
import { exportDataset } from './export.ts'

const base = mkdtempSync(join(tmpdir(), 'where-'))
afterAll(() => rmSync(base, { recursive: true }))
let count = 0

async function exported(rows: AsyncIterable<Row | Outcome> | Iterable<Row | Outcome>, options: Partial<ExportOptions>) {
  const output = join(base, String(count++))
  const report = await exportDataset(rows, { output, for: 'hf', ...options })
  const data = report.splits[0]!.files.map(file => readFileSync(join(output, file), 'utf8')).join('')
  return { report, data, output }
}

const session = (id: string, more: object = {}) => ({ ...sampleRow(id), ...more }) as Row
const idsIn = (data: string) => [...new Set([...data.matchAll(/"trace_id":"(\w+)"/g)].map(([, id]) => id))]

it.each<[where: string, ids: string[]]>([
  ["score >= 4 AND kind <> 'slow'", ['s2', 's8']],
  ['score IS NULL', ['s5']],
  ["trace_id IN ('s7', 's1')", ['s1', 's7']],
  ['reward > 0.5', ['s3', 's6']],
  ["status = 'failed' OR score = 1", ['s1', 's4', 's7']],
  ["kind LIKE '%)' ", ['s9']],
  ['false', []],
])('takes the rows of which it is so, in their order: %s', async (where, ids) => {
  const rows = [
    session('s1', { score: 1 }),
    session('s2', { score: 4 }),
    session('s3', { score: 2, outcome: { status: 'completed', reward: 1 } }),
    session('s4', { score: 2, outcome: { status: 'failed', reward: null } }),
    session('s5', { score: null }),
    session('s6', { score: 3.5, outcome: { status: 'completed', reward: 0.75 } }),
    session('s7', { score: 1 }),
    session('s8', { score: 5 }),
    session('s9', { score: 0, kind: '(odd)' }),
  ].map((row): Row => ({ kind: 'quick', ...row }))
  const { data, report, output } = await exported(rows, { where })
  expect(idsIn(data)).toEqual(ids)
  expect(report.funnel.rows).toBe(ids.length)
  expect(data).toBe(
    (
      await exported(
        rows.filter(row => ids.includes(row['trace_id'] as string)),
        {},
      )
    ).data,
  )
  expect(readdirSync(output).filter(name => name.startsWith('.'))).toEqual([])
})

it('hands rows on as they came, whatever an engine makes of them, and the rejects with them', async () => {
  const args = '{"9":1.0,"1":123456789012345678901234567890,"deep":[null,{}]}'
  const messages = [
    { role: 'user', content: 'Go.' },
    { role: 'assistant', content: '', tool_calls: [{ id: 'c', type: 'function', function: { name: 'run', arguments: args } }] },
    { role: 'tool', tool_call_id: 'c', content: 'ok' },
    { role: 'assistant', content: [{ type: 'text', text: 'Done.' }] },
  ]
  const odd = readJson('{"big":123456789012345678901234567890,"float":1.0,"mixed":[1,"a",null]}')
  const row = { trace_id: 'a', messages, message_meta: messages.map(() => ({})), odd, score: 1 } as unknown as Row
  const given: (Row | Outcome)[] = [{ reject: { at: 'b', reason: 'it was torn' } }, row, session('c', { score: 0 }), { nothing: true }]
  const { data, report } = await exported(given, { where: 'score = 1 OR messages IS NULL' })
  expect(data).toBe((await exported([row], {})).data)
  expect(report.rejects).toEqual({ 'it was torn': 1, 'The row has no messages: expected a list of messages': 1 })
})

it('is refused before any row is read where it is no SQL, with all other mistakes', async () => {
  const unread = {
    [Symbol.iterator](): Iterator<Row> {
      throw new Error('a row was read')
    },
  }
  const tried = exported(unread, { where: 'score >= ', mask: ['flags'], maxTokens: 10 })
  await expect(tried).rejects.toThrow(/Cannot filter: .*score >= |Cannot filter/)
  await expect(tried).rejects.toThrow(/A budget in tokens needs the tokenizer/)
  for (const where of ['', "a = 'b", '1; DROP TABLE rows', 'true) AS x; SELECT (1'])
    await expect(exported(unread, { where })).rejects.toThrow(/^Cannot filter/)
})

it.each([
  ['scoer > 1', /Cannot filter: .*scoer/],
  ['survival > 0.5', /Cannot ask for survival without a repository/],
])('is refused where rows have nothing of this name: %s', async (where, sentence) => {
  await expect(exported([session('a', { score: 1 })], { where })).rejects.toThrow(sentence)
})

it('reads no file but the rows', async () => {
  const secret = join(base, 'secret.csv')
  writeFileSync(secret, 'a\n1\n')
  const where = `EXISTS (SELECT 1 FROM read_csv('${secret}') WHERE length(rows.trace_id) > 0)`
  await expect(exported([session('a')], { where })).rejects.toThrow(/^Cannot filter/)
})
