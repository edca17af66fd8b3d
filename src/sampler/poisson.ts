import { TracewrightError } from '../errors.ts'
import { asFloat } from '../json/number.ts'
import { poissonDraw } from './draws.ts'
import { requiredNumberAt } from './read-params.ts'
import { defineSampler, type SamplerParams } from './sampler.ts'

/** How often something happens that happens so often on average. */
export const poisson = defineSampler({
  name: 'poisson',
  description: 'How often something happens that happens `mean` times on average',
  spread: 'numerical',
  fields: {
    mean: ['number from 0', '', 'how often on average'],
  },
  read(params, where): SamplerParams {
    const mean = requiredNumberAt(params, 'mean', where)
    return {
      kind: 'value',
      reads: [],
      decimalPlaces: null,
      draw({ random }) {
        if (!(mean >= 0 && mean < Infinity))
          throw new TracewrightError('column', `Cannot draw a count: found mean ${mean}, expected a number from 0`)
        return poissonDraw(random, mean)
      },
      toJSON: () => ({ sampler_type: 'poisson', mean: asFloat(mean) }),
    }
  },
  example: { needs: { mean: 3 }, more: { mean: 100.5 }, wrong: [[{ mean: null }, 'mean: found nothing']] },
})
