import { stringAt } from '../../fields.ts'
import type { JsonObject } from '../../json/json.ts'
import { unknownName } from '../../registered-name.ts'
import type { ProcessorConfig, ProcessorKind } from './processor.ts'
import * as processorTypes from './processors.ts'

/** The processor an object in Data Designer's schema describes. */
export function processorFromJSON(
  config: JsonObject,
  known: readonly ProcessorKind[] = Object.values<ProcessorKind>(processorTypes),
): ProcessorConfig {
  const name = stringAt(config, 'processor_type', 'a processor')
  const type = known.find(candidate => candidate.name === name)
  if (type === undefined) throw unknownName('processor_type', name, known, `processor '${stringAt(config, 'name', 'a processor') ?? '?'}'`)
  return type.fromJSON(config)
}
