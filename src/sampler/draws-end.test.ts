import { Worker } from 'node:worker_threads'
import { expect, it } from 'vitest'
import { distributionOf } from './distributions.ts'

/*
 * Whatever numbers a config names, a draw ends: nothing could interrupt it.
 */

const NUMBERS = [Infinity, 1e308, 1e200, 1e16, 1e12, 1e8, 1e5, 3, 1, 0.5, 1e-8, 1e-200, 5e-324, 0, -0.5, -1e8, -1e200, -Infinity]
const SHAPES: { [name: string]: string[] } = {
  ...Object.fromEntries(
    ['gamma', 'invgamma', 'weibull_min', 'pareto', 'powerlaw', 'skewnorm', 'genpareto', 'genextreme'].map(name => [
      name,
      [name === 'weibull_min' || name.startsWith('gen') ? 'c' : name === 'pareto' ? 'b' : 'a'],
    ]),
  ),
  ...{ beta: ['a', 'b'], betaprime: ['a', 'b'], t: ['df'], chi2: ['df'], f: ['dfn', 'dfd'], truncnorm: ['a', 'b'], truncexpon: ['b'] },
  ...{
    vonmises: ['kappa'],
    invgauss: ['mu'],
    nakagami: ['nu'],
    exponnorm: ['K'],
    loguniform: ['a', 'b'],
    binom: ['n', 'p'],
    poisson: ['mu'],
  },
  ...{
    geom: ['p'],
    nbinom: ['n', 'p'],
    skellam: ['mu1', 'mu2'],
    hypergeom: ['M', 'n', 'N'],
    betabinom: ['n', 'a', 'b'],
    randint: ['low', 'high'],
  },
}

const PROGRAM = `
const { parentPort, workerData: { cases, at } } = require('node:worker_threads')
const load = Promise.all(${JSON.stringify(['./distributions.ts', '../random.ts'].map(path => new URL(path, import.meta.url).href))}.map(path => import(path)))
load.then(([{ distributionOf }, { Random }]) => {
  const random = new Random(1)
  for (const [i, [name, params]] of cases.entries()) {
    Atomics.store(at, 0, i)
    for (let n = 0; n < 2; n++) distributionOf(name, params, 'here').draw(random)
  }
  parentPort.postMessage('drawn')
})
`

it('draws end, however large or small the numbers are', { timeout: 120_000 }, async () => {
  const cases: [string, { [name: string]: number }][] = []
  for (const [name, shape] of Object.entries(SHAPES)) {
    let all: { [name: string]: number }[] = [{}]
    for (const key of shape) all = all.flatMap(params => NUMBERS.map(number => ({ ...params, [key]: number })))
    for (const params of all) if (isTaken(name, params)) cases.push([name, params])
  }
  expect(new Set(cases.map(([name]) => name))).toEqual(new Set(Object.keys(SHAPES)))
  const at = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(PROGRAM, { eval: true, workerData: { cases, at } })
  const late = new Promise(resolve =>
    setTimeout(() => resolve(`${JSON.stringify(cases[Atomics.load(at, 0)])} does not end`), 20_000).unref(),
  )
  const drawn = new Promise((resolve, reject) => worker.on('message', resolve).on('error', reject))
  expect(await Promise.race([drawn, late])).toBe('drawn')
  await worker.terminate()
})

it('numbers without an end are refused, but for stretches', () => {
  expect(() => distributionOf('gamma', { a: Infinity }, 'here')).toThrow("which 'gamma' cannot have")
  expect(() => distributionOf('norm', { loc: Number.NaN }, 'here')).toThrow("which 'norm' cannot have")
  expect(isTaken('truncnorm', { a: 2, b: Infinity })).toBe(true)
  expect(isTaken('hypergeom', { M: 1e12, n: 1e11, N: 1e11 })).toBe(false)
})

function isTaken(name: string, params: { [name: string]: number }): boolean {
  try {
    distributionOf(name, params, 'here')
    return true
  } catch {
    return false
  }
}
