import { TracewrightError } from '../../errors.ts'
import { choiceAt, objectAt, refuseUnknownKeys, stringAt } from '../../fields.ts'
import type { JsonObject } from '../../json/json.ts'
import { unknownName } from '../../registered-name.ts'
import type { SeedType } from '../../seed/seed.ts'
import { selectionFromJSON } from '../../seed/select.ts'
import type { SeedConfig } from '../plan/config-parts.ts'
import { SEED_FIELDS } from './config-fields.ts'

/** The seed, part by part; its columns are known where its kind alone says them, be the rest as wrong as it may. */
export function seedFromJSON(
  seed: JsonObject | null,
  known: readonly SeedType[],
  collect: Collect,
): { config: SeedConfig | null; columns: readonly string[] | null } {
  if (seed === null) return { config: null, columns: [] }
  const where = 'seed_config'
  collect(() => refuseUnknownKeys(seed, SEED_FIELDS, where))
  const [type] = collect(() => seedTypeOf(seed, known))
  const [source] = type === undefined ? [] : collect(() => type.fromJSON(seed['source'] as JsonObject))
  const [samplingStrategy] = collect(() => choiceAt(seed, 'sampling_strategy', where, ['ordered', 'shuffle']))
  const [selectionStrategy = null] = collect(() => selectionFromJSON(seed['selection_strategy']))
  if (source === undefined) return { config: null, columns: type?.columns ?? null }
  return { config: { source, samplingStrategy: samplingStrategy ?? 'ordered', selectionStrategy }, columns: source.columns }
}

/** Collects what is wrong with what is read; empty where nothing could be made of it. */
type Collect = <T>(make: () => T) => T[]

function seedTypeOf(seed: JsonObject, known: readonly SeedType[]): SeedType {
  const where = 'seed_config'
  const source = objectAt(seed, 'source', where)
  if (source === null) throw new TracewrightError('config', 'source: found nothing, expected an object', { where })
  const name = stringAt(source, 'seed_type', `${where}.source`)
  const type = known.find(candidate => candidate.name === name)
  if (type === undefined) throw unknownName('seed_type', name, known, `${where}.source`)
  return type
}
