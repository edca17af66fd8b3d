import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../json/json.ts'
import { Random } from '../random.ts'
import type { Row } from '../row.ts'
import type { SamplerType } from './sampler.ts'
import * as registry from './samplers.ts'

const types: SamplerType[] = Object.values(registry)

/** For each sampler parameters that are enough, and what else may be said; then parameters that are wrong and the word for it. */
const samples: { [name: string]: { needs: JsonObject; more: JsonObject; wrong: [JsonObject, string][] } } = {
  bernoulli: {
    needs: { p: 0.25 },
    more: { p: 0.5 },
    wrong: [
      [{ p: 1.5 }, 'p: found 1.5'],
      [{}, 'p: found nothing'],
    ],
  },
  bernoulli_mixture: {
    needs: { p: 0.5, dist_name: 'expon', dist_params: { scale: 2 } },
    more: { p: 0.25, dist_name: 'poisson', dist_params: { mu: 3 } },
    wrong: [[{ p: 0.5, dist_name: 'exponn', dist_params: {} }, "Did you mean 'expon'?"]],
  },
  binomial: { needs: { n: 10, p: 0.5 }, more: { n: 1, p: 0.25 }, wrong: [[{ n: 1.5, p: 0.5 }, 'n: found 1.5']] },
  category: {
    needs: { values: ['a', 1, 2.5] },
    more: { values: ['a', 'b'], weights: [0.25, 0.75] },
    wrong: [
      [{ values: [] }, 'values: found []'],
      [{ values: ['a'], weights: [0] }, 'one above 0'],
      [{ values: ['a'], weights: [0.5, 0.5] }, '1 values and 2 weights'],
      [{ values: [{ a: 1 }] }, 'expected texts and numbers'],
    ],
  },
  datetime: {
    needs: { start: '2024-01-01', end: '2024-02-01' },
    more: { start: '2024-01-01 10:00:00', end: '2024-02-01T00:00:00Z', unit: 'h' },
    wrong: [
      [{ start: 'soon', end: '2024-01-01' }, "start: found 'soon'"],
      [{ start: '2024-02-30', end: '2024-03-01' }, 'start: found'],
    ],
  },
  gaussian: {
    needs: { mean: 1, stddev: 2 },
    more: { mean: -1.5, stddev: 0.5, decimal_places: 2 },
    wrong: [[{ mean: 'x', stddev: 1 }, 'mean: found "x"']],
  },
  person: {
    needs: { locale: 'en_US' },
    more: {
      locale: 'ja_JP',
      sex: 'Male',
      city: 'Boston',
      age_range: [30, 40],
      select_field_values: { state: ['NY'] },
      with_synthetic_personas: true,
    },
    wrong: [[{ locale: 'en_UK' }, "locale: found 'en_UK'"]],
  },
  person_from_faker: {
    needs: {},
    more: { locale: 'ja_JP', sex: 'Female', city: ['Kyoto', 'Nara'], age_range: [20, 30] },
    wrong: [
      [{ locale: 'xx_XX' }, "locale: found 'xx_XX'"],
      [{ age_range: [40, 30] }, 'age_range: found [40,30]'],
      [{ sex: 'Other' }, 'sex: found "Other"'],
    ],
  },
  poisson: { needs: { mean: 3 }, more: { mean: 100.5 }, wrong: [[{ mean: null }, 'mean: found nothing']] },
  scipy: {
    needs: { dist_name: 'beta', dist_params: { a: 2, b: 5 } },
    more: { dist_name: 'norm', dist_params: { loc: 10, scale: 1.5 }, decimal_places: 1 },
    wrong: [
      [{ dist_name: 'beta', dist_params: { a: 2 } }, "found no 'b'"],
      [{ dist_name: 'beta', dist_params: { a: 2, b: 1, c: 3 } }, "found 'c'"],
      [{ dist_name: 'gamma', dist_params: { a: -1 } }, "which 'gamma' cannot have"],
    ],
  },
  subcategory: {
    needs: { category: 'kind', values: { a: ['x', 1], '7': ['y'] } },
    more: { category: 'kind', values: { a: ['x'], '7': ['z'] } },
    wrong: [[{ category: 'kind', values: { a: [] } }, 'a: found []']],
  },
  timedelta: {
    needs: { dt_min: 1, dt_max: 5, reference_column_name: 'day' },
    more: { dt_min: 0, dt_max: 60, reference_column_name: 'day', unit: 'm' },
    wrong: [
      [{ dt_min: 5, dt_max: 5, reference_column_name: 'day' }, 'dt_min below dt_max'],
      [{ dt_min: -1, dt_max: 5, reference_column_name: 'day' }, 'dt_min'],
    ],
  },
  uniform: {
    needs: { low: 1, high: 2 },
    more: { low: -1, high: 2.5, decimal_places: -1 },
    wrong: [[{ low: 1, high: 2, decimal_places: 0.5 }, 'decimal_places']],
  },
  uuid: {
    needs: {},
    more: { prefix: 'u-', short_form: true, uppercase: true },
    wrong: [[{ short_form: 'yes' }, 'short_form: found "yes"']],
  },
}

it('every kind of sampler has a sample here, and a name of its own', () => {
  expect(types.map(({ name }) => name).sort()).toEqual(Object.keys(samples).sort())
})

const row: Row = { kind: 'a', day: '2024-01-31T00:00:00' }

for (const type of types) {
  const { needs, more, wrong } = samples[type.name]!
  describe(`sampler ${type.name}`, () => {
    it('says what it is, and names its parameters', () => {
      expect(type.description).toMatch(/^[A-Z][^.]*(?:`scipy\.stats`[^.]*)?$/)
      expect(Object.keys(type.read(needs, 'here').toJSON()).sort()).toEqual([...type.keys, 'sampler_type'].sort())
    })

    it('is written back as it was read', () => {
      for (const params of [needs, { ...needs, ...more }]) {
        const written = JSON.parse(JSON.stringify(type.read(params, 'here').toJSON()))
        expect(written).toMatchObject(params)
        expect(JSON.parse(JSON.stringify(type.read(written, 'here').toJSON()))).toEqual(written)
      }
    })

    it('refuses a misspelt parameter with the nearest one', () => {
      const key = type.keys[0]!
      expect(() => type.read({ ...needs, [`${key}x`]: 1 }, 'here')).toThrow(expect.objectContaining({ kind: 'config', where: 'here' }))
    })

    it.each(wrong)('refuses %j', (params, word) => {
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
      const draw = async () => params.draw({ random: new Random(7, type.name), row, times: new Map() })
      if (type.name === 'person') await expect(draw()).rejects.toThrow('Nemotron Personas are not read here')
      else expect(await draw()).toEqual(await draw())
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
