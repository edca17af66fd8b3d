import { numberOrNull } from '../../../json/json.ts'
import type { Entry } from '../../log/entries.ts'

/** What stands of a transcript: the steps as they were last written, those that were written again, and those before the last summary. */
export type Standing = { steps: Entry[]; again: Entry[]; unsent: Entry[] }

/** Which steps count. `isSent`: only those that the model was given at the end. */
export function standing(entries: readonly Entry[], isSent: boolean): Standing {
  const last = new Map<number, Entry>()
  for (const entry of entries) {
    const index = numberOrNull(entry.record['step_index'])
    // A step is written when it begins, and again when it is done.
    if (index !== null) last.set(index, entry)
  }
  const isLast = (entry: Entry) => {
    const index = numberOrNull(entry.record['step_index'])
    return index === null || last.get(index) === entry
  }
  const steps = entries.filter(isLast)
  const again = entries.filter(entry => !isLast(entry))
  const from = isSent ? steps.findLastIndex(({ record }) => record['type'] === 'CHECKPOINT') : -1
  return from <= 0 ? { steps, again, unsent: [] } : { steps: steps.slice(from), again, unsent: steps.slice(0, from) }
}
