import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { Dialect } from '../dialect.ts'
import * as dialects from '../dialects.ts'
import { cardOf, namedCard } from './card.ts'
import type { ExportReport } from './export-report.ts'
import { datasetsFeatures } from './features.ts'

const report: ExportReport = {
  view: 'session',
  dialect: 'hf',
  unit: 'tokens',
  funnel: { rows: 2, examples: 2, all: 5, trained: 5, masked: {}, dropped: { "load_dataset('x') | [a](b)": 1 } },
  splits: [{ name: 'train', rows: 2, files: ['data/train-00000-of-00001.jsonl'] }],
  rejects: {},
  notes: {},
  redaction: null,
  fidelity: {},
}

type Feature = { name: string; dtype?: string; list?: Feature[] | string | object; struct?: Feature[] }

/** Features as YAML has them, in the form in which Parquet has them. */
function inParquet({ dtype, list, struct }: Omit<Feature, 'name'>): object {
  if (dtype === 'json') return { _type: 'Json' }
  if (dtype !== undefined) return { dtype, _type: 'Value' }
  if (struct !== undefined) return Object.fromEntries(struct.map(one => [one.name, inParquet(one)]))
  if (typeof list === 'string') return { feature: { dtype: list, _type: 'Value' }, _type: 'List' }
  return { feature: Array.isArray(list) ? inParquet({ struct: list }) : inParquet(list as Feature), _type: 'List' }
}

describe.each(
  (Object.values(dialects) as Dialect[]).flatMap(dialect => dialect.takes.map(gives => [dialect.name, gives, dialect] as const)),
)('the card of %s of %s', (_, gives, dialect) => {
  it('says in its head of which types the columns are, as Parquet does', () => {
    const columns = dialect.columns(gives)
    const card = cardOf({ report, columns, license: null })
    const head = parse(card.split('---\n')[1]!) as { dataset_info?: { features: Feature[] }; configs: object[] }
    expect(head.configs).toEqual([{ config_name: 'default', data_files: [{ split: 'train', path: 'data/train-*.jsonl' }] }])
    const found = Object.fromEntries((head.dataset_info?.features ?? []).map(one => [one.name, inParquet(one)]))
    expect(found).toEqual(datasetsFeatures(columns))
  })
})

it('loads by the name under which it is published, and by no other', () => {
  const card = cardOf({ report, columns: {}, license: null })
  expect(card).toContain("load_dataset('PATH_OR_NAME_OF_THIS_DATASET')")
  const named = namedCard(card, 'ada/rows')
  expect(named.match(/load_dataset\('ada\/rows'\)/g)).toHaveLength(1)
  expect(namedCard(named, 'bob/rows')).toBe(card.replace('PATH_OR_NAME_OF_THIS_DATASET', 'bob/rows'))
  expect(namedCard(cardOf({ report, columns: {}, license: null, hasFilePerRow: true }), 'ada/traces')).toContain("where = 'ada/traces'")
})
