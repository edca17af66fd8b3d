import { asFloat } from '../json/number.ts'
import { requiredNumberAt } from './read-params.ts'
import { defineSampler, type SamplerParams } from './sampler.ts'

/** One or zero. */
export const bernoulli = defineSampler({
  name: 'bernoulli',
  description: 'One with some probability, else zero',
  spread: 'numerical',
  fields: {
    p: ['number from 0 to 1', '', 'how likely one is'],
  },
  read(params, where): SamplerParams {
    const p = requiredNumberAt(params, 'p', where, 0, 1)
    return {
      kind: 'value',
      reads: [],
      decimalPlaces: null,
      draw: ({ random }) => (random.next() < p ? 1 : 0),
      toJSON: () => ({ sampler_type: 'bernoulli', p: asFloat(p) }),
    }
  },
  example: {
    needs: { p: 0.25 },
    more: { p: 0.5 },
    wrong: [
      [{ p: 1.5 }, 'p: found 1.5'],
      [{}, 'p: found nothing'],
    ],
  },
})
