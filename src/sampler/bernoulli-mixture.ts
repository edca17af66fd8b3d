import { asFloat } from '../json/number.ts'
import { requiredNumberAt } from './read-params.ts'
import { defineSampler, type SamplerParams } from './sampler.ts'
import { distributionAt } from './scipy.ts'

/** A number of a distribution with some probability, else zero. */
export const bernoulliMixture = defineSampler({
  name: 'bernoulli_mixture',
  description: 'A number of a distribution of `scipy.stats` with some probability, else zero',
  spread: 'numerical',
  fields: {
    p: ['number from 0 to 1', '', 'how likely a number of the distribution is'],
    dist_name: ['text', '', 'a distribution of `scipy.stats`'],
    dist_params: ['object', '', 'its parameters there'],
  },
  read(params, where): SamplerParams {
    const p = requiredNumberAt(params, 'p', where, 0, 1)
    const { draw, json } = distributionAt(params, where)
    return {
      kind: 'value',
      reads: [],
      decimalPlaces: null,
      draw({ random }) {
        const value = random.next() < p ? draw.draw(random) : 0
        return draw.isWhole ? value : asFloat(value)
      },
      toJSON: () => ({ sampler_type: 'bernoulli_mixture', p: asFloat(p), ...json }),
    }
  },
  example: {
    needs: { p: 0.5, dist_name: 'expon', dist_params: { scale: 2 } },
    more: { p: 0.25, dist_name: 'poisson', dist_params: { mu: 3 } },
    wrong: [[{ p: 0.5, dist_name: 'exponn', dist_params: {} }, "Did you mean 'expon'?"]],
  },
})
