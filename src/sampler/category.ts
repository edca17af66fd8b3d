import { listAt, plainNumber, refuse, writtenNumber } from '../fields.ts'
import { writeJson } from '../json/exact.ts'
import type { Json, JsonObject } from '../json/json.ts'
import { asFloat, Float } from '../json/number.ts'
import { pythonStr } from '../python/text.ts'
import { defineSampler, type SamplerParams } from './sampler.ts'

/** One of a list of values, each as likely as its weight says. */
export const category = defineSampler({
  name: 'category',
  description: 'One of a list of values, by weights where they are given',
  spread: 'categorical',
  fields: {
    values: ['list of texts and numbers', '', 'what is drawn'],
    weights: ['list of numbers', 'all alike', 'how likely each value is, in any unit'],
  },
  read(params, where): SamplerParams {
    const values = choicesAt(params, 'values', where)
    const weights = weightsAt(params, values.length, where)
    return {
      kind: 'value',
      reads: [],
      decimalPlaces: null,
      draw: ({ random, likeNumPy }) => {
        const choices = likeNumPy ? asOneKind(values) : values
        return weights === null ? random.pick(choices)! : choices[pickByWeight(weights, random.next())]!
      },
      toJSON: () => ({ sampler_type: 'category', values: [...values], weights: weights?.map(asFloat) ?? null }),
    }
  },
  example: {
    needs: { values: ['a', 1, 2.5] },
    more: { values: ['a', 'b'], weights: [0.25, 0.75] },
    wrong: [
      [{ values: [] }, 'values: found []'],
      [{ values: ['a'], weights: [0] }, 'one above 0'],
      [{ values: ['a'], weights: [0.5, 0.5] }, '1 values and 2 weights'],
      [{ values: [{ a: 1 }] }, 'expected texts and numbers'],
    ],
  },
})

/** A list of texts and numbers that must be there. */
export function choicesAt(params: JsonObject, key: string, where: string): Json[] {
  const values = listAt(params, key, where)
  if (values === null || values.length === 0) {
    refuse(`${key}: found ${values === null ? 'nothing' : '[]'}, expected at least one value`, where)
    return ['']
  }
  for (const value of values)
    if (typeof value === 'object' && !((value as unknown) instanceof Float))
      refuse(`${key}: found ${writeJson(value)}, expected texts and numbers`, where)
  return values
}

/** Values as NumPy holds them in one array: all are text where one is, all are floats where one is. */
export function asOneKind(values: readonly Json[]): Json[] {
  if (values.some(value => typeof value === 'string'))
    return values.map(value => (typeof value === 'boolean' ? (value ? 'True' : 'False') : pythonStr(value)))
  const hasFloat = values.some(value => plainNumber(value) !== null && !Number.isInteger(value))
  return hasFloat ? values.map(value => asFloat(plainNumber(value) ?? 0)) : [...values]
}

function weightsAt(params: JsonObject, count: number, where: string): number[] | null {
  const weights = listAt(params, 'weights', where)
  if (weights === null) return null
  const numbers = weights.map(weight => writtenNumber(weight) ?? Number.NaN)
  const sum = numbers.reduce((total, weight) => total + weight, 0)
  if (numbers.length !== count)
    refuse(`params: found ${count} values and ${numbers.length} weights, expected a weight for each value`, where)
  else if (numbers.some(weight => !(weight >= 0)) || sum === 0)
    refuse(`params: found weights ${writeJson(weights)}, expected numbers from 0, and one above 0`, where)
  return numbers.map(weight => weight / sum)
}

function pickByWeight(weights: readonly number[], at: number): number {
  let left = at
  const found = weights.findIndex(weight => (left -= weight) < 0)
  return found < 0 ? weights.findLastIndex(weight => weight > 0) : found
}
