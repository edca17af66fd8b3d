import type { Problem } from '../../column/column.ts'
import { type Fields, numberAt, optionsNamed, refuse, refuseUnknownKeys, requiredStringAt } from '../../fields.ts'
import type { Json, JsonObject } from '../../json/json.ts'
import { countFrom, isCount } from '../../whole-number.ts'

/** Keys of a profiler. */
export const PROFILER_FIELDS: Fields = {
  model_alias: ['text', '', 'the model that sums up'],
  summary_score_sample_size: ['whole number from 1', '20', 'reasonings it is shown'],
}

/** Lets a model sum up what judges said. Carried in configs, and not run here. */
export type JudgeScoreProfilerConfig = {
  /** Alias of the model that sums up. */
  modelAlias: string
  /** Reasonings it is shown. Default 20. */
  summaryScoreSampleSize?: number | null
}
/** Lets a model sum up what judges said. Carried in configs, and not run here. */
export const JudgeScoreProfilerConfig = optionsNamed<JudgeScoreProfilerConfig>('JudgeScoreProfilerConfig', PROFILER_FIELDS)

/** Refuse a profiler that Data Designer would refuse. There is one kind: it sums up what judges said. */
export function checkProfiler(profiler: JsonObject, where: string): void {
  refuseUnknownKeys(profiler, PROFILER_FIELDS, where)
  requiredStringAt(profiler, 'model_alias', where)
  const size = numberAt(profiler, 'summary_score_sample_size', where)
  if (size !== null && !isCount(size, 1)) refuse(`summary_score_sample_size: found ${size}, expected ${countFrom(1)}`, where)
}

/** Profilers are carried, and not run: that is worth a warning. */
export function profilerWarnings(profilers: Json): Problem[] {
  if (!Array.isArray(profilers) || profilers.length === 0) return []
  const message = `profilers: ${profilers.length === 1 ? 'one is' : `${profilers.length} are`} written back with the config, and not run here`
  return [{ level: 'warning', column: null, message }]
}
