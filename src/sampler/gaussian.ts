import { TracewrightError } from '../errors.ts'
import { asFloat } from '../json/number.ts'
import { normal } from './draws.ts'
import { requiredNumberAt, wholeAt } from './read-params.ts'
import { defineSampler, type SamplerParams } from './sampler.ts'

/** A number of a normal distribution. */
export const gaussian = defineSampler({
  name: 'gaussian',
  description: 'A number of a normal distribution',
  spread: 'numerical',
  fields: {
    mean: ['number', '', 'the mean'],
    stddev: ['number from 0', '', 'the standard deviation'],
    decimal_places: ['whole number', 'as drawn', 'places it is rounded to'],
  },
  read(params, where): SamplerParams {
    const [mean, stddev] = [requiredNumberAt(params, 'mean', where), requiredNumberAt(params, 'stddev', where)]
    const decimalPlaces = wholeAt(params, 'decimal_places', where)
    return {
      kind: 'value',
      reads: [],
      decimalPlaces,
      draw({ random }) {
        if (stddev < 0) throw new TracewrightError('column', `Cannot draw a number: found stddev ${stddev}, expected a number from 0`)
        return asFloat(mean + stddev * normal(random))
      },
      toJSON: () => ({ sampler_type: 'gaussian', mean: asFloat(mean), stddev: asFloat(stddev), decimal_places: decimalPlaces }),
    }
  },
  example: {
    needs: { mean: 1, stddev: 2 },
    more: { mean: -1.5, stddev: 0.5, decimal_places: 2 },
    wrong: [[{ mean: 'x', stddev: 1 }, 'mean: found "x"']],
  },
})
