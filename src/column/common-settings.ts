import { booleanAt, type Fields, objectAt, plainNumber, refuse, refuseUnknownKeys, requiredStringAt } from '../fields.ts'
import { writeJson } from '../json/exact.ts'
import type { JsonObject } from '../json/json.ts'
import type { CommonColumnOptions, SkipConfig } from './column.ts'

/** Keys of the common settings in a config. */
export const COMMON_FIELDS: Fields = {
  column_type: ['text', '', 'which kind of column'],
  name: ['text', '', 'name of the column; unique, and not a column of the seed'],
  drop: ['true or false', 'false', 'leave the column out of the finished rows'],
  allow_resize: ['true or false', 'false', 'one row may become several, or none'],
  skip: ['object', 'null', 'rows for which the column is not computed'],
  propagate_skip: ['true or false', 'true', 'skip the column too where a column it reads was skipped'],
}

/** Keys of `skip`. */
export const SKIP_FIELDS: Fields = {
  when: ['template', '', 'a true result skips the cell'],
  value: ['text, number, true or false', 'null', 'what stands in a skipped cell'],
}

/** The common settings of a config; keys that neither they nor `ownFields` name are refused. */
export function commonFromJSON(config: JsonObject, ownFields: Fields): CommonColumnOptions {
  const name = requiredStringAt(config, 'name', 'a column')
  const where = `column '${name}'`
  refuseUnknownKeys(config, { ...COMMON_FIELDS, ...ownFields }, where)
  const skip = objectAt(config, 'skip', where)
  return {
    name,
    drop: flagAt(config, 'drop', where) ?? false,
    allowResize: flagAt(config, 'allow_resize', where) ?? false,
    skip: skip === null ? null : skipFromJSON(skip, `${where}, skip`),
    propagateSkip: flagAt(config, 'propagate_skip', where) ?? true,
  }
}

/** A flag that may be left out; null is none, as it is for Data Designer. */
function flagAt(config: JsonObject, key: string, where: string): boolean | null {
  if (config[key] === null) refuse(`${key}: found null, expected true or false`, where, 'Leave it out for what it is by default')
  return booleanAt(config, key, where)
}

function skipFromJSON(skip: JsonObject, where: string): SkipConfig {
  refuseUnknownKeys(skip, SKIP_FIELDS, where)
  const { value = null } = skip
  if (typeof value === 'object' && value !== null && plainNumber(value) === null)
    refuse(`value: found ${writeJson(value).slice(0, 60)}, expected text, a number, true, false or null`, where)
  return { when: requiredStringAt(skip, 'when', where), value: value as NonNullable<SkipConfig['value']> }
}
