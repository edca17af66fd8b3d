import { isDateText } from '../python/date-text.ts'
import { strftime } from '../python/strftime.ts'
import type { SamplerParams } from '../sampler/sampler.ts'

/** What is wrong with what draws are turned into. Data Designer makes sure that it can read what a format of times writes. */
export function conversionProblem(convertTo: string | null, { kind }: SamplerParams, asDataDesigner: boolean): string[] {
  if (convertTo === null || kind === 'fixed') return []
  if (kind === 'value')
    return ['int', 'float', 'str'].includes(convertTo) ? [] : [`convert_to: found '${convertTo}', expected int, float or str`]
  if (!convertTo.includes('%')) return [`convert_to: found '${convertTo}', expected a format such as '%Y-%m-%d'`]
  const shown = strftime(convertTo, new Date(2012, 11, 21))
  if (!asDataDesigner || isDateText(shown)) return []
  return [`convert_to: found '${convertTo}', which writes '${shown}', expected what can be read as a time`]
}
