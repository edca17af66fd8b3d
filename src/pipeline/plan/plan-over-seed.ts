import type { Problem } from '../../column/column.ts'
import type { Compat } from '../../compat.ts'
import { TracewrightError } from '../../errors.ts'
import type { OpenSeed, SeedSource } from '../../seed/seed.ts'
import { ConfigProblems } from './config-problems.ts'
import { furtherMistakes } from './further-mistakes.ts'
import { mistakesOf, type Plan, type Planned, plan } from './plan.ts'
import { schemaProblems } from './problems/schema-problems.ts'

/**
 * Plan a config over its seed, which is opened. A seed that cannot be read is told together with all other mistakes of the config, so
 * that one round tells all; alone, it is told in its own words.
 */
export async function planOverSeed(
  given: Planned,
  source: SeedSource | null,
  open: () => Promise<OpenSeed | null>,
): Promise<{ plan: Plan; seed: OpenSeed | null }> {
  const shapes = await schemaProblems(given.columns)
  let seed: OpenSeed | null
  try {
    seed = await open()
  } catch (error) {
    if (!(error instanceof TracewrightError)) throw error
    const others = [...furtherMistakes(given, source?.columns ?? null), ...shapes]
    throw others.length === 0 ? error : new ConfigProblems([...others, seedProblem(error)])
  }
  const columns = source?.columns ?? seed?.columns ?? []
  try {
    if (shapes.length > 0) throw new ConfigProblems([...mistakesOf(given, columns), ...shapes])
    return { plan: plan(given, columns), seed }
  } catch (error) {
    seed?.close()
    throw error
  }
}

/** A seed as far as a config can be checked by it: opened only where its columns are not known without. */
export async function lookedAt(source: SeedSource, base: string | null, compat: Compat | null): Promise<OpenSeed | null> {
  if (source.columns === null)
    try {
      return await source.open(base)
    } catch (error) {
      // Reading as Data Designer does takes all of a file, and finds rows where there are none otherwise, such as in blank lines.
      if (compat === null || source.openAsDataDesigner === undefined) throw error
      return await source.openAsDataDesigner(base, compat)
    }
  source.find?.(base)
  return null
}

/** A seed that cannot be read, among the mistakes of its config. */
export function seedProblem({ message, hint }: TracewrightError): Problem {
  return { level: 'error', column: null, message: `seed_config.source: ${message}`, ...(hint === null ? {} : { hint }) }
}
