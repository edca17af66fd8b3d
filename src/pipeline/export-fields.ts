import type { Field, Fields } from '../fields.ts'
import type { ExportSettings } from '../training/export-options.ts'
import { EXPORT_SETTINGS } from '../training/settings-table.ts'
import { PROCESSOR_FIELDS } from './processor.ts'

/** Settings of an export by their names in configs. */
export const EXPORT_KEYS: ReadonlyMap<string, keyof ExportSettings> = new Map(
  (Object.keys(EXPORT_SETTINGS) as (keyof ExportSettings)[]).map(name => [
    name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`),
    name,
  ]),
)

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
