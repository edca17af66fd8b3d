import type { Entry } from '../entry.ts'
import { parentIndexes } from './graph.ts'

/**
 * Cut a session where its context was emptied (`/clear`, or a plan carried out from a clean start): at a prompt that follows nothing.
 * A record goes to the segment of the record it follows, wherever it stands. Logs without links are not cut.
 */
export function splitSegments(entries: Entry[]): Entry[][] {
  const starts = segmentStarts(entries)
  if (starts.size === 0) return [entries]
  const parents = parentIndexes(entries)
  const segments: Entry[][] = [[]]
  const segmentOf = new Int32Array(entries.length)
  entries.forEach((entry, index) => {
    if (starts.has(index)) segments.push([])
    const follows = entry.parent === null || entry.parent === undefined ? -1 : parents[index]!
    segmentOf[index] = starts.has(index) || follows < 0 ? segments.length - 1 : segmentOf[follows]!
    segments[segmentOf[index]!]!.push(entry)
  })
  return segments
}

function segmentStarts(entries: readonly Entry[]): Set<number> {
  const starts = new Set<number>()
  const above = new Above(entries)
  const firstSession = entries.find(({ setting }) => setting.sessionId !== null)?.setting.sessionId
  let isLinked = false
  let hasSaid = false
  entries.forEach((entry, index) => {
    isLinked ||= above.of(index) !== null
    if (entry.said.kind === 'user' && entry.said.prompt && hasSaid && isLinked) {
      const root = rootAbove(entries, above, index)
      const { sessionId } = entry.setting
      const isForeign = entries[root ?? index]!.parent === undefined && sessionId !== null && sessionId !== firstSession
      if (root !== null && (entries[root]!.parent === null || isForeign)) {
        starts.add(root)
        hasSaid = false
      }
    }
    hasSaid ||= entry.said.kind === 'model' || (entry.said.kind === 'user' && entry.said.prompt)
  })
  return starts
}

/** Finds what an entry follows among those before it. Mostly it is the one just before, and no index is needed. */
class Above {
  private readonly entries: readonly Entry[]
  private readonly byUuid = new Map<string, number>()
  private indexed = 0

  constructor(entries: readonly Entry[]) {
    this.entries = entries
  }

  of(index: number): number | null {
    const { parent } = this.entries[index]!
    if (parent === null || parent === undefined) return null
    if (index > 0 && this.entries[index - 1]!.uuid === parent) return index - 1
    for (; this.indexed < this.entries.length; this.indexed++) {
      const { uuid } = this.entries[this.indexed]!
      if (uuid !== null && !this.byUuid.has(uuid)) this.byUuid.set(uuid, this.indexed)
    }
    const found = this.byUuid.get(parent)
    return found === undefined || found >= index ? null : found
  }
}

/** The root a prompt hangs on by way of records that say nothing of their own (hooks, command echoes); null where it follows a turn. */
function rootAbove(entries: readonly Entry[], above: Above, prompt: number): number | null {
  for (let at = prompt; ; ) {
    const { parent, logicalParent, said } = entries[at]!
    const saysMore = at !== prompt && (said.kind === 'model' || (said.kind === 'user' && (said.prompt || said.boundary !== null)))
    if (saysMore || said.kind === 'compaction' || logicalParent !== null) return null
    if (parent === null || parent === undefined) return at
    const next = above.of(at)
    // A parent that stands later would lead in circles.
    if (next === null) return null
    at = next
  }
}
