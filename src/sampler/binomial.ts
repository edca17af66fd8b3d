import { asFloat } from '../json/number.ts'
import { binomialDraw } from './draws.ts'
import { requiredNumberAt, requiredWholeAt } from './read-params.ts'
import { defineSampler, type SamplerParams } from './sampler.ts'

/** How many of some trials succeed. */
export const binomial = defineSampler({
  name: 'binomial',
  description: 'How many of n trials succeed, each with the same probability',
  spread: 'numerical',
  fields: {
    n: ['whole number from 0', '', 'trials'],
    p: ['number from 0 to 1', '', 'how likely each succeeds'],
  },
  read(params, where): SamplerParams {
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
  example: { needs: { n: 10, p: 0.5 }, more: { n: 1, p: 0.25 }, wrong: [[{ n: 1.5, p: 0.5 }, 'n: found 1.5']] },
})
