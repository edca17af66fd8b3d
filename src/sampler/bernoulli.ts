import { refuseUnknownKeys } from '../fields.ts'
import { asFloat, requiredNumberAt } from './read-params.ts'
import { defineSampler, type SamplerParams } from './sampler.ts'

/** One or zero. */
export const bernoulli = defineSampler({
  name: 'bernoulli',
  description: 'One with some probability, else zero',
  keys: ['p'],
  read(params, where): SamplerParams {
    refuseUnknownKeys(params, ['sampler_type', 'p'], where)
    const p = requiredNumberAt(params, 'p', where, 0, 1)
    return {
      kind: 'value',
      reads: [],
      decimalPlaces: null,
      draw: ({ random }) => (random.next() < p ? 1 : 0),
      toJSON: () => ({ sampler_type: 'bernoulli', p: asFloat(p) }),
    }
  },
  example: { needs: { p: 0.25 }, more: { p: 0.5 } },
})
