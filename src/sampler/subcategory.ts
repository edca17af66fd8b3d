import { TracewrightError } from '../errors.ts'
import { objectAt, refuse, requiredStringAt } from '../fields.ts'
import { writeJson } from '../json/exact.ts'
import type { JsonObject } from '../json/json.ts'
import { entriesInOrder } from '../json/key-order.ts'
import { asOneKind, choicesAt } from './category.ts'
import { defineSampler, type SamplerParams } from './sampler.ts'

/** One of the values that belong to the value of another column. */
export const subcategory = defineSampler({
  name: 'subcategory',
  description: 'One of the values that belong to the value of a category column',
  spread: 'categorical',
  fields: {
    category: ['text', '', 'the category column it belongs to'],
    values: ['object', '', 'for each value of that column the list that is drawn from'],
  },
  read(params, where): SamplerParams {
    const parent = requiredStringAt(params, 'category', where)
    const written = objectAt(params, 'values', where)
    if (written === null) refuse('values: found nothing, expected a list of values for each value of the category', where)
    const values = new Map(entriesInOrder(written ?? {}).map(([key]) => [key, choicesAt(written as JsonObject, key, `${where}, values`)]))
    return {
      kind: 'value',
      reads: [parent],
      decimalPlaces: null,
      draw({ random, row, likeNumPy }) {
        const given = row[parent] ?? null
        const choices = values.get(typeof given === 'string' ? given : writeJson(given))
        if (choices === undefined)
          throw new TracewrightError(
            'column',
            `Cannot draw a subcategory: found '${parent}' ${writeJson(given)}, expected one of ${[...values.keys()].join(', ')}`,
          )
        return random.pick(likeNumPy ? asOneKind(choices) : choices)!
      },
      toJSON: () => ({ sampler_type: 'subcategory', category: parent, values: Object.fromEntries(values) }),
    }
  },
  example: {
    needs: { category: 'kind', values: { a: ['x', 1], '7': ['y'] } },
    more: { category: 'kind', values: { a: ['x'], '7': ['z'] } },
    row: { kind: 'a' },
    wrong: [[{ category: 'kind', values: { a: [] } }, 'a: found []']],
  },
})
