import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../json/json.ts'
import { Float } from '../json/number.ts'
import { configFromJSON, DataDesignerConfigBuilder } from '../pipeline/config/builder.ts'
import { DataDesigner } from '../pipeline/data-designer.ts'
import type { Row } from '../row.ts'

const column = (name: string, sampler_type: string, params: JsonObject, more: JsonObject = {}): JsonObject => ({
  column_type: 'sampler',
  name,
  sampler_type,
  params,
  ...more,
})

async function drawn(columns: JsonObject[], options: { constraints?: JsonObject[]; records?: number; compat?: 'data_designer' } = {}) {
  const builder = new DataDesignerConfigBuilder()
  for (const each of columns) builder.addColumn(each)
  for (const each of options.constraints ?? []) builder.addConstraint(each)
  return new DataDesigner({ seed: 5, compat: options.compat ?? null }).preview(builder, { numRecords: options.records ?? 200 })
}

const rowsOf = async (...given: Parameters<typeof drawn>): Promise<Row[]> => (await drawn(...given)).dataset

describe('a sampler column', () => {
  it('draws the same under the same seed, whatever other columns there are', async () => {
    const alone = await rowsOf([column('n', 'uniform', { low: 0, high: 1 })])
    const beside = await rowsOf([column('m', 'gaussian', { mean: 0, stddev: 1 }), column('n', 'uniform', { low: 0, high: 1 })])
    expect(beside.map(row => row['n'])).toEqual(alone.map(row => row['n']))
    expect(new Set(alone.map(row => Number(row['n']))).size).toBe(200)
  })

  it.each([
    ['int', (value: unknown) => Number.isInteger(value)],
    ['str', (value: unknown) => typeof value === 'string' && /^\d\.\d+$/.test(value)],
    ['float', (value: unknown) => typeof value === 'number' || value instanceof Float],
  ])('converts to %s', async (convert_to, fits) => {
    const rows = await rowsOf([column('n', 'uniform', { low: 0, high: 9 }, { convert_to })])
    expect(rows.every(row => fits(row['n']))).toBe(true)
  })

  it('rounds to places before and behind the point, and a whole float stays a float', async () => {
    const rows = await rowsOf([
      column('a', 'uniform', { low: 0, high: 1000, decimal_places: -2 }),
      column('b', 'uniform', { low: 0, high: 1, decimal_places: 1 }),
    ])
    expect(rows.every(row => (row['a'] as unknown) instanceof Float && Number(row['a']) % 100 === 0)).toBe(true)
    expect(new Set(rows.map(row => String(row['b'])))).toEqual(
      new Set(['0.0', '0.1', '0.2', '0.3', '0.4', '0.5', '0.6', '0.7', '0.8', '0.9', '1.0']),
    )
  })

  it('takes the parameters of the last condition that is true', async () => {
    const constant = (value: string) => ({ values: [value] })
    const rows = await rowsOf([
      column('n', 'uniform', { low: 0, high: 10 }),
      column('size', 'category', constant('small'), { conditional_params: { 'n > 3': constant('middle'), 'n > 7': constant('large') } }),
    ])
    for (const row of rows) expect(row['size']).toBe(Number(row['n']) > 7 ? 'large' : Number(row['n']) > 3 ? 'middle' : 'small')
  })

  it('adds to the time of another column, whatever text that became', async () => {
    const rows = await rowsOf([
      column('late', 'timedelta', { dt_min: 1, dt_max: 3, reference_column_name: 'day', unit: 'h' }),
      column('day', 'datetime', { start: '2024-02-28', end: '2024-03-02', unit: 's' }, { convert_to: '%d.%m.%Y %H:%M:%S' }),
    ])
    for (const row of rows) {
      const [, d, m, y, time] = /^(\d\d)\.(\d\d)\.(\d{4}) (.*)$/.exec(String(row['day']))!
      const hours = (Date.parse(`${row['late']}Z`) - Date.parse(`${y}-${m}-${d}T${time}Z`)) / 3_600_000
      expect([1, 2]).toContain(hours)
    }
  })

  it('draws subcategories of what the category is', async () => {
    const rows = await rowsOf([
      column('kind', 'category', { values: ['a', 7] }),
      column('sub', 'subcategory', { category: 'kind', values: { a: ['x', 'y'], '7': ['z'] } }),
    ])
    for (const row of rows) expect(row['kind'] === 7 ? ['z'] : ['x', 'y']).toContain(row['sub'])
  })

  it.each([
    [{ rhs: 2.5, operator: 'gt' }, (row: Row) => Number(row['a']) > 2.5],
    [{ rhs: 2.5, operator: 'le' }, (row: Row) => Number(row['a']) <= 2.5],
    [{ rhs: 'b', operator: 'lt' }, (row: Row) => Number(row['a']) < Number(row['b'])],
    [{ rhs: 'b', operator: 'ge' }, (row: Row) => Number(row['a']) >= Number(row['b'])],
  ] as [JsonObject, (row: Row) => boolean][])('is held to %j', async (constraint, holds) => {
    const columns = [column('a', 'uniform', { low: 0, high: 10 }), column('b', 'uniform', { low: 2, high: 8 })]
    const rows = await rowsOf(columns, { constraints: [{ target_column: 'a', ...constraint }] })
    expect(rows).toHaveLength(200)
    expect(rows.every(holds)).toBe(true)
  })

  it('fails a cell that no draw can fill, and says why', async () => {
    const { dataset, failures } = await drawn([column('a', 'uniform', { low: 0, high: 1 })], {
      constraints: [{ target_column: 'a', rhs: 2, operator: 'gt' }],
      records: 2,
    })
    expect(dataset).toEqual([])
    expect(failures[0]!.reason).toContain('none of 10000 draws satisfies its constraints')
  })

  it('makes the same person up under the same seed, in the language of the locale', async () => {
    const rows = await rowsOf([column('p', 'person_from_faker', { locale: 'ja_JP', sex: 'Female', age_range: [20, 30] })], { records: 5 })
    expect(rows).toEqual(
      await rowsOf([column('p', 'person_from_faker', { locale: 'ja_JP', sex: 'Female', age_range: [20, 30] })], { records: 5 }),
    )
    for (const row of rows) {
      const person = row['p'] as JsonObject
      expect(person).toMatchObject({ sex: 'Female', locale: 'ja_JP', middle_name: null })
      expect(person['first_name']).toMatch(/[\u3040-\u9fff]/)
      expect(Number(person['age'])).toBeGreaterThanOrEqual(20)
      expect(Number(person['age'])).toBeLessThanOrEqual(30)
    }
  })
})

it.each([
  [column('a', 'unifrom', { low: 0, high: 1 }), "Did you mean 'uniform'?"],
  [column('a', 'uniform', { low: 0, high: 1 }, { skip: { when: '{{ b }}' } }), 'skip: a sampled column cannot be skipped'],
])('%j is refused', (json, word) => {
  let thrown: unknown
  try {
    new DataDesignerConfigBuilder().addColumn(json)
  } catch (error) {
    thrown = error
  }
  expect(thrown).toMatchObject({ sentence: expect.stringContaining(word) })
})

it.each([
  [{ target_column: 'x', rhs: 1, operator: 'gt' }, "constraints: found 'x'"],
  [{ target_column: 'a', rhs: 'x', operator: 'gt' }, "constraints: found 'x'"],
  [{ target_column: 'e', rhs: 1, operator: 'gt' }, "constraints: found 'e', expected a sampler column"],
])('a constraint %j is refused', async (constraint, word) => {
  const columns = [column('a', 'uniform', { low: 0, high: 1 }), { column_type: 'expression', name: 'e', expr: '{{ a }}' }]
  await expect(drawn(columns, { constraints: [constraint] })).rejects.toThrow(word)
})

const DAY = { start: '2024-01-01', end: '2024-02-01' }
const OTHER = { sampler_type: 'uniform', low: 0.5, high: 1.5 }
const CATEGORY = column('c', 'category', { values: ['a', 'b'] })

it.each([
  [[column('a', 'uniform', OTHER, { convert_to: 'bool' })], "convert_to: found 'bool', expected int, float or str"],
  [[column('a', 'datetime', DAY, { convert_to: 'day' })], "convert_to: found 'day', expected a format"],
  [
    [CATEGORY, column('a', 'gaussian', { mean: 0.5, stddev: 1.5 }, { conditional_params: { 'c == "a"': OTHER } })],
    "found 'uniform', expected 'gaussian'",
  ],
  [
    [CATEGORY, column('a', 'gaussian', { mean: 0.5, stddev: 1.5 }, { conditional_params: { 'c == "a"': { mean: 'x', stddev: 1.5 } } })],
    'mean: found "x"',
  ],
])('%j is loaded, written back as it was, and refused when it is checked', async (columns, word) => {
  const builder = configFromJSON({ columns })
  expect((builder.toJSON()['data_designer'] as JsonObject)['columns']).toMatchObject(columns)
  await expect(new DataDesigner().validate(builder)).rejects.toThrow(word)
})

describe('under compat', () => {
  const following = new DataDesigner({ compat: 'data_designer', seed: 1 })
  const subcategory = (values: JsonObject) => [CATEGORY, column('s', 'subcategory', { category: 'c', values })]

  it.each([
    [[column('a', 'datetime', DAY, { convert_to: '%H h' })], "convert_to: found '%H h', which writes '00 h'"],
    [[column('a', 'datetime', DAY, { convert_to: '%j' })], "convert_to: found '%j', which writes '356'"],
    [subcategory({ a: ['x'] }), 'params.values: found others than the values of \'c\': see "b"'],
    [subcategory({ a: ['x'], b: ['y'], d: ['z'] }), 'see "d"'],
    [[column('c', 'category', { values: [1] }), column('s', 'subcategory', { category: 'c', values: { 1: ['x'] } })], 'see 1, "1"'],
  ])('%j is refused', async (columns, word) => {
    await expect(following.validate(configFromJSON({ columns }))).rejects.toThrow(word)
    await new DataDesigner().validate(configFromJSON({ columns }))
  })

  it.each(['%d.%m.%Y', '%B', '%A, %d %B %Y', '%I:%M %p', '%y%m%dT%H%M%SZ', '%b %d'])('times are written as %s', async format => {
    await following.validate(configFromJSON({ columns: [column('a', 'datetime', DAY, { convert_to: format })] }))
  })

  it('a constraint that cannot hold in one row ends the run', async () => {
    const columns = [CATEGORY, column('n', 'bernoulli', { p: 0.5 }), column('m', 'bernoulli', { p: 0.5 })]
    const constraints = [{ target_column: 'm', operator: 'lt', rhs: 'n' }]
    const builder = configFromJSON({ columns, constraints })
    await expect(following.preview(builder, { numRecords: 20 })).rejects.toThrow("Cannot draw 'm'")
    const { dataset, failures } = await new DataDesigner({ seed: 1 }).preview(builder, { numRecords: 20 })
    expect([dataset.length > 0, failures.length > 0]).toEqual([true, true])
  })
})
