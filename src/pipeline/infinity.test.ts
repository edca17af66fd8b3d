import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { CustomColumnConfig } from '../column/custom.ts'
import { ExpressionColumnConfig } from '../column/expression.ts'
import { customColumnGenerator } from '../column/generator-function.ts'
import { openDataset } from '../dataset/open-dataset.ts'
import { isObject, type Json } from '../json/json.ts'
import { Infinite } from '../python/odd-value.ts'
import { RowsSeedSource } from '../seed/rows.ts'
import { configFromJSON, DataDesignerConfigBuilder } from './config/builder.ts'
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

  it('counts as a number in a preview, says its word, and is the number to whoever goes on from it', async () => {
    const source = { seed_type: 'local', path: join(folder, 'seed.csv') }
    const designer = new DataDesigner({ compat: 'data_designer', seed: 1 })
    const preview = await designer.preview(config(source, [column('k2', '{{ k }}')]), { numRecords: 2 })
    const [, row] = preview.dataset
    expect(row).toEqual({ k: 'b', x: expect.objectContaining({ $float: 'inf' }), k2: 'b' })
    expect([Number(row!['x']), (row!['x'] as number) > 1e300, `${row!['x']}`]).toEqual([Infinity, true, 'inf'])
    expect(JSON.stringify(row)).toBe('{"k":"b","x":null,"k2":"b"}')
    const next = preview.toConfigBuilder()
    next.addColumn({ column_type: 'expression', name: 'again', expr: '{{ x }}' })
    expect((await designer.preview(next, { numRecords: 2 })).dataset[1]!['again']).toBe('inf')
  })
})

describe.each([null, 'data_designer'] as const)('infinities and NaN at any depth, compat %s', compat => {
  const odd = { x: Infinity, l: [1, -Infinity, Number.NaN] }
  const kept = { x: Infinity, l: [1, -Infinity, null] }
  const [infinity, nan] = compat === null ? ['Infinity', 'null'] : ['inf', 'nan']
  let builder: DataDesignerConfigBuilder
  let made: DatasetCreationResults
  const designer = new DataDesigner({ compat, seed: 1 })

  beforeAll(async () => {
    const generatorFunction = customColumnGenerator({ sideEffectColumns: ['n', 'o'] }, row => ({
      ...row,
      i: Infinity,
      n: Number.NaN,
      o: odd,
    }))
    builder = new DataDesignerConfigBuilder()
      .withSeedDataset(new RowsSeedSource({ rows: [{ a: Number.NaN, b: odd }] }))
      .addColumn(new CustomColumnConfig({ name: 'i', generatorFunction }))
      .addColumn(new ExpressionColumnConfig({ name: 'said', expr: '{{ i }} {{ n }} {{ a }}' }))
      .addColumn(new ExpressionColumnConfig({ name: 'read', expr: '{{ i }}', dtype: 'float' }))
    made = await designer.create(builder, { artifactPath: folder, datasetName: `nested-${compat}`, numRecords: 1 })
  })

  const row = () => ({ a: null, b: kept, i: Infinity, n: null, o: kept, said: `${infinity} ${nan} ${nan}`, read: Infinity })

  it('are numbers and nothing in rows, whether they are looked at, loaded, or asked for', async () => {
    const seen = (await designer.preview(builder, { numRecords: 1 })).dataset
    expect(compat === null ? seen : seen.map(numbered)).toEqual([row()])
    expect(await made.loadDataset()).toEqual([row()])
    const asked = await (await openDataset(join(folder, `nested-${compat}`))).query('SELECT i, n, o.x, o.l FROM rows')
    expect(asked).toEqual([{ i: Infinity, n: null, x: Infinity, l: [1, -Infinity, null] }])
  })

  it.each([
    ['csv', Infinity, '{"x":null,"l":[1,null,null]}'],
    ['jsonl', null, { l: [1, null, null] }],
    ['json', null, { x: null, l: [1, null, null] }],
    ['parquet', Infinity, { x: Infinity, l: [1, -Infinity, null] }],
  ])('stand in a file of %s as its kind has them', async (ending, number, nested) => {
    const path = join(folder, `nested-${compat}.${ending}`)
    await made.export(path)
    const [asked] = await (await openDataset(path)).query('SELECT i, n, o FROM rows')
    expect(asked).toEqual({ i: number, n: null, o: nested })
  })
})

/** A row with the numbers that its infinities count as. */
function numbered(value: Json): Json {
  if (value instanceof Infinite) return value.valueOf()
  if (Array.isArray(value)) return value.map(numbered)
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, numbered(item)])) : value
}

it('lines without a row are no columns and no rows', async () => {
  const path = join(folder, 'empty.jsonl')
  writeFileSync(path, '')
  expect(await (await openDataset(path)).count()).toBe(0)
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
