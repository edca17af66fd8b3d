import { refuseUnknownKeys } from '../fields.ts'
import { binomialDraw } from './draws.ts'
import { asFloat, requiredNumberAt, requiredWholeAt } from './read-params.ts'
import { defineSampler, type SamplerParams } from './sampler.ts'

/** How many of some trials succeed. */
export const binomial = defineSampler({
  name: 'binomial',
  description: 'How many of n trials succeed, each with the same probability',
  keys: ['n', 'p'],
  read(params, where): SamplerParams {
    refuseUnknownKeys(params, ['sampler_type', 'n', 'p'], where)
    const n = requiredWholeAt(params, 'n', where)
    const p = requiredNumberAt(params, 'p', where, 0, 1)
    return {
      kind: 'value',
      reads: [],
      decimalPlaces: null,
      draw: ({ random }) => binomialDraw(random, n, p),
      toJSON: () => ({ sampler_type: 'binomial', n, p: asFloat(p) }),
    }
  },
  example: { needs: { n: 10, p: 0.5 }, more: { n: 1, p: 0.25 } },
})
