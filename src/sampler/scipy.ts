import { objectAt, refuse, requiredStringAt } from '../fields.ts'
import type { JsonObject } from '../json/json.ts'
import { asFloat } from '../json/number.ts'
import { type Draw, distributionOf } from './distributions.ts'
import { numbersOf, wholeAt } from './read-params.ts'
import { defineSampler, type SamplerParams } from './sampler.ts'

/** A number of one of scipy's distributions, by its name and parameters there. */
export const scipy = defineSampler({
  name: 'scipy',
  description: 'A number of one of the distributions of `scipy.stats`, by its name and parameters there',
  spread: 'numerical',
  fields: {
    dist_name: ['text', '', 'a distribution of `scipy.stats`'],
    dist_params: ['object', '', 'its parameters there'],
    decimal_places: ['whole number', 'as drawn', 'places it is rounded to'],
  },
  read(params, where): SamplerParams {
    const { draw, json } = distributionAt(params, where)
    const decimalPlaces = wholeAt(params, 'decimal_places', where)
    return {
      kind: 'value',
      reads: [],
      decimalPlaces,
      draw: ({ random }) => (draw.isWhole ? draw.draw(random) : asFloat(draw.draw(random))),
      toJSON: () => ({ sampler_type: 'scipy', ...json, decimal_places: decimalPlaces }),
    }
  },
  example: {
    needs: { dist_name: 'beta', dist_params: { a: 2, b: 5 } },
    more: { dist_name: 'norm', dist_params: { loc: 10, scale: 1.5 }, decimal_places: 1 },
    wrong: [
      [{ dist_name: 'beta', dist_params: { a: 2 } }, "found no 'b'"],
      [{ dist_name: 'beta', dist_params: { a: 2, b: 1, c: 3 } }, "found 'c'"],
      [{ dist_name: 'gamma', dist_params: { a: -1 } }, "which 'gamma' cannot have"],
    ],
  },
})

/** The distribution parameters name; one that is never drawn from where it was refused. */
export function distributionAt(params: JsonObject, where: string): { draw: Draw; json: JsonObject } {
  const name = requiredStringAt(params, 'dist_name', where)
  const given = objectAt(params, 'dist_params', where)
  if (given === null) refuse('dist_params: found nothing, expected the parameters of the distribution', where)
  const draw = distributionOf(name, numbersOf(given ?? {}, where), where)
  return { draw, json: { dist_name: name, dist_params: given ?? {} } }
}
