import { messageOf, TracewrightError } from '../errors.ts'
import { camelCase, type Fields, objectAt, refuse, requiredStringAt } from '../fields.ts'
import type { Json } from '../json/json.ts'
import type { Row } from '../row.ts'
import { resultsOf } from './result.ts'
import { defineValidator, type ValidatorParams } from './validator.ts'

/** Judges a batch of rows: a result with `is_valid` for each. */
export type ValidationFunction = (rows: readonly Row[]) => readonly object[] | Promise<readonly object[]>

const FIELDS: Fields = {
  validation_function: ['text', '', 'name of a function that code brings along (`functions`, `--functions`)'],
  output_schema: ['JSON Schema', 'none', 'shape its answer is held to, as `{ data: [results] }`'],
}

/** A function of yours that judges batches of rows. */
export const localCallable = defineValidator({
  name: 'local_callable',
  description: 'A function of yours, which is given rows and returns a result with `is_valid` for each',
  fields: FIELDS,
  read(params, where, functions): ValidatorParams {
    const given: unknown = params['validation_function']
    const name = typeof given === 'function' ? given.name : requiredStringAt(params, 'validation_function', where)
    const found = typeof given === 'function' ? given : (functions.get(name) ?? functions.get(camelCase(name)))
    if (typeof found !== 'function')
      refuse(
        `validation_function: '${name}' is a name, and no function of that name was given`,
        where,
        'Pass it: fromConfig(path, { functions: { … } }), or --functions FILE',
      )
    const schema = objectAt(params, 'output_schema', where)
    return {
      single: false,
      parallel: 1,
      async validate(rows, { asDataDesigner }) {
        let data: readonly object[]
        try {
          data = await (found as ValidationFunction)(rows.map(row => ({ ...row })))
        } catch (error) {
          throw new TracewrightError('column', `Validation function '${name}' failed: ${messageOf(error)}`, { cause: error })
        }
        return resultsOf({ data: data as Json[] }, schema, rows.length, asDataDesigner)
      },
      toJSON: () => ({ validator_type: 'local_callable', validation_function: name, output_schema: schema }),
    }
  },
  example: {
    needs: { validation_function: 'is_small' },
    more: { output_schema: { type: 'object' } },
    functions: new Map([['is_small', isSmall]]),
    wrong: [[{ validation_function: 'is_large' }, "'is_large' is a name"]],
  },
})

/** The function of the example. */
function isSmall(rows: readonly Row[]): object[] {
  return rows.map(({ n }) => ({ is_valid: Number(n) < 4, twice: 2 * Number(n) }))
}
