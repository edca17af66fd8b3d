import { describe, expect, it } from 'vitest'
import { Random } from '../random.ts'
import type { Persons } from './persons.ts'
import type { SamplerType } from './sampler.ts'
import * as registry from './samplers.ts'

const types: SamplerType[] = Object.values(registry)

/** Persons whoever is wanted. */
const persons: Persons = {
  of: async () => ({ size: 3, read: async i => ({ first_name: `A${i}`, middle_name: null, last_name: 'B', age: 17 + i, region: 'VT' }) }),
}

it('every kind of sampler has a name of its own', () => {
  expect(new Set(types.map(({ name }) => name)).size).toBe(types.length)
})

for (const type of types) {
  const { needs, more, wrong, row = {} } = type.example
  describe(`sampler ${type.name}`, () => {
    it('says what it is, and names its parameters', () => {
      expect(type.description).toMatch(/^[A-Z][^.]*(?:`scipy\.stats`[^.]*)?$/)
      expect(Object.keys(type.read(needs, 'here').toJSON()).sort()).toEqual([...Object.keys(type.fields), 'sampler_type'].sort())
    })

    it('is written back as it was read', () => {
      for (const params of [needs, { ...needs, ...more }]) {
        const written = JSON.parse(JSON.stringify(type.read(params, 'here').toJSON()))
        expect(written).toMatchObject(params)
        expect(JSON.parse(JSON.stringify(type.read(written, 'here').toJSON()))).toEqual(written)
      }
    })

    it('refuses a misspelt parameter with the nearest one', () => {
      const key = Object.keys(type.fields)[0]!
      expect(() => type.read({ ...needs, [`${key}x`]: 1 }, 'here')).toThrow(expect.objectContaining({ kind: 'config', where: 'here' }))
    })

    it.each([...wrong])('refuses %j', (params, word) => {
      let thrown: unknown
      try {
        type.read(params, 'here')
      } catch (error) {
        thrown = error
      }
      expect(thrown).toMatchObject({ kind: 'config', sentence: expect.stringContaining(word) })
    })

    it('draws the same from the same stream, and leaves the row alone', async () => {
      const params = type.read({ ...needs, ...more }, 'here')
      const draw = async () => params.draw({ random: new Random(7, type.name), row, times: new Map(), persons })
      expect(await draw()).toEqual(await draw())
      expect(params.reads.every(name => name in row)).toBe(true)
    })
  })
}

it('categories are as likely as their weights say, in one list of values after another', () => {
  const params = registry.category.read({ values: ['a', 'b', 'c'], weights: [1, 2, 7] }, 'here')
  const counts = new Map<unknown, number>()
  for (let i = 0; i < 20_000; i++) {
    const value = params.draw({ random: new Random(3, i), row: {}, times: new Map() })
    counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  for (const [value, share] of [
    ['a', 0.1],
    ['b', 0.2],
    ['c', 0.7],
  ] as const)
    expect(Math.abs(counts.get(value)! / 20_000 - share)).toBeLessThan(5 * Math.sqrt((share * (1 - share)) / 20_000))
})

it('values of several kinds stay what they are, and are one kind where NumPy is followed', () => {
  const params = registry.category.read({ values: [1, 'a', 2.5] }, 'here')
  const kinds = (likeNumPy: boolean) =>
    new Set(Array.from({ length: 50 }, (_, i) => typeof params.draw({ random: new Random(1, i), row: {}, times: new Map(), likeNumPy })))
  expect([...kinds(false)].sort()).toEqual(['number', 'string'])
  expect([...kinds(true)]).toEqual(['string'])
})

it.each([
  ['2024-01-31', '2024-02-02', 'D', ['2024-01-31T00:00:00', '2024-02-01T00:00:00']],
  ['2023-11-15', '2024-01-02', 'M', ['2023-11-01T00:00:00', '2023-12-01T00:00:00', '2024-01-01T00:00:00']],
  ['2020', '2022', 'Y', ['2020-01-01T00:00:00', '2021-01-01T00:00:00']],
  ['2024-01-01T00:00:00+01:00', '2024-01-01 00:00:02', 'h', ['2023-12-31T23:00:00', '2024-01-01T00:00:00']],
] as const)('times from %s to %s are cut to %s', (start, end, unit, expected) => {
  const params = registry.datetime.read({ start, end, unit }, 'here')
  const drawn = Array.from({ length: 4000 }, (_, i) => Number(params.draw({ random: new Random(2, i), row: {}, times: new Map() })))
  expect([...new Set(drawn)].sort((a, b) => a - b).map(seconds => new Date(seconds * 1000).toISOString().slice(0, 19))).toEqual(expected)
})
