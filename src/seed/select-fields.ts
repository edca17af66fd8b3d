import type { SELECTORS, Selectors } from '../dataset/selectors.ts'
import { type Fields, refuse, refuseUnknownKeys } from '../fields.ts'
import { writeJson } from '../json/exact.ts'
import { isObject, type Json, type JsonObject } from '../json/json.ts'

/** Keys of `select`. */
export const SELECT_FIELDS: { readonly [name in (typeof SELECTORS)[number]]: Fields[string] } = {
  agent: ['text or list of texts', 'any', 'formats, such as `claude_code`'],
  project: ['text', 'any', 'a part of its path; an absolute path takes what lies below it'],
  model: ['text', 'any', 'a part of its name, or a pattern with `*` and `?`'],
  since: ['text', 'ever', '`7d`, `2h`, `monday`, `2026-11-01`, a time of ISO 8601: what was going on then or later'],
  until: ['text', 'now', 'the same: what began by then; a day counts whole'],
  failed: ['true or false', 'false', 'a tool result failed'],
  corrected: ['true or false', 'false', 'and soon behind it a person spoke'],
  session: ['text or list of texts', 'any', 'beginnings of trace ids, or whole ids of the sessions at the root'],
}

/** The selectors of a seed in a config, by the names that the commands have; null where there are none. */
export function selectAt(config: JsonObject, where: string): Selectors | null {
  const select = config['select'] ?? null
  if (select === null) return null
  if (!isObject(select)) return wrong('select', select, 'selectors such as { project: web, since: 7d, failed: true }', where)
  refuseUnknownKeys(select, SELECT_FIELDS, `${where}.select`)
  const right = Object.entries(select).filter(([name, value]) => {
    const isFlag = name === 'failed' || name === 'corrected'
    const isList = (name === 'agent' || name === 'session') && Array.isArray(value) && value.every(item => typeof item === 'string')
    const isRight = isFlag ? typeof value === 'boolean' : typeof value === 'string' || isList
    if (!isRight) wrong(`select.${name}`, value, isFlag ? 'true or false' : 'text', where)
    return isRight
  })
  return Object.fromEntries(right) as Selectors
}

function wrong(name: string, found: Json, expected: string, where: string): null {
  refuse(`${name}: found ${writeJson(found)}, expected ${expected}`, where)
  return null
}
