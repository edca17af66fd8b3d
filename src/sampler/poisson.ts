import { TracewrightError } from '../errors.ts'
import { refuseUnknownKeys } from '../fields.ts'
import { poissonDraw } from './draws.ts'
import { asFloat, requiredNumberAt } from './read-params.ts'
import { defineSampler, type SamplerParams } from './sampler.ts'

/** How often something happens that happens so often on average. */
export const poisson = defineSampler({
  name: 'poisson',
  description: 'How often something happens that happens `mean` times on average',
  keys: ['mean'],
  read(params, where): SamplerParams {
    refuseUnknownKeys(params, ['sampler_type', 'mean'], where)
    const mean = requiredNumberAt(params, 'mean', where)
    return {
      kind: 'value',
      reads: [],
      decimalPlaces: null,
      draw({ random }) {
        if (mean < 0) throw new TracewrightError('column', `Cannot draw a count: found mean ${mean}, expected a number from 0`)
        return poissonDraw(random, mean)
      },
      toJSON: () => ({ sampler_type: 'poisson', mean: asFloat(mean) }),
    }
  },
  example: { needs: { mean: 3 }, more: { mean: 100.5 } },
})
