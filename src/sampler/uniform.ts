import { TracewrightError } from '../errors.ts'
import { asFloat } from '../json/number.ts'
import { requiredNumberAt, wholeAt } from './read-params.ts'
import { defineSampler, type SamplerParams } from './sampler.ts'

/** A number between two, each as likely as the other. */
export const uniform = defineSampler({
  name: 'uniform',
  description: 'A number between two, each as likely as any other',
  spread: 'numerical',
  fields: {
    low: ['number', '', 'least'],
    high: ['number', '', 'most'],
    decimal_places: ['whole number', 'as drawn', 'places it is rounded to'],
  },
  read(params, where): SamplerParams {
    const [low, high] = [requiredNumberAt(params, 'low', where), requiredNumberAt(params, 'high', where)]
    const decimalPlaces = wholeAt(params, 'decimal_places', where)
    return {
      kind: 'value',
      reads: [],
      decimalPlaces,
      draw({ random }) {
        if (high < low)
          throw new TracewrightError('column', `Cannot draw a number: found low ${low} and high ${high}, expected low below high`)
        return asFloat(low + random.next() * (high - low))
      },
      toJSON: () => ({ sampler_type: 'uniform', low: asFloat(low), high: asFloat(high), decimal_places: decimalPlaces }),
    }
  },
  example: {
    needs: { low: 1, high: 2 },
    more: { low: -1, high: 2.5, decimal_places: -1 },
    wrong: [[{ low: 1, high: 2, decimal_places: 0.5 }, 'decimal_places']],
  },
})
