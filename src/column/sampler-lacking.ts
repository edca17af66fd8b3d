import { TracewrightError } from '../errors.ts'
import type { Persons } from '../sampler/persons.ts'
import type { SamplerParams } from '../sampler/sampler.ts'
import type { Problem } from './column.ts'

/** What parameters of a column draw from and cannot have, each once. */
export async function lackingOf(column: string, all: readonly SamplerParams[], persons: Persons): Promise<Problem[]> {
  const problems: Problem[] = []
  for (const params of all)
    try {
      await params.ready?.(persons)
    } catch (error) {
      if (!(error instanceof TracewrightError)) throw error
      const { hint, where } = error
      const message = where === null ? error.message : `${error.message} (${where})`
      if (problems.some(problem => problem.message === message)) continue
      problems.push({ level: 'error', column, message, ...(hint === null ? {} : { hint }) })
    }
  return problems
}
