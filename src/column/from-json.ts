import { stringAt } from '../fields.ts'
import type { JsonObject } from '../json/json.ts'
import { unknownName } from '../registered-name.ts'
import type { ColumnConfig, ColumnType } from './column.ts'
import * as columnTypes from './columns.ts'

/** The column an object in Data Designer's schema describes. `functions`: what its names of functions stand for. */
export function columnFromJSON(
  config: JsonObject,
  functions: ReadonlyMap<string, unknown> = new Map(),
  known: readonly ColumnType[] = Object.values<ColumnType>(columnTypes),
): ColumnConfig {
  const name = stringAt(config, 'column_type', 'a column')
  const type = known.find(candidate => candidate.name === name)
  if (type === undefined) throw unknownName('column_type', name, known, `column '${stringAt(config, 'name', 'a column') ?? '?'}'`)
  return type.fromJSON(config, functions)
}
