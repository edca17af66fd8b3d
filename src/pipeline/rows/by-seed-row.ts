import type { Plan } from '../plan/plan.ts'
import type { RunOutcome } from './run.ts'

/**
 * Outcomes in groups that are kept or left together: what became of one row of the seed, where columns make many rows of one. Where
 * a step takes all rows at once, rows have no row of the seed any more and each is a group.
 */
export async function* bySeedRow(outcomes: AsyncIterable<RunOutcome>, plan: Plan, needsAll: boolean): AsyncIterable<RunOutcome[]> {
  const resizes = !needsAll && plan.columns.some(column => column.allowResize)
  let group: RunOutcome[] = []
  for await (const outcome of outcomes) {
    if (!resizes) yield [outcome]
    else {
      if (group.length > 0 && group[0]!.position !== outcome.position) {
        yield group
        group = []
      }
      group.push(outcome)
    }
  }
  if (group.length > 0) yield group
}

/** Key of a row, whether it was made or failed; null for what the seed could not give. */
export function keyOf(outcome: RunOutcome): string | null {
  return 'failure' in outcome ? outcome.failure.row : outcome.key
}
