import { isObject, type Json, type JsonObject } from '../../json/json.ts'
import { fnmatch } from '../../python/fnmatch.ts'

/** A run's config as Data Designer writes it: columns that a processor drops are marked, too. */
export function folderConfig(config: JsonObject): JsonObject {
  const body = bodyOf(config)
  const patterns = objectsIn(body['processors'])
    .filter(({ processor_type }) => processor_type === 'drop_columns')
    .flatMap(({ column_names }) => (Array.isArray(column_names) ? column_names : []))
    .map(pattern => fnmatch(String(pattern)))
  const columns = objectsIn(body['columns']).map(column =>
    patterns.some(matches => matches(String(column['name']))) ? { ...column, drop: true } : column,
  )
  const written = { ...body, columns }
  return 'data_designer' in config ? { ...config, data_designer: written } : written
}

/** What of a config Data Designer does not know, and would refuse, in words. */
export function unknownThere(config: JsonObject): string[] {
  const body = bodyOf(config)
  const found = new Set<string>()
  const note = (objects: readonly JsonObject[], keys: readonly string[], what: string) => {
    for (const object of objects) for (const key of keys) if ((object[key] ?? null) !== null) found.add(`${what} ${key}`)
  }
  const columns = objectsIn(body['columns'])
  note(columns, ['allow_resize'], 'columns:')
  if (columns.some(({ column_type, dtype }) => column_type === 'expression' && dtype === 'json')) found.add('columns: dtype json')
  note(objectsIn(body['model_configs']), ['structured_output'], 'models:')
  const seed = isObject(body['seed_config']) ? body['seed_config']['source'] : null
  if (isObject(seed)) {
    note([seed], ['branches', 'compat', 'context', 'select', 'rows_sha256'], 'seed:')
    if (seed['seed_type'] === 'dataset') found.add('seed: seed_type dataset')
    if (seed['format'] === 'auto') found.add('seed: format auto')
  }
  for (const { processor_type } of objectsIn(body['processors']))
    if (processor_type !== 'drop_columns' && processor_type !== 'schema_transform') found.add(`processors: ${String(processor_type)}`)
  return [...found]
}

function bodyOf(config: JsonObject): JsonObject {
  return isObject(config['data_designer']) ? config['data_designer'] : config
}

function objectsIn(list: Json | undefined): JsonObject[] {
  return Array.isArray(list) ? list.filter(isObject) : []
}
