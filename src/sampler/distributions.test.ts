import { expect, it } from 'vitest'
import { Random } from '../random.ts'
import { distributionOf } from './distributions.ts'

const COUNT = 20_000

// Mean and standard deviation as textbooks have them.
const moments: [name: string, params: { [name: string]: number }, mean: number, deviation: number][] = [
  ['norm', { loc: 10, scale: 2 }, 10, 2],
  ['uniform', { loc: 2, scale: 6 }, 5, 6 / Math.sqrt(12)],
  ['expon', { scale: 3 }, 3, 3],
  ['gamma', { a: 0.5 }, 0.5, Math.sqrt(0.5)],
  ['gamma', { a: 9, scale: 2 }, 18, 6],
  ['erlang', { a: 3 }, 3, Math.sqrt(3)],
  ['invgamma', { a: 5 }, 1 / 4, 1 / 4 / Math.sqrt(3)],
  ['beta', { a: 2, b: 5 }, 2 / 7, Math.sqrt(10 / (49 * 8))],
  ['lognorm', { s: 0.5 }, Math.exp(0.125), Math.sqrt((Math.exp(0.25) - 1) * Math.exp(0.25))],
  ['t', { df: 10 }, 0, Math.sqrt(10 / 8)],
  ['chi2', { df: 4 }, 4, Math.sqrt(8)],
  ['f', { dfn: 5, dfd: 20 }, 20 / 18, Math.sqrt((2 * 400 * 23) / (5 * 324 * 16))],
  ['laplace', {}, 0, Math.SQRT2],
  ['logistic', {}, 0, Math.PI / Math.sqrt(3)],
  ['gumbel_r', {}, 0.5772156649, Math.PI / Math.sqrt(6)],
  ['gumbel_l', {}, -0.5772156649, Math.PI / Math.sqrt(6)],
  ['weibull_min', { c: 2 }, Math.sqrt(Math.PI) / 2, Math.sqrt(1 - Math.PI / 4)],
  ['pareto', { b: 5 }, 5 / 4, Math.sqrt(5 / (16 * 3))],
  ['rayleigh', {}, Math.sqrt(Math.PI / 2), Math.sqrt(2 - Math.PI / 2)],
  ['maxwell', {}, 2 * Math.sqrt(2 / Math.PI), Math.sqrt(3 - 8 / Math.PI)],
  ['halfnorm', {}, Math.sqrt(2 / Math.PI), Math.sqrt(1 - 2 / Math.PI)],
  ['powerlaw', { a: 2 }, 2 / 3, Math.sqrt(1 / 18)],
  ['triang', { c: 0.25 }, 1.25 / 3, Math.sqrt((1 + 0.0625 - 0.25) / 18)],
  ['truncnorm', { a: -1, b: 1 }, 0, Math.sqrt(1 - (2 * 0.24197072) / 0.68268949)],
  ['truncnorm', { a: 2, b: 10 }, 2.373215, 0.337913],
  ['skewnorm', { a: 4 }, (4 / Math.sqrt(17)) * Math.sqrt(2 / Math.PI), Math.sqrt(1 - (2 * 16) / (17 * Math.PI))],
  ['invgauss', { mu: 2 }, 2, Math.sqrt(8)],
  ['vonmises', { kappa: 0 }, 0, Math.PI / Math.sqrt(3)],
  ['loguniform', { a: 1, b: Math.E }, Math.E - 1, Math.sqrt((Math.E ** 2 - 1) / 2 - (Math.E - 1) ** 2)],
  ['exponnorm', { K: 1.5 }, 1.5, Math.sqrt(1 + 2.25)],
  ['genpareto', { c: 0.1 }, 1 / 0.9, Math.sqrt(1 / (0.81 * 0.8))],
  ['nakagami', { nu: 1 }, Math.sqrt(Math.PI) / 2, Math.sqrt(1 - Math.PI / 4)],
  ['bernoulli', { p: 0.25 }, 0.25, Math.sqrt(3 / 16)],
  ['binom', { n: 12, p: 0.5 }, 6, Math.sqrt(3)],
  ['binom', { n: 10_000, p: 0.3 }, 3000, Math.sqrt(2100)],
  ['poisson', { mu: 0.5 }, 0.5, Math.sqrt(0.5)],
  ['poisson', { mu: 900 }, 900, 30],
  ['geom', { p: 0.2 }, 5, Math.sqrt(20)],
  ['nbinom', { n: 4, p: 0.5 }, 4, Math.sqrt(8)],
  ['randint', { low: -2, high: 8 }, 2.5, Math.sqrt(99 / 12)],
  ['hypergeom', { M: 20, n: 7, N: 12 }, 4.2, Math.sqrt((12 * 7 * 13 * 8) / (400 * 19))],
  ['skellam', { mu1: 3, mu2: 1 }, 2, 2],
  ['betabinom', { n: 10, a: 2, b: 2 }, 5, Math.sqrt((10 * 4 * 14) / (16 * 5))],
]

it.each(moments)('%s %j has its mean and deviation', (name, params, mean, deviation) => {
  const { draw, isWhole } = distributionOf(name, params, 'here')
  const random = new Random(11, name)
  const values = Array.from({ length: COUNT }, () => draw(random))
  if (isWhole) expect(values.every(Number.isInteger)).toBe(true)
  const found = values.reduce((sum, value) => sum + value, 0) / COUNT
  const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - found) ** 2, 0) / COUNT)
  expect(Math.abs(found - mean)).toBeLessThan((5 * deviation) / Math.sqrt(COUNT))
  expect(Math.abs(spread / deviation - 1)).toBeLessThan(0.08)
})

it.each([
  ['cauchy', {}, -1, 1],
  ['halfcauchy', {}, Math.tan(Math.PI / 8), Math.tan((3 * Math.PI) / 8)],
  ['levy', {}, 0.7557, 9.849],
  ['lomax', { c: 1 }, 1 / 3, 3],
  ['fisk', { c: 2 }, Math.sqrt(1 / 3), Math.sqrt(3)],
  ['gompertz', { c: 1 }, Math.log(1 - Math.log(0.75)), Math.log(1 - Math.log(0.25))],
  ['burr12', { c: 2, d: 1 }, Math.sqrt(1 / 3), Math.sqrt(3)],
  ['arcsine', {}, Math.sin(Math.PI / 8) ** 2, Math.sin((3 * Math.PI) / 8) ** 2],
  ['genextreme', { c: 0 }, -Math.log(Math.log(4)), -Math.log(Math.log(4 / 3))],
  ['truncexpon', { b: 1 }, -Math.log(1 - 0.25 * (1 - Math.exp(-1))), -Math.log(1 - 0.75 * (1 - Math.exp(-1)))],
] as [string, { [name: string]: number }, number, number][])('%s %j has its quarters', (name, params, low, high) => {
  const { draw } = distributionOf(name, params, 'here')
  const random = new Random(12, name)
  const values = Array.from({ length: COUNT }, () => draw(random))
  const bar = 5 * Math.sqrt((0.25 * 0.75) / COUNT)
  expect(Math.abs(values.filter(value => value < low).length / COUNT - 0.25)).toBeLessThan(bar)
  expect(Math.abs(values.filter(value => value > high).length / COUNT - 0.25)).toBeLessThan(bar)
})
