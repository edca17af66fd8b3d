import type { Entry } from '../entry.ts'

/**
 * The entry each entry follows, as its index; -1 for a root. A parent stands before its child: links to what comes later, to the
 * record itself or to what is not in the log lead to the entry before, so that cycles cannot arise and nothing hangs loose.
 */
export function parentIndexes(entries: readonly Entry[]): Int32Array {
  const parents = new Int32Array(entries.length)
  const byUuid = new Map<string, number>()
  entries.forEach((entry, index) => {
    const known = byUuid.get(entry.parent ?? '') ?? byUuid.get(entry.logicalParent ?? '')
    parents[index] = known ?? (entry.parent === null && entry.logicalParent === null ? -1 : index - 1)
    if (entry.uuid !== null && !byUuid.has(entry.uuid)) byUuid.set(entry.uuid, index)
  })
  return parents
}
