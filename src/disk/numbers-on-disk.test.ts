import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { Random } from '../random.ts'
import { NumberLookup } from './number-lookup.ts'
import { NumberRuns } from './number-runs.ts'
import { NumberTable } from './number-table.ts'
import { PagedNumbers } from './paged-numbers.ts'

const folder = mkdtempSync(join(tmpdir(), 'numbers-'))
afterAll(() => rmSync(folder, { recursive: true }))
const drawn = (count: number, below: number) => {
  const random = new Random('numbers')
  return Array.from({ length: count }, () => Math.floor(random.next() * below))
}
const byAll = (a: readonly number[], b: readonly number[]) => a.map((x, i) => x - b[i]!).find(difference => difference !== 0) ?? 0

describe.each([[1_000_000], [97], [2], [1]])('with %i numbers in memory', held => {
  it.each([[1], [2], [3]])('gives records of %i numbers in order', width => {
    const numbers = drawn(600 * width, 50)
    const records = Array.from({ length: 600 }, (_, i) => numbers.slice(i * width, (i + 1) * width))
    const runs = new NumberRuns(join(folder, 'runs'), { width, held })
    for (const record of records) runs.add(...record)
    expect([...runs.sorted()]).toEqual(records.toSorted(byAll))
    expect([...runs.sorted()]).toHaveLength(600)
    expect(existsSync(join(folder, 'runs'))).toBe(held < 600 * width)
    runs[Symbol.dispose]()
    expect(readdirSync(folder)).toEqual([])
  })

  it('looks numbers up, the least value of each', () => {
    const runs = new NumberRuns(join(folder, 'runs'), { width: 2, held })
    const keys = drawn(900, 2 ** 52)
    for (const [i, key] of keys.entries()) runs.add(key, i + 1)
    runs.add(keys[5]!, 0)
    const small = held < 100 ? { pages: 2, pageSize: 8, filterBytes: 16 } : {}
    const lookup = new NumberLookup(runs, join(folder, 'lookup'), { hasValues: true, ...small })
    expect(keys.map(key => lookup.get(key))).toEqual(keys.map((_, i) => (i === 5 ? 0 : i + 1)))
    expect(
      drawn(900, 2 ** 52)
        .map((key, i) => lookup.has(key + 1 + (i % 3)))
        .filter(Boolean),
    ).toEqual([])
    expect(lookup.size).toBe(new Set(keys).size)
    lookup[Symbol.dispose]()
    expect(readdirSync(folder)).toEqual([])
  })
})

it.each([
  [1, 4],
  [3, 16],
  [100, 8192],
])('holds numbers by index in %i pages of %i', (pages, pageSize) => {
  const numbers = new PagedNumbers(join(folder, 'paged'), { pages, pageSize, empty: -1 })
  const expected = new Map<number, number>()
  for (const [i, index] of drawn(3_000, 5_000).entries()) {
    numbers.set(index, i)
    expected.set(index, i)
  }
  for (let i = 0; i < 5_000; i++) expect(numbers.get(i)).toBe(expected.get(i) ?? -1)
  numbers[Symbol.dispose]()
  expect(readdirSync(folder)).toEqual([])
})

it.each([
  [2, 8],
  [100, 8192],
])('holds numbers by key in %i pages of %i, as a Map does', (pages, pageSize) => {
  let made = 0
  const table = new NumberTable(() => new PagedNumbers(join(folder, `table-${made++}`), { pages, pageSize }))
  const expected = new Map<number, number>()
  const keys = [0, 2 ** 52, 1024, 2048, 1023, ...drawn(1_500, 2 ** 52)]
  for (const [i, key] of [...keys, ...keys.slice(0, 9)].entries()) {
    expect(table.get(key)).toBe(expected.get(key))
    table.set(key, i % 7)
    expected.set(key, i % 7)
  }
  expect(keys.map(key => table.get(key))).toEqual(keys.map(key => expected.get(key)))
  expect(
    drawn(300, 2 ** 51)
      .map(key => table.get(key + 1))
      .filter(value => value !== undefined),
  ).toEqual([])
  expect(table.size).toBe(expected.size)
  table[Symbol.dispose]()
  expect(readdirSync(folder)).toEqual([])
})
