import type { ParseJob } from '../../format.ts'
import type { Entry } from '../../log/entries.ts'

/** What was sent last: without what a summary stands for, and what was cut to make room. */
export function sentOf(entries: readonly Entry[], { options, ledger }: ParseJob): readonly Entry[] {
  if (options.context === 'recorded') return entries
  const ids = new Set(entries.flatMap(({ record }) => [record['condenseId'], record['truncationId']]).filter(id => typeof id === 'string'))
  const isGone = ({ record }: Entry) =>
    [record['condenseParent'], record['truncationParent']].some(id => typeof id === 'string' && ids.has(id))
  for (const entry of entries) if (isGone(entry)) ledger.settle(entry.place, 'metadata', 'before the last compaction')
  return entries.filter(entry => !isGone(entry))
}
