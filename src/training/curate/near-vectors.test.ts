import { mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Json } from '../../json/json.ts'
import { Random } from '../../random.ts'
import type { Outcome, Row } from '../../row.ts'
import { Scratch } from '../scratch/scratch.ts'
import { leaveOutNear } from './leave-out-near.ts'
import { NearVectors } from './near-vectors.ts'
import { cosine, directionOf } from './row-vector.ts'

async function* each(rows: readonly Row[]): AsyncIterable<Row> {
  yield* rows
}

const of = (rows: readonly Row[], threshold?: number): Promise<Outcome[]> =>
  Array.fromAsync(leaveOutNear(each(rows), { column: 'v', ...(threshold === undefined ? {} : { threshold }) }))
const ids = (outcomes: readonly Outcome[]) => outcomes.flatMap(one => ('row' in one ? [one.row['id']] : []))
const reasons = (outcomes: readonly Outcome[]) =>
  outcomes.flatMap(one => ('reject' in one ? [`${one.reject.at}: ${one.reject.reason}`] : []))

/** Vectors around a few directions, and some of no direction at all. */
function scattered(count: number, dimension: number, seed: number): Row[] {
  const random = new Random(seed, 'vectors')
  const number = () => random.next() * 2 - 1
  const centres = Array.from({ length: Math.ceil(count / 5) }, () => Array.from({ length: dimension }, number))
  return Array.from({ length: count }, (_, id) => {
    const centre = centres[Math.floor(random.next() * centres.length)]!
    const noise = random.next() < 0.5 ? 0.1 : 0.5
    return { id, v: random.next() < 0.05 ? null : centre.map(x => x + noise * number()) }
  })
}

describe('directionOf()', () => {
  it.each<[string, Json, number[] | null]>([
    ['a list of numbers', [3, 4], [0.6, 0.8]],
    ['what a column of type embedding holds', { embeddings: [[0, 2]], num_embeddings: 1, dimension: 2 }, [0, 1]],
    [
      'several vectors, none louder than the others',
      [
        [5, 0],
        [0, 1],
      ],
      [Math.SQRT1_2, Math.SQRT1_2],
    ],
    ['great numbers', [3e200, 4e200], [0.6, 0.8]],
    ['small numbers', [3e-200, 4e-200], [0.6, 0.8]],
    ['nothing', null, null],
    ['a text', '[1, 2]', null],
    ['an empty list', [], null],
    ['no direction', [0, 0], null],
    ['texts', ['a', 'b'], null],
    ['a number that is none', [1, null], null],
    ['vectors of two sizes', [[1, 2], [1]], null],
    ['an infinity', [1, Infinity], null],
    ['an object without vectors', { embeddings: null }, null],
  ])('of %s', (_name, cell, expected) => {
    const found = directionOf(cell)
    expect(found === null ? null : [...found].map(x => Number(x.toFixed(12)))).toEqual(expected?.map(x => Number(x.toFixed(12))) ?? null)
  })
})

describe('leaveOutNear()', () => {
  it('keeps the first of rows that are near, and names it to the others', async () => {
    const rows = [
      { id: 'a', v: [1, 0] },
      { id: 'b', v: [0, 1] },
      { id: 'c', v: [2, 0.1] },
      { id: 'd', v: null },
      { id: 'e', v: [-1, 0] },
      { id: 'f' },
      { id: 'g', v: [0, 7] },
    ]
    const outcomes = await of(rows)
    expect(ids(outcomes)).toEqual(['a', 'b', 'd', 'e', 'f'])
    expect(reasons(outcomes)).toEqual([`row 2: near-duplicate of row 0 by 'v'`, `row 6: near-duplicate of row 1 by 'v'`])
  })

  it('keeps a row that is near another one only by a third', async () => {
    const at = (degrees: number) => [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)]
    const outcomes = await of(
      [0, 15, 30, 45].map(id => ({ id, v: at(id) })),
      0.95,
    )
    expect(ids(outcomes)).toEqual([0, 30])
  })

  it('takes equal vectors for near at 1, whatever rounding does', async () => {
    const rows = scattered(40, 7, 3).filter(row => row['v'] !== null)
    expect(ids(await of([...rows, ...rows.map(row => ({ ...row, id: `${row['id']}-again` }))], 1))).toEqual(rows.map(row => row['id']))
  })

  it('of a vector of another size says so, and goes on', async () => {
    const outcomes = await of([
      { id: 1, v: [1, 0] },
      { id: 2, v: [1, 0, 0] },
      { id: 3, v: [0, 1] },
    ])
    expect(ids(outcomes)).toEqual([1, 3])
    expect(reasons(outcomes)).toEqual([`row 1: cannot be compared by 'v': its vector has 3 numbers, those before it have 2`])
  })

  it('refuses a column without a vector, and names those that have some', async () => {
    const rows = [{ id: 1, vec: [1, 2], other: { embeddings: [[1]] } }]
    await expect(of(rows)).rejects.toThrow(`Cannot find near-duplicates by 'v': found no vector there in 1 rows`)
    await expect(of(rows)).rejects.toMatchObject({ hint: expect.stringContaining('Vectors are in vec, other') })
    await expect(of([{ id: 1 }])).rejects.toMatchObject({ hint: 'Let a column of type embedding make them' })
    expect(await of([])).toEqual([])
  })

  it.each([1, 2, 3, 4, 5])('is what comparing every row with every row that stays is (%i)', async seed => {
    const rows = scattered(150, 5, seed)
    const staying: { id: unknown; direction: Float64Array | null }[] = []
    for (const row of rows) {
      const direction = directionOf(row['v']!)
      const isNear = direction !== null && staying.some(one => one.direction !== null && cosine(one.direction, direction) >= 0.95)
      if (!isNear) staying.push({ id: row['id'], direction })
    }
    expect(ids(await of(rows))).toEqual(staying.map(({ id }) => id))
    expect(staying.length).toBeLessThan(rows.length)
  })
})

it('vectors that do not fit into a block are compared as those that do', () => {
  const rows = scattered(90, 6, 9).map(row => directionOf(row['v']!))
  const groupsWith = (blockBytes: number) => {
    const folder = mkdtempSync(join(tmpdir(), 'tracewright-near-'))
    const near = new NearVectors(new Scratch(folder), 0.9, blockBytes)
    for (const [i, vector] of rows.entries()) if (vector !== null) near.add(2 * i, vector)
    const groups = [...near.groups()]
    expect(groups.flat().every(number => number % 2 === 0)).toBe(true)
    near[Symbol.dispose]()
    expect(readdirSync(folder)).toEqual([])
    return groups
  }
  const whole = groupsWith(2 ** 20)
  expect(whole.length).toBeGreaterThan(3)
  expect(groupsWith(8 * 6 * 7)).toEqual(whole)
  expect(groupsWith(1)).toEqual(whole)
})
