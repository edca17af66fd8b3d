import { numberOrNull } from '../../../json/json.ts'
import type { Entry } from '../../log/entries.ts'

/** A path that was left: what stood before it, and what was said on it. */
export type LeftPath = { before: Entry[]; left: Entry[] }

/** What stands of a transcript: the steps as they were last written, those that were written again, those before the last summary, and paths left. */
export type Standing = { steps: Entry[]; again: Entry[]; unsent: Entry[]; leftPaths: LeftPath[] }

/** Which steps count. `isSent`: only those that the model was given at the end. */
export function standing(entries: readonly Entry[], isSent: boolean): Standing {
  let steps: Entry[] = []
  const again: Entry[] = []
  const leftPaths: LeftPath[] = []
  const at = new Map<number, number>() // where the step of a number stands
  for (const entry of entries) {
    const index = numberOrNull(entry.record['step_index'])
    const known = index === null ? undefined : at.get(index)
    if (known === undefined) {
      if (index !== null) at.set(index, steps.length)
      steps.push(entry)
    } else if (isSame(steps[known]!, entry)) {
      // A step is written when it begins, and again when it is done: it stands where it began.
      again.push(steps[known]!)
      steps[known] = entry
    } else {
      // Its number was taken by another: the conversation went on from before it.
      leftPaths.push({ before: steps.slice(0, known), left: steps.slice(known) })
      for (const left of steps.slice(known)) at.delete(numberOrNull(left.record['step_index']) ?? -1)
      at.set(index!, known)
      steps = [...steps.slice(0, known), entry]
    }
  }
  const from = isSent ? steps.findLastIndex(({ record }) => record['type'] === 'CHECKPOINT') : -1
  return from <= 0 ? { steps, again, unsent: [], leftPaths } : { steps: steps.slice(from), again, unsent: steps.slice(0, from), leftPaths }
}

function isSame({ record: before }: Entry, { record }: Entry): boolean {
  return before['type'] === record['type'] && (before['created_at'] === record['created_at'] || before['status'] === 'RUNNING')
}
