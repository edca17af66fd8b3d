import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { openDataset } from '../dataset/open-dataset.ts'
import { configFromJSON } from './config/builder.ts'
import { DataDesigner } from './data-designer.ts'
import type { DatasetCreationResults } from './results/creation-results.ts'

const folder = mkdtempSync(join(tmpdir(), 'tracewright-infinity-'))
const SEED = 'k,x\na,1.5\nb,inf\nc,-inf\nd,\n'

function config(source: object, columns: object[]) {
  return configFromJSON({ seed_config: { source }, columns } as never)
}

const column = (name: string, expr: string, rest = {}) => ({ column_type: 'expression', name, expr, ...rest })

describe('an infinity under compat', () => {
  let made: DatasetCreationResults
  beforeAll(async () => {
    writeFileSync(join(folder, 'seed.csv'), SEED)
    const columns = [column('said', '{{ x }}'), column('read', '{{ x }}', { dtype: 'float' })]
    const designer = new DataDesigner({ compat: 'data_designer', seed: 1 })
    made = await designer.create(config({ seed_type: 'local', path: join(folder, 'seed.csv') }, columns), {
      artifactPath: folder,
      datasetName: 'made',
      numRecords: 4,
    })
  })

  it('is a number in finished rows, and NaN is nothing', async () => {
    const rows = await made.loadDataset()
    expect(rows.map(row => Number(row['x'] ?? Number.NaN))).toEqual([1.5, Infinity, -Infinity, Number.NaN])
    expect(rows.map(row => row['read'])).toEqual([1.5, Infinity, -Infinity, null])
    expect(rows.map(row => row['said'])).toEqual(['1.5', 'inf', '-inf', 'nan'])
  })

  it('is a number to queries, also in lists', async () => {
    const path = join(folder, 'made')
    const dataset = await openDataset(path)
    const found = await dataset.query('SELECT k, x, [x] AS xs FROM rows WHERE x > 1 ORDER BY k')
    expect(found).toEqual([
      { k: 'a', x: 1.5, xs: [1.5] },
      { k: 'b', x: Infinity, xs: [Infinity] },
    ])
    expect(await Array.fromAsync(dataset.rows({ where: { k: 'c' } }))).toMatchObject([{ x: -Infinity }])
  })

  it.each([
    ['rows.jsonl', 'a b', [1.5, null, null, null]],
    ['rows.csv', 'inf', [1.5, Infinity, -Infinity, null]],
    ['rows.parquet', '', [1.5, Infinity, -Infinity, null]],
  ])('is written to %s as pandas writes it, and read back', async (name, _word, expected) => {
    const path = join(folder, name)
    await made.export(path)
    if (name.endsWith('.jsonl')) expect(readFileSync(path, 'utf8').split('\n')[1]).toContain('"x":null')
    if (name.endsWith('.csv'))
      expect(readFileSync(path, 'utf8').split('\r\n').slice(1, 4)).toEqual(['a,1.5,1.5,1.5', 'b,inf,inf,inf', 'c,-inf,-inf,-inf'])
    const seen = await new DataDesigner({ seed: 1 }).preview(config({ seed_type: 'local', path }, [column('again', '{{ x }}')]), {
      numRecords: 4,
    })
    expect(seen.dataset.map(row => row['x'])).toEqual(expected)
    if (expected[1] !== null) expect(seen.dataset.map(row => row['again'])).toEqual(['1.5', 'Infinity', '-Infinity', 'null'])
  })

  it('is a number to the next run that draws from the dataset', async () => {
    const source = { seed_type: 'dataset', path: join(folder, 'made') }
    for (const [compat, word] of [
      ['data_designer', 'inf'],
      [null, 'Infinity'],
    ] as const) {
      const { dataset } = await new DataDesigner({ compat, seed: 1 }).preview(config(source, [column('again', '{{ x * 2 }}')]), {
        numRecords: 3,
      })
      expect(dataset.map(row => row['again'])).toEqual(['3.0', word, `-${word}`])
    }
  })

  it('is shown by its word in a preview', async () => {
    const source = { seed_type: 'local', path: join(folder, 'seed.csv') }
    const { dataset } = await new DataDesigner({ compat: 'data_designer', seed: 1 }).preview(config(source, [column('k2', '{{ k }}')]), {
      numRecords: 2,
    })
    expect(JSON.stringify(dataset[1])).toBe('{"k":"b","x":{"$float":"inf"},"k2":"b"}')
  })
})

it('a column of CSV that says inf among words is text', async () => {
  const path = join(folder, 'words.csv')
  writeFileSync(path, 'a,b\ninf,inf\nsup,-inf\n')
  const { dataset } = await new DataDesigner({ seed: 1 }).preview(config({ seed_type: 'local', path }, [column('c', '{{ a }}')]), {
    numRecords: 2,
  })
  expect(dataset).toEqual([
    { a: 'inf', b: 'inf', c: 'inf' },
    { a: 'sup', b: '-inf', c: 'sup' },
  ])
})
