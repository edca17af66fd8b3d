import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Row } from '../row.ts'
import { type Database, openDatabase } from './duckdb.ts'
import { QueryRows } from './query-rows.ts'

let database: Database
beforeAll(async () => {
  database = await openDatabase({ memoryMB: 256, threads: 1 })
})
afterAll(() => database[Symbol.dispose]())

async function all(select: string): Promise<Row[]> {
  const rows = await QueryRows.open(await database.connect(), select)
  const found: Row[] = []
  for (let row = await rows.next(); row !== null; row = await rows.next()) found.push(row)
  rows[Symbol.dispose]()
  return found
}

/** Values of the engine, and what each is as JSON. */
const VALUES: [sql: string, json: Row[string]][] = [
  ['1', 1],
  ['9007199254740991', 9007199254740991],
  ['1::HUGEINT', 1],
  ['0.5::DOUBLE', 0.5],
  ['2.50::DECIMAL(9, 2)', 2.5],
  ["'nan'::DOUBLE", null],
  ['true', true],
  ['NULL', null],
  ["''", ''],
  ['chr(65279)', '\uFEFF'],
  ["chr(65279) || 'longer than twelve'", '\uFEFFlonger than twelve'],
  ["DATE '2020-01-02'", '2020-01-02'],
  ["TIMESTAMP '2020-01-02 03:04:05'", '2020-01-02 03:04:05'],
  ["UUID '00000000-0000-0000-0000-000000000001'", '00000000-0000-0000-0000-000000000001'],
  [`'{"a":[1]}'::JSON`, { a: [1] }],
  [`{'j': '[1]'::JSON}`, { j: [1] }],
  ["MAP {'x': 1}", { x: 1 }],
  ["[NULL, {'a': 1, 'b': [NULL, 'x']}]", [null, { a: 1, b: [null, 'x'] }]],
  ['[]::VARCHAR[]', []],
  ['NULL::STRUCT(a INTEGER)', null],
]

it('QueryRows gives values as JSON', async () => {
  const [row] = await all(`SELECT ${VALUES.map(([sql], i) => `${sql} AS c${i}`).join(', ')}`)
  expect(Object.values(row!)).toEqual(VALUES.map(([, json]) => json))
})

it('QueryRows gives lists of rows that were filtered, over several chunks', async () => {
  const rows = await all(
    `SELECT * FROM (SELECT range AS n, [range, range + 1] AS list, {'t': ['x' || range]} AS s FROM range(9000)) WHERE n % 3 = 1`,
  )
  expect(rows.length).toBe(3000)
  expect(rows.every(({ n, list, s }) => JSON.stringify([list, s]) === JSON.stringify([[n, Number(n) + 1], { t: [`x${n}`] }]))).toBe(true)
})

it('QueryRows passes over rows without making them', async () => {
  const rows = await QueryRows.open(await database.connect(), 'SELECT range AS n FROM range(10000)')
  expect([await rows.skip(5000), await rows.next(), await rows.skip(4998), await rows.next()]).toEqual([
    true,
    { n: 5000 },
    true,
    { n: 9999 },
  ])
  expect([await rows.skip(5), await rows.next()]).toEqual([false, null])
  rows[Symbol.dispose]()
})

it('QueryRows keeps columns of one name apart', async () => {
  expect((await all('SELECT 1 AS a, 2 AS a')).map(row => Object.values(row))).toEqual([[1, 2]])
})
