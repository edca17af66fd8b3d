import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readJson } from '../json/exact.ts'
import type { Json } from '../json/json.ts'
import type { StoreTypes } from '../store-type.ts'
import { openDatabase, quoted } from './duckdb.ts'
import { jsonl } from './jsonl.ts'
import { parquet } from './parquet.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tracewright-lines-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const TYPES: StoreTypes = {
  id: 'text',
  free: 'json',
  list: { list: { struct: { name: 'text', detail: 'json', more: 'json' }, rest: 'more', always: ['detail'] } },
}

async function written(codec: typeof jsonl | typeof parquet, path: string, rows: { [column: string]: Json }[]): Promise<void> {
  const writer = codec.write(path, { types: TYPES })
  for (const row of rows) await writer.write(row)
  await writer.close()
}

it('lines give back any value without a fixed shape, and any text', async () => {
  const path = join(folder, 'rows.jsonl')
  const value = fc.jsonValue({ maxDepth: 3 }).map(value => JSON.parse(JSON.stringify(value)) as Json)
  const text = fc.oneof(fc.string(), fc.json(), fc.constantFrom('"\\u007b}', '{"a":1}', '\\', '"', '\\"\\u007b"'))
  const item = fc.record({ name: text, detail: value, other: fc.oneof(text, fc.integer(), fc.record({ extra: text })) })
  await fc.assert(
    fc.asyncProperty(fc.array(fc.record({ id: text, free: value, list: fc.array(item) }), { maxLength: 3 }), async rows => {
      await written(jsonl, path, rows)
      // Whole doubles beyond 2^53 come back as the integers they were written as.
      const expected = rows.map(row => readJson(JSON.stringify(row)))
      expect(await Array.fromAsync(jsonl.read(path))).toEqual(expected)
    }),
    { numRuns: 200 },
  )
})

it('lines are to another reader the table that Parquet is', async () => {
  const rows = [
    { id: 'a', free: { n: 1 }, list: [] },
    { id: 'b', free: ['x', { y: null }], list: [{ name: 'n', detail: { deep: [1] }, other: 1 }] },
    {
      id: 'c',
      free: 'text',
      list: [
        { name: '{"no": "value"}', detail: 7 },
        { name: 'o', detail: null, other: { p: true } },
      ],
    },
    { id: 'd', free: null, list: null },
  ]
  await written(jsonl, join(folder, 'rows.jsonl'), rows)
  await written(parquet, join(folder, 'rows.parquet'), rows)
  const database = await openDatabase()
  try {
    const columns = 'id, free::VARCHAR free, list::STRUCT(name VARCHAR, detail VARCHAR, more VARCHAR)[] list'
    const table = async (from: string) => (await database.connection.runAndReadAll(`SELECT ${columns} FROM ${from}`)).getRowsJson()
    const lines = await table(`read_json(${quoted(join(folder, 'rows.jsonl'))})`)
    expect(lines).toEqual(await table(`read_parquet(${quoted(join(folder, 'rows.parquet'))})`))
    expect(lines.length).toBe(4)
  } finally {
    database[Symbol.dispose]()
  }
})

it('lines of others, whose texts begin with escapes, stay as they are', async () => {
  const path = join(folder, 'theirs.jsonl')
  const line = String.raw`{"a":"\u001b[0m","b":"\u007b no JSON","c":"\u0022quoted\u0022 more","d":"x\"\u007b\"}","e":"\\"}`
  writeFileSync(path, `${line}\n`)
  expect(await Array.fromAsync(jsonl.read(path))).toEqual([JSON.parse(readFileSync(path, 'utf8'))])
})
