import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { Row } from '../../row.ts'
import { exportDataset } from '../export/export.ts'
import type { ExportOptions } from '../settings/export-options.ts'

const base = mkdtempSync(join(tmpdir(), 'branches-'))
afterAll(() => rmSync(base, { recursive: true }))
let count = 0

type Said = readonly [role: 'user' | 'assistant' | 'tool', text: string, call?: string]
const KEPT: readonly Said[] = [
  ['user', 'Water the beds'],
  ['assistant', '', 'look'],
  ['tool', 'two beds'],
  ['assistant', 'Both are watered.'],
  ['user', 'Thank you'],
  ['assistant', 'At your service.'],
]
const upTo = (at: number, ...more: readonly Said[]): readonly Said[] => [...KEPT.slice(0, at), ...more]

/** `replayed`: so many messages are told to be the parent's; null: the log does not say. */
function row(id: string, said: readonly Said[], more: Row = {}, replayed: number | null = null): Row {
  const messages = said.map(([role, content, call], i) => ({
    role,
    content,
    ...(call === undefined ? {} : { tool_calls: [{ id: `${id}-${i}`, type: 'function', function: { name: call, arguments: '{}' } }] }),
    ...(role === 'tool' ? { tool_call_id: `${id}-${i - 1}` } : {}),
  }))
  const message_meta = said.map((_, i) => (replayed !== null && i < replayed ? { replay: true, train: false } : {}))
  return { trace_id: id, root_session_id: 'root', messages, message_meta, ...more } as unknown as Row
}
const branch = (said: readonly Said[], replayed: number | null = null, id = 'b') =>
  row(id, said, { relation: 'branch', parent_trace_id: 'a' }, replayed)

async function pairsOf(rows: readonly Row[], options: Partial<ExportOptions> = {}) {
  const output = join(base, String(count++))
  const report = await exportDataset(rows, { output, view: 'preference', ...options })
  const { funnel } = report
  expect([...Object.values(funnel.masked), ...Object.values(funnel.dropped)].reduce((a, b) => a + b, funnel.trained)).toBe(funnel.all)
  const [file] = report.splits[0]!.files
  const lines = file === undefined ? [] : readFileSync(join(output, file), 'utf8').trim().split('\n')
  type Pair = { prompt?: unknown[]; chosen?: { content: string }[]; rejected?: { content: string }[]; evidence: string; trace_id: string }
  const pairs = lines.map(line => JSON.parse(line) as Pair)
  return {
    report,
    pairs: pairs.map(pair => [pair.evidence, pair.trace_id, pair.prompt?.length, pair.chosen?.[0]?.content, pair.rejected?.[0]?.content]),
  }
}

it.each<[what: string, branch: Row, pair: [prompt: number, chosen: string, rejected: string] | null]>([
  ['an answer to the first request', branch(upTo(1, ['assistant', 'I cannot.']), 1), [1, '', 'I cannot.']],
  ['an answer behind a call', branch(upTo(3, ['assistant', 'One is watered.']), 3), [3, 'Both are watered.', 'One is watered.']],
  ['what a log does not tell to be replayed', branch(upTo(5, ['assistant', 'Hm.'])), [5, 'At your service.', 'Hm.']],
  ['another request', branch(upTo(4, ['user', 'Thanks'], ['assistant', 'Hm.']), 4), null],
  ['the same answer', branch(upTo(4), 3), null],
  ['an answer that nothing follows in the row that was kept', branch([...KEPT, ['user', 'Go'], ['assistant', 'No.']], 6), null],
])('pairs %s', async (_, left, pair) => {
  const expected = pair === null ? [] : [['abandoned_branch', 'a', ...pair]]
  const kept = row('a', KEPT)
  expect((await pairsOf([kept, left])).pairs).toEqual(expected)
  expect((await pairsOf([left, kept], { split: 'lineage:100/0', redact: 'default' })).pairs).toEqual(expected)
})

it('pairs each answer once, whatever was left in its place', async () => {
  const left = ['b', 'c'].map(id => branch(upTo(3, ['assistant', `Said by ${id}`]), 3, id))
  expect((await pairsOf([row('a', KEPT), ...left])).pairs).toEqual([['abandoned_branch', 'a', 3, 'Both are watered.', 'Said by b']])
})

const FIRST: readonly Said[] = [['user', 'Water the beds']]
const ended = (id: string, said: string, reward: number | null) =>
  row(id, [...FIRST, ['assistant', said]], { outcome: { reward }, root_session_id: id })

it('pairs what sessions answered to the same request by how they ended: the better against the worst', async () => {
  const rows = [
    ended('a', 'Well done', 1),
    ended('b', 'Not at all', 0),
    ended('c', 'Half', 0.5),
    ended('d', 'Unknown', null),
    ended('e', 'Well done', 0.2),
  ]
  const expected = [
    ['outcome', 'a', 1, 'Well done', 'Not at all'],
    ['outcome', 'c', 1, 'Half', 'Not at all'],
    ['outcome', 'e', 1, 'Well done', 'Not at all'],
  ]
  expect((await pairsOf(rows)).pairs).toEqual(expected)
  expect((await pairsOf(rows.slice(0, 1).concat(ended('z', 'Well done', 0)))).pairs).toEqual([])
  expect(
    (
      await pairsOf([
        ended('a', 'Yes', 1),
        row(
          'other',
          [
            ['user', 'Else'],
            ['assistant', 'No'],
          ],
          { outcome: { reward: 0 } },
        ),
      ])
    ).pairs,
  ).toEqual([])
})

it('finds the same where memory holds but a few numbers', async () => {
  const rows = Array.from({ length: 40 }, (_, i) => [
    row(`a${i}`, KEPT),
    row(`b${i}`, upTo(3, ['assistant', `Left ${i}`]), { relation: 'branch', parent_trace_id: `a${i}` }, 3),
    ended(`c${i}`, `Said ${i}`, (i % 7) / 7),
  ]).flat()
  const usual = (await pairsOf(rows)).pairs
  expect(new Set(usual.map(([evidence]) => evidence))).toEqual(new Set(['abandoned_branch', 'outcome']))
  expect((await pairsOf(rows, { memoryMB: 0.0002 })).pairs).toEqual(usual)
})

it('takes nothing of rows that are left out', async () => {
  const left = branch(upTo(3, ['assistant', 'No.'], ['user', 'Why?']), 3)
  expect((await pairsOf([row('a', KEPT), left], { filter: ['ends-on-answer'] })).pairs).toEqual([])
})

it('counts what is redacted once, however often rows are gone through', async () => {
  const secret = `glpat-${'q7Zt2LmX9vBn4KpW8sDf'}`
  const rows = [
    row('a', [['user', `Use ${secret}`], ...KEPT.slice(1)]),
    branch([
      ['user', `Use ${secret}`],
      ['assistant', 'No.'],
    ]),
  ]
  const once = await pairsOf(rows, { redact: 'default', view: 'session' })
  const often = await pairsOf(rows, { redact: 'default', exactly: 1 })
  expect(often.report.redaction).toEqual(once.report.redaction)
  expect(once.report.redaction!.rows).toBe(2)
})
