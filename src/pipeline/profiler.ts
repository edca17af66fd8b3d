import type { Problem } from '../column/column.ts'
import { numberAt, refuseUnknownKeys, requiredStringAt } from '../fields.ts'
import type { Json, JsonObject } from '../json/json.ts'

/** Refuse a profiler that Data Designer would refuse. There is one kind: it sums up what judges said. */
export function checkProfiler(profiler: JsonObject, where: string): void {
  refuseUnknownKeys(profiler, ['model_alias', 'summary_score_sample_size'], where)
  requiredStringAt(profiler, 'model_alias', where)
  numberAt(profiler, 'summary_score_sample_size', where)
}

/** Profilers are carried, and not run: that is worth a warning. */
export function profilerWarnings(profilers: Json): Problem[] {
  if (!Array.isArray(profilers) || profilers.length === 0) return []
  const message = `profilers: ${profilers.length === 1 ? 'one is' : `${profilers.length} are`} written back with the config, and not run here`
  return [{ level: 'warning', column: null, message }]
}
