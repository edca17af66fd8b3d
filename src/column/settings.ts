import { TracewrightError } from '../errors.ts'
import { booleanAt, objectAt, plainNumber, refuseUnknownKeys, requiredStringAt } from '../fields.ts'
import type { JsonObject } from '../json/json.ts'
import { compileTemplate, namesIn } from '../template/template.ts'
import type { CommonColumnOptions, Problem, SkipConfig } from './column.ts'

/** Keys of the common settings in a config. */
export const COMMON_KEYS = ['column_type', 'name', 'drop', 'allow_resize', 'skip', 'propagate_skip'] as const

/** The common settings of a config; keys that neither they nor `ownKeys` name are refused. */
export function commonFromJSON(config: JsonObject, ownKeys: readonly string[]): CommonColumnOptions {
  const name = requiredStringAt(config, 'name', 'a column')
  const where = `column '${name}'`
  refuseUnknownKeys(config, [...COMMON_KEYS, ...ownKeys], where)
  const skip = objectAt(config, 'skip', where)
  return {
    name,
    drop: booleanAt(config, 'drop', where) ?? false,
    allowResize: booleanAt(config, 'allow_resize', where) ?? false,
    skip: skip === null ? null : skipFromJSON(skip, `${where}, skip`),
    propagateSkip: booleanAt(config, 'propagate_skip', where) ?? true,
  }
}

function skipFromJSON(skip: JsonObject, where: string): SkipConfig {
  refuseUnknownKeys(skip, ['when', 'value'], where)
  const { value = null } = skip
  if (typeof value === 'object' && value !== null && plainNumber(value) === null)
    throw new TracewrightError(
      'config',
      `value: found ${JSON.stringify(value).slice(0, 60)}, expected text, a number, true, false or null`,
      { where },
    )
  return { when: requiredStringAt(skip, 'when', where), value: value as NonNullable<SkipConfig['value']> }
}

/** Names a template reads; what else is wrong with it is reported by `templateProblems`. */
export function referencesOf(...templates: (string | null)[]): string[] {
  const names = templates.flatMap(template => {
    if (template === null) return []
    try {
      return compileTemplate(template).references
    } catch {
      return [...namesIn(template)]
    }
  })
  return [...new Set(names)]
}

/** Mistakes in a template that show without a row: syntax, and references written as Python f-strings. */
export function templateProblems(
  column: string,
  what: string,
  template: string | null,
  mode: { profile: 'full' | 'strict' } = { profile: 'full' },
): Problem[] {
  if (template === null) return []
  try {
    compileTemplate(template, { profile: mode.profile, name: `column '${column}', ${what}` })
    return []
  } catch (error) {
    if (!(error instanceof TracewrightError)) throw error
    return [{ level: 'error', column, message: `${what}: ${error.message}`, ...(error.hint === null ? {} : { hint: error.hint }) }]
  }
}
