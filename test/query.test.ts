import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import stringWidth from 'string-width'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { queryCells, shortFloat } from '../src/cli/look/query-cells.ts'
import { schemaText } from '../src/cli/look/query-schema.ts'
import * as codecs from '../src/codec/codecs.ts'
import { jsonl } from '../src/codec/jsonl.ts'
import { parquet } from '../src/codec/parquet.ts'
import { ExpressionColumnConfig } from '../src/column/expression.ts'
import { openDataset } from '../src/dataset/open-dataset.ts'
import { writeJson } from '../src/json/exact.ts'
import { DataDesignerConfigBuilder } from '../src/pipeline/config/builder.ts'
import { DataDesigner } from '../src/pipeline/data-designer.ts'
import type { Row } from '../src/row.ts'
import { LocalFileSeedSource } from '../src/seed/file.ts'
import type { StoreTypes } from '../src/store-type.ts'

const cli = join(import.meta.dirname, '..', 'bin', 'tracewright.mjs')
const TYPES: StoreTypes = {
  id: 'text',
  started_at: 'text',
  free: 'json',
  tools: { struct: { schemas: { list: { struct: { name: 'text', parameters: 'json' } } } } },
  messages: { list: { struct: { role: 'text', note: 'text', extra: 'json' }, rest: 'extra' } },
  big: 'integer',
}
const ROWS: Row[] = [
  {
    id: 'a',
    started_at: '2026-09-02T10:00:00.123Z',
    free: { n: 1234567890123456789n, whole: 'x' },
    tools: { schemas: [{ name: 't', parameters: { type: 'object' } }] },
    messages: [{ role: 'user', mark: [1] }, { role: 'tool' }],
    big: 1234567890123456789n,
  },
  { id: 'b', started_at: null, free: ['x'], tools: { schemas: [] }, messages: [], big: -5 },
]

let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tracewright-query-'))
  await write(join(folder, 'rows.parquet'), ROWS, TYPES)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function write(path: string, rows: Row[], types: StoreTypes): Promise<void> {
  const writer = parquet.write(path, { types })
  for (const row of rows) await writer.write(row)
  await writer.close()
}

function run(...args: string[]) {
  return spawnSync(process.execPath, [cli, 'query', ...args], { encoding: 'utf8' })
}

describe('values of a query', () => {
  const cases: [sql: string, value: string][] = [
    ['SELECT free f FROM rows', '{"f":{"n":1234567890123456789,"whole":"x"}}'],
    ['SELECT messages m FROM rows', '{"m":[{"role":"user","mark":[1]},{"role":"tool"}]}'],
    ['SELECT tools.schemas FROM rows', '{"schemas":[{"name":"t","parameters":{"type":"object"}}]}'],
    ['SELECT tools.schemas[1].parameters p FROM rows', '{"p":{"type":"object"}}'],
    ['SELECT messages[1] AS first FROM rows', '{"first":{"role":"user","mark":[1]}}'],
    ['SELECT max(big) FROM rows GROUP BY id', '{"max(big)":1234567890123456789}'],
    [
      'SELECT any_value(free) v, list(free) l FROM rows GROUP BY id',
      '{"v":{"n":1234567890123456789,"whole":"x"},"l":[{"n":1234567890123456789,"whole":"x"}]}',
    ],
    ['SELECT unnest(messages) u FROM rows', '{"u":{"role":"user","mark":[1]}}'],
    [`SELECT {'role': 'x', 'nothing': NULL} own FROM rows`, '{"own":{"role":"x","nothing":null}}'],
    ['SELECT started_at s FROM rows', '{"s":"2026-09-02T10:00:00.123Z"}'],
  ]
  for (const [sql, value] of cases)
    it(`are as they were written: ${sql}`, async () => {
      await using dataset = await openDataset(join(folder, 'rows.parquet'))
      const order = sql.includes('GROUP BY') ? ' ORDER BY id' : ''
      expect(writeJson((await dataset.query(`${sql}${order} LIMIT 1`))[0])).toBe(value)
    })

  it('reckon with time, while rows keep their text', async () => {
    await using dataset = await openDataset(join(folder, 'rows.parquet'))
    expect(await dataset.query(`SELECT id FROM rows WHERE started_at < now() + interval 90000 days`)).toEqual([{ id: 'a' }])
    expect((await Array.fromAsync(dataset.rows({ where: { started_at: { gte: '2026-09' } } }))).map(row => row['started_at'])).toEqual([
      ROWS[0]!['started_at'],
    ])
  })
})

it('query writes what it finds, takes SQL from a file, and shows types whole', () => {
  const rows = join(folder, 'rows.parquet')
  writeFileSync(join(folder, 'q.sql'), 'SELECT id, big, free FROM rows ORDER BY id;\n')
  for (const ending of Object.values(codecs).map(({ extensions: [first] }) => first!.slice(1))) {
    const made = join(folder, `out.${ending}`)
    expect(run(rows, '--file', join(folder, 'q.sql'), '-o', made).status).toBe(0)
    const read = run(made, 'select big from rows order by id', '--json').stdout
    expect([ending, read]).toEqual([ending, '{"big":1234567890123456789}\n{"big":-5}\n'])
  }
  expect(run(rows, `@${join(folder, 'q.sql')}`, '--json').stdout.split('\n')[0]).toBe(
    '{"id":"a","big":1234567890123456789,"free":{"n":1234567890123456789,"whole":"x"}}',
  )
  expect(run(rows, 'select 1', '--file', 'x').stderr).toContain('found SQL and --file')
  expect(run(rows, '@nothing.sql').stderr).toContain("Cannot read the SQL in 'nothing.sql'")
  expect(run(rows, '--schema').stdout).toMatch(/messages {4}STRUCT\(\n +role VARCHAR\n +note VARCHAR\n +extra JSON\n +\)\[\]/)
}, 60_000)

it('query reads CSV with cells of 20 MB', async () => {
  const path = join(folder, 'large.csv')
  writeFileSync(path, `id,text\na,"${'x, "" \n'.repeat(3_000_000)}"\nb,short\n`)
  await using dataset = await openDataset(path)
  expect(await dataset.query('SELECT id, length(text) n FROM rows')).toEqual([
    { id: 'a', n: 18_000_000 },
    { id: 'b', n: 5 },
  ])
}, 60_000)

it('a run is what its manifest says; what processors made are tables of their own', async () => {
  const run = join(folder, 'run')
  for (const inner of ['parts', 'artifacts/my%20view', 'artifacts/none']) mkdirSync(join(run, inner), { recursive: true })
  await write(join(run, 'parts', 'part-00000.parquet'), [{ n: 1 }, { n: 2 }], { n: 'integer' })
  await write(join(run, 'parts', 'part-00001.parquet'), [{ n: 9 }], { n: 'integer' })
  await write(join(run, 'artifacts', 'my%20view', 'part-00000.parquet'), [{ m: 'x' }], { m: 'text' })
  const part = (rows: number) => [{ file: 'part-00000.parquet', rows, bytes: 1 }]
  const artifacts = { 'my view': { parts: part(1), types: {} }, none: { parts: [], types: {} } }
  writeFileSync(join(run, 'manifest.json'), JSON.stringify({ layout: 1, config_hash: 'x', rows: 2, parts: part(2), artifacts }))
  await using dataset = await openDataset(run)
  expect(await Array.fromAsync(dataset.rows())).toEqual([{ n: 1 }, { n: 2 }])
  expect([await dataset.count(), await dataset.query('SELECT sum(n) s FROM rows')]).toEqual([2, [{ s: 3 }]])
  expect(dataset.tables).toEqual(['rows', 'artifacts."my view"'])
  expect(await dataset.query('SELECT * FROM artifacts."my view"')).toEqual([{ m: 'x' }])
})

describe('tables of a query', () => {
  it('show floats as people write them', () => {
    const values = [102.51648374999992, -0.00012345, 1234.5, 1e-12, 2.5e300, 0.1 + 0.2]
    expect(values.map(shortFloat)).toEqual(['102.52', '-0.000123', '1,234.5', '1e-12', '2.5e+300', '0.3'])
  })

  it('show numbers beyond all digits with their exponent', () => {
    expect(queryCells(['n'], [{ n: 1e300 }, { n: -(2 ** 70) }, { n: 12345678901234 }], null)).toEqual([
      ['1e+300'],
      ['-1.1805916207174113e+21'],
      [12345678901234],
    ])
  })

  it('share the width of the terminal', () => {
    const row = { id: 'short', text: 'x'.repeat(300), more: 'y'.repeat(60) }
    const lengths = (width: number | null) => queryCells(Object.keys(row), [row], width)[0]!.map(cell => String(cell).length)
    expect(lengths(200)).toEqual([5, 131, 60])
    expect(lengths(400)).toEqual([5, 300, 60])
    expect(lengths(null)).toEqual([5, 80, 60])
  })

  it('count the columns that wide characters take, and cut between characters', () => {
    const row = { id: 'short', text: '庭の花に水をやる'.repeat(20), more: '👩‍🌾'.repeat(40) }
    for (const width of [60, 80, 120]) {
      const [cells] = queryCells(Object.keys(row), [row], width)
      expect(stringWidth(cells!.join('  '))).toBeLessThanOrEqual(width)
      expect(stringWidth(cells!.join('  '))).toBeGreaterThan(width - 5)
      expect(cells![2]).toMatch(/^(?:👩‍🌾)+…$/u)
    }
  })

  it('show types of any depth', () => {
    const type = 'STRUCT("a b" DECIMAL(9,2), c STRUCT("d" VARCHAR[])[])'
    expect(schemaText([['x', type]])).toBe('x  STRUCT(\n     "a b" DECIMAL(9,2)\n     c STRUCT(\n       d VARCHAR[]\n     )[]\n   )')
  })
})

it('queries that fail say so in words, without the SQL around them', () => {
  const { stderr, status } = run(join(folder, 'rows.parquet'), 'select nothing from rows')
  expect(status).not.toBe(0)
  expect(stderr).toContain('nothing')
  expect(stderr).not.toMatch(/stored_rows|REPLACE|\) result|TRY_CAST/)
})

it('numbers of a file come back as they were written', () => {
  writeFileSync(join(folder, 'ids.jsonl'), '{"id":1234567890123456789,"f":1.0}\n{"id":2,"f":0.5}\n')
  expect(run(join(folder, 'ids.jsonl'), 'select id from rows', '--json').stdout).toBe('{"id":1234567890123456789}\n{"id":2}\n')
})

it('an id of 19 digits is the same in row, template, reckoning, Parquet and JSON Lines', async () => {
  const seed = join(folder, 'seed.jsonl')
  writeFileSync(seed, '{"id":1234567890123456789,"f":1.0,"huge":123456789012345678901234567890}\n{"id":7,"f":2.5,"huge":1}\n')
  const builder = new DataDesignerConfigBuilder({ modelConfigs: [] })
    .withSeedDataset(new LocalFileSeedSource({ path: seed }))
    .addColumn(new ExpressionColumnConfig({ name: 'said', expr: '{{ id }} {{ id + 1 }} {{ f }} {{ huge }} {{ [id, f] | tojson }}' }))
    .addColumn(new ExpressionColumnConfig({ name: 'same', expr: '{{ id }}', dtype: 'json' }))
  const path = join(folder, 'numbers-run')
  const results = await new DataDesigner().create(builder, { path, numRecords: 2 })
  const [row] = await Array.fromAsync(results.rows())
  expect(row!['said']).toBe('1234567890123456789 1234567890123456790 1.0 123456789012345678901234567890 [1234567890123456789, 1.0]')
  expect([row!['id'], row!['same'], row!['huge']]).toEqual([1234567890123456789n, 1234567890123456789n, 123456789012345678901234567890n])
  await results.export(join(folder, 'numbers.jsonl'))
  await using dataset = await openDataset(path)
  const types = await dataset.query('SELECT typeof(id) i, typeof(huge) h FROM rows LIMIT 1')
  expect(types).toEqual([{ i: 'BIGINT', h: 'JSON' }])
  const [read] = await Array.fromAsync(jsonl.read(join(folder, 'numbers.jsonl')))
  expect([read!['id'], read!['huge']]).toEqual([row!['id'], row!['huge']])
})
