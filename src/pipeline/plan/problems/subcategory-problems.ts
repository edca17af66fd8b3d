import type { ColumnConfig, Problem } from '../../../column/column.ts'
import { writeJson } from '../../../json/exact.ts'
import { isObject, type Json } from '../../../json/json.ts'

/** Subcategories that Data Designer refuses: those whose keys are not just the values of their category, as texts, each with something to draw. */
export function subcategoryProblems(columns: readonly ColumnConfig[]): Problem[] {
  const params = new Map(columns.map(column => [column.name, column.columnType === 'sampler' ? column.toJSON() : {}]))
  return columns.flatMap((column): Problem[] => {
    const own = params.get(column.name)!
    if (own['sampler_type'] !== 'subcategory' || !isObject(own['params'])) return []
    const { category, values } = own['params']
    const parent = params.get(String(category))
    const problem = (message: string): Problem[] => [{ level: 'error', column: column.name, message: `params.values: ${message}` }]
    if (parent?.['sampler_type'] !== 'category' || !isObject(values)) return problem(`found no category '${String(category)}' they are for`)
    const drawn = [parent['params'] ?? null, ...Object.values(isObject(parent['conditional_params']) ? parent['conditional_params'] : {})]
    const expected = new Set(drawn.flatMap(valuesIn))
    const odd = [
      ...[...expected].filter(value => typeof value !== 'string' || !Object.hasOwn(values, value)),
      ...Object.keys(values).filter(key => !expected.has(key)),
    ]
    if (odd.length > 0)
      return problem(`found others than the values of '${String(category)}': see ${odd.map(value => writeJson(value)).join(', ')}`)
    const empty = Object.entries(values).find(([, choices]) => Array.isArray(choices) && choices.length === 0)
    return empty === undefined ? [] : problem(`found nothing for '${empty[0]}', expected at least one value`)
  })
}

function valuesIn(params: Json): Json[] {
  return isObject(params) && Array.isArray(params['values']) ? params['values'] : []
}
