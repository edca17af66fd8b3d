import { booleanAt, type Field, type Fields, numberAt, stringAt, textsAt } from '../../fields.ts'
import type { Json, JsonObject } from '../../json/json.ts'
import type { ExportSettings } from '../../training/settings/export-options.ts'
import { EXPORT_SETTINGS } from '../../training/settings/settings-table.ts'
import { PROCESSOR_FIELDS } from './processor.ts'

/** Settings of an export by their names in configs. */
export const EXPORT_KEYS: ReadonlyMap<string, keyof ExportSettings> = new Map(
  (Object.keys(EXPORT_SETTINGS) as (keyof ExportSettings)[]).map(name => [
    name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`),
    name,
  ]),
)

const READ: { readonly [Kind in 'text' | 'texts' | 'number' | 'boolean']: (config: JsonObject, key: string, where: string) => Json } = {
  text: stringAt,
  number: numberAt,
  boolean: booleanAt,
  texts: textsAt,
}

/** The settings that a config says. */
export function readSettings(config: JsonObject, where: string): ExportSettings {
  const settings = [...EXPORT_KEYS].flatMap(([key, setting]) => {
    const value = READ[EXPORT_SETTINGS[setting].holds](config, key, where)
    return value === null ? [] : [[setting, value]]
  })
  return Object.fromEntries(settings) as ExportSettings
}

/** Settings as configs say them. */
export function saidSettings(settings: ExportSettings): JsonObject {
  return Object.fromEntries(
    [...EXPORT_KEYS].flatMap(([key, name]) => (settings[name] === undefined ? [] : [[key, settings[name] as Json]])),
  )
}

const HOLDS = { text: 'text', texts: 'list of texts', number: 'number', boolean: 'true or false' } as const

/** Keys of the processor `export`. */
export const EXPORT_FIELDS: Fields = {
  ...PROCESSOR_FIELDS,
  ...Object.fromEntries([...EXPORT_KEYS].map(([key, name]): [string, Field] => [key, fieldOf(name)])),
}

/** What a config leaves out is null; the dialect has to be there. */
function fieldOf(name: keyof ExportSettings): Field {
  const { holds, fallback, about } = EXPORT_SETTINGS[name]
  return [HOLDS[holds], name === 'for' ? '' : fallback || (holds === 'boolean' ? 'false' : 'null'), about]
}
