import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase, quoted } from '../codec/duckdb.ts'
import type { Json } from '../json/json.ts'
import { keptObject, OddValue } from '../python/odd-value.ts'
import { pythonRepr } from '../python/text.ts'
import type { Row } from '../row.ts'
import { LocalFileSeedSource } from './file.ts'
import type { OpenSeed } from './seed.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tracewright-pandas-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function opened(path: string): Promise<OpenSeed> {
  return new LocalFileSeedSource({ path }).openAsDataDesigner(folder)
}

async function rowsOf(seed: OpenSeed): Promise<Row[]> {
  const rows: Row[] = []
  for (let i = 0; i < seed.size; i++) {
    const [outcome] = await seed.read(i)
    if (outcome === undefined || !('row' in outcome)) throw new Error(JSON.stringify(outcome))
    rows.push(outcome.row)
  }
  seed.close()
  return rows
}

async function shown(name: string, text: string): Promise<string[]> {
  writeFileSync(join(folder, name), text)
  return (await rowsOf(await opened(name))).map(row => pythonRepr(seen(row['v']!)))
}

/** A value as locked-down templates see it. */
function seen(value: Json): Json | undefined {
  if (value instanceof OddValue) return value.seen
  return Array.isArray(value) ? value.map(item => seen(item)!) : value
}

/** What pandas 3 made of these, and Data Designer 0.9.7 printed. */
const TYPED: [sql: string, printed: string[]][] = [
  ["(date '2024-05-01'), (NULL)", ["'2024-05-01'", 'None']],
  ["(timestamp '2024-05-01 03:04:05'), (NULL)", ["'2024-05-01T03:04:05'", 'None']],
  ["(timestamp '2024-05-01 03:04:05.5')", ["'2024-05-01T03:04:05.500000'"]],
  ["(timestamptz '2024-05-01 03:04:05+02')", ["'2024-05-01T01:04:05+00:00'"]],
  ["(timestamp_ns '2024-05-01 03:04:05.123456789')", ["'2024-05-01T03:04:05.123456789'"]],
  ['(1.50::decimal(10,2)), (NULL), (3)', ['1.5', 'None', '3.0']],
  ["('c0ffee00-0000-0000-0000-000000000000'::uuid), (NULL)", ["'c0ffee00-0000-0000-0000-000000000000'", 'nan']],
  ["('ab'::blob), (NULL)", ["'ab'", 'None']],
  ["(map {'a': 1, 'b': NULL}), (NULL)", ["[['a', 1.0], ['b', None]]", 'None']],
  ['([1, 2]), (NULL), ([])', ['[1, 2]', 'None', '[]']],
  ['([1, 2]), ([3, NULL])', ['[1.0, 2.0]', '[3.0, nan]']],
  ["(['a', NULL]), (NULL)", ["['a', None]", 'None']],
  ['([[1, NULL], [2]]), (NULL)', ['[[1.0, nan], [2.0]]', 'None']],
  ['([true, NULL])', ['[True, None]']],
  ["([{'a': 1}, {'a': NULL}]), (NULL)", ["[{'a': 1.0}, {'a': None}]", 'None']],
  ["({'a': 1, 'b': [1, 2], 'c': 'x'}), (NULL)", ["{'a': 1.0, 'b': [1, 2], 'c': 'x'}", 'None']],
  ["({'a': 1, 'b': 'x'}), ({'a': 2, 'b': NULL})", ["{'a': 1, 'b': 'x'}", "{'a': 2, 'b': None}"]],
  ['(true), (NULL)', ['True', 'None']],
  ['(0.1::float), (NULL)', ['0.10000000149011612', 'nan']],
  ['(18446744073709551615::ubigint), (1)', ['18446744073709551615', '1']],
  ['(18446744073709551615::ubigint), (NULL)', ['1.8446744073709552e+19', 'nan']],
  ["('infinity'::double), (1e300), (2.0)", ['inf', '1e+300', '2.0']],
  ['([1, 2]::integer[2])', ['[1, 2]']],
]

describe('a column of Parquet', () => {
  it.each(TYPED)('%s', async (sql, printed) => {
    const path = join(folder, 'typed.parquet')
    const database = await openDatabase()
    await database.connection.run(`COPY (SELECT v FROM (VALUES ${sql}) made(v)) TO ${quoted(path)} (FORMAT parquet)`)
    database[Symbol.dispose]()
    expect((await rowsOf(await opened('typed.parquet'))).map(row => pythonRepr(seen(row['v']!)))).toEqual(printed)
  })

  const ODD: [sql: string, shown: string, kept: Json][] = [
    ["time '01:02:03'", '01:02:03', '01:02:03'],
    ["date '2024-05-01'", '2024-05-01', '2024-05-01'],
    ["timestamp '2024-05-01 03:04:05'", '2024-05-01 03:04:05', '2024-05-01T03:04:05'],
    ['NULL::timestamp', 'NaT', null],
    ['1.50::decimal(10,2)', '1.50', '1.50'],
    ["'\\xFF''a'::blob", `b"\\xff'a"`, '/ydh'],
    ["'\\xEF\\xBB\\xBFa'::blob", "b'\\xef\\xbb\\xbfa'", '77u/YQ=='],
  ]

  it.each(ODD)('%s is printed by Python as %s, and kept in rows', async (sql, shown, kept) => {
    const path = join(folder, 'odd.parquet')
    const database = await openDatabase()
    await database.connection.run(`COPY (SELECT ${sql} AS v) TO ${quoted(path)} (FORMAT parquet)`)
    database[Symbol.dispose]()
    const [row] = await rowsOf(await opened('odd.parquet'))
    expect(String(row!['v'])).toBe(shown)
    expect(keptObject(row!)).toEqual({ v: kept })
  })
})

it.each([
  ['v\n3\n\n5\n', ['3.0', 'nan', '5.0']],
  ['v\n3\n4\n', ['3', '4']],
  ['v,w\n1.5,a\n,b\n', ['1.5', 'nan']],
  ['w,v\n1,x\n2,\n', ["'x'", 'nan']],
  ['v\n2024-05-01\n2024-05-02\n', ["'2024-05-01'", "'2024-05-02'"]],
  ['v\n1\n36893488147419103232\n', ['1.0', '3.6893488147419103e+19']],
  ['v\ntrue\nfalse\n', ['True', 'False']],
  ['v\n007\n08x\n', ["'007'", "'08x'"]],
])('CSV %j', async (text, printed) => {
  expect((await shown('a.csv', text)).filter(value => value !== undefined)).toEqual(printed)
})

it.each([
  [
    [{ v: 1 }, {}],
    ['1.0', 'nan'],
  ],
  [
    [{ w: 1 }, { v: 'x' }],
    ['nan', "'x'"],
  ],
  [
    [{ v: 1 }, { v: 2.5 }],
    ['1.0', '2.5'],
  ],
  [
    [{ v: 1 }, { v: -5 }],
    ['1.0', '-5.0'],
  ],
  [
    [{ v: 1 }, { v: 'x' }],
    ["'1'", '\'"x"\''],
  ],
  [
    [{ v: { a: 1 } }, { v: { b: 'x' } }],
    ["{'a': 1.0, 'b': None}", "{'a': None, 'b': 'x'}"],
  ],
  [
    [{ v: [{ r: 'u' }, { r: 'a', n: 1 }] }, { v: [] }],
    ["[{'r': 'u', 'n': None}, {'r': 'a', 'n': 1.0}]", '[]'],
  ],
])('JSON Lines %j', async (rows, printed) => {
  expect(await shown('a.jsonl', rows.map(row => `${JSON.stringify(row)}\n`).join(''))).toEqual(printed)
  expect(await shown('a.json', JSON.stringify(rows))).toEqual(printed)
})

it('judges by the rows that are drawn at once', async () => {
  writeFileSync(join(folder, 'late.jsonl'), [1, 2, 3, null].map(v => `${JSON.stringify({ v })}\n`).join(''))
  const seed = await opened('late.jsonl')
  const read = async (things: number[]) => {
    seed.among?.(things)
    const values: string[] = []
    for (const i of things) values.push(pythonRepr(((await seed.read(i))[0] as { row: Row }).row['v']))
    return values
  }
  expect(await read([0, 1, 2])).toEqual(['1', '2', '3'])
  expect(await read([3, 0, 2])).toEqual(['nan', '1.0', '3.0'])
  expect(await read([1])).toEqual(['2'])
  // Nobody said that this one is drawn: those that follow each other are judged together.
  expect(pythonRepr(((await seed.read(0))[0] as { row: Row }).row['v'])).toBe('1.0')
  seed.close()
})

it('says what is wrong with a file', async () => {
  writeFileSync(join(folder, 'broken.jsonl'), '{"v": 1}\n{"v": \n')
  await expect(opened('broken.jsonl')).rejects.toMatchObject({ kind: 'seed', message: expect.stringContaining('Cannot read seed') })
  writeFileSync(join(folder, 'none.csv'), 'v\n')
  await expect(opened('none.csv')).rejects.toThrow('has no rows')
  await expect(opened('gone.csv')).rejects.toThrow(/^Cannot read seed '.*gone.csv': there is no such file or folder$/)
})

it('takes names with signs of patterns as they are', async () => {
  expect(await shown('a [1].jsonl', '{"v": 7}\n')).toEqual(['7'])
})
