import { SELECTORS, type Selectors } from '../dataset/selectors.ts'
import { TracewrightError } from '../errors.ts'
import { refuseUnknownKeys } from '../fields.ts'
import { isObject, type Json, type JsonObject } from '../json/json.ts'

/** The selectors of a seed in a config, by the names that the commands have; null where there are none. */
export function selectAt(config: JsonObject, where: string): Selectors | null {
  const select = config['select'] ?? null
  if (select === null) return null
  if (!isObject(select)) throw wrong('select', select, 'selectors such as { project: web, since: 7d, failed: true }', where)
  refuseUnknownKeys(select, [...SELECTORS], `${where}.select`)
  for (const [name, value] of Object.entries(select)) {
    const isFlag = name === 'failed' || name === 'corrected'
    const isList = (name === 'agent' || name === 'session') && Array.isArray(value) && value.every(item => typeof item === 'string')
    if (isFlag ? typeof value !== 'boolean' : typeof value !== 'string' && !isList)
      throw wrong(`select.${name}`, value, isFlag ? 'true or false' : 'text', where)
  }
  return select as Selectors
}

function wrong(name: string, found: Json, expected: string, where: string): TracewrightError {
  return new TracewrightError('config', `${name}: found ${JSON.stringify(found)}, expected ${expected}`, { where })
}
