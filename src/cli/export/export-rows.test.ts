import { expect, it } from 'vitest'
import type { ExportReport } from '../../training/folder/export-report.ts'
import { summaryOf } from './export-rows.ts'

const told = (n: number) =>
  summaryOf(
    {
      dialect: 'hf',
      view: 'session',
      unit: 'characters',
      funnel: { rows: n, examples: n, all: 10, trained: 5, masked: {}, dropped: { 'too long': 5 } },
      rejects: { 'too long': n },
      notes: { 'rows with inferred tools': n },
      check: null,
      redaction: null,
      splits: [{ name: 'train', rows: n, files: ['data/train.jsonl'] }],
    } as unknown as ExportReport,
    'out',
  )

it('tells one of each from many', () => {
  expect(told(1).split('\n')).toEqual([
    '1 row read, 1 written as hf, view session',
    '  all      10 characters by the model',
    '  trained  5 (50.0 %)',
    '  dropped  5 (50.0 %)  too long (1 session)',
    '  note     1 row with inferred tools',
    'train: 1 row in out/data/train.jsonl',
  ])
  for (const line of ['2 rows read', '(2 sessions)', '2 rows with inferred tools', 'train: 2 rows in']) expect(told(2)).toContain(line)
})
