import type { JsonObject } from '../../../json/json.ts'

/** Whether a record is a whole step. */
export function isStep(record: JsonObject): boolean {
  const { step_index: index, type, source, status } = record
  return typeof index === 'number' && typeof type === 'string' && (typeof source === 'string' || typeof status === 'string')
}
