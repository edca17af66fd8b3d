import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { Row } from '../row.ts'
import { diffExports } from './diff.ts'
import { exportDataset } from './export/export.ts'
import type { ExportOptions } from './settings/export-options.ts'
import { sampleRow } from './testing/sample-row.ts'

const base = mkdtempSync(join(tmpdir(), 'diff-'))
afterAll(() => rmSync(base, { recursive: true }))
let count = 0

async function exported(rows: readonly Row[], options: Partial<ExportOptions> = {}): Promise<string> {
  const output = join(base, String(count++))
  await exportDataset(rows, { output, view: 'trajectory', ...options })
  return output
}
const rows = (...ids: string[]) => ids.map(id => sampleRow(id))

it.each(['jsonl', 'parquet'] as const)('finds none between the same rows (%s)', async codec => {
  const [a, b] = [await exported(rows('a', 'b'), { codec }), await exported(rows('b', 'a'), { codec })]
  expect(await diffExports(a, b)).toMatchObject({ same: 2, added: {}, removed: {}, changed: {} })
})

it('compares traces, of which each is a file', async () => {
  const changed = { ...sampleRow('b'), models: ['m'], source_kind: 'pi_coding_agent' }
  const [a, b] = [await exported(rows('a', 'b', 'c'), { for: 'hf-traces' }), await exported([changed, ...rows('a')], { for: 'hf-traces' })]
  expect(await diffExports(a, b)).toMatchObject({
    same: 1,
    removed: { 'session was not given to the second export': 1 },
    changed: { 'other content': 1 },
  })
})

it('tells what was added and what was removed, and why', async () => {
  const a = await exported(rows('a', 'b', 'c'), { filter: ['answers:1-'] })
  const broken = { ...sampleRow('c'), messages: 'none' } as unknown as Row
  const b = await exported([...rows('a', 'd'), broken])
  const diff = await diffExports(a, b)
  expect(diff.added).toEqual({ 'session was not given to the first export': 1 })
  expect(diff.removed).toEqual({
    'session was not given to the second export': 1,
    'left out: The row has no messages: expected a list of messages': 1,
  })
  expect(await diffExports(b, a)).toMatchObject({
    added: { 'session was not given to the first export': 1, 'was left out: The row has no messages: expected a list of messages': 1 },
  })
})

it.each([
  [{ mask: ['flags', 'replay', 'errors'] }, 'other messages are trained'],
  [{ redact: 'default' }, 'redacted by other rules'],
  [{ tools: 'none' as const }, 'tools are known otherwise'],
  [{ reasoning: 'drop' as const }, 'other content'],
])('tells why rows changed: %j', async (options, cause) => {
  const diff = await diffExports(await exported(rows('a')), await exported(rows('a'), options))
  expect(diff).toMatchObject({ same: 0, changed: { [cause]: 1 }, rows: [{ trace_id: 'a', change: 'changed', cause, rows: 1 }] })
})

it('names a session once for all its rows that differ alike, and counts on where no more are told', async () => {
  const [a, b] = [await exported(rows('a', 'b', 'c'), { view: 'turn' }), await exported(rows('c'), { view: 'turn' })]
  const { removed, rows: told } = await diffExports(a, b)
  const each = Object.values(removed)[0]! / 2
  expect(each).toBeGreaterThan(1)
  expect(told.map(({ trace_id, rows: n }) => [trace_id, n]).sort()).toEqual([
    ['a', each],
    ['b', each],
  ])
  const first = await diffExports(a, b, { most: 1 })
  expect(first.removed).toEqual(removed)
  expect(first.rows.map(({ rows: n }) => n)).toEqual([each])
})

it('says what is no export', async () => {
  await expect(diffExports(base, base)).rejects.toThrow(/holds no export/)
})
