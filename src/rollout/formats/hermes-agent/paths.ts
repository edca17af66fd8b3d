import type { Boundary } from '../../conversation/row.ts'
import type { ParseOptions } from '../../format.ts'
import { copiedAround } from './copies.ts'
import { type Entry, identityOf } from './entry.ts'
import { isSummary } from './harness.ts'

/** One message of a path, and how it follows from the one before it. */
export type Step = { entry: Entry; boundary: Boundary | null; replay: boolean }

/** A compaction keeps a handful of messages from the start; more than these are not looked for. */
const MAX_HEAD = 100

/** The path that counts, and what is not on it. */
export type ActivePath = {
  steps: Step[]
  copies: Entry[] // written again by a compaction; the originals are on the path
  unsent: Entry[] // archived by a compaction, where only what is sent was asked for
}

/** Choose the messages of the path that counts: without what was taken back, and with or without what compactions archived. */
export function activePath(entries: readonly Entry[], context: ParseOptions['context']): ActivePath {
  const standing = standingAgain(entries)
  const kept = entries
    .filter(entry => entry.state !== 'rewound' || standing.get(entry) === 'before summary')
    .map(entry => (entry.state === 'rewound' ? { ...entry, state: 'archived' as const } : entry))
  const unsent = context === 'as_sent' ? kept.filter(entry => entry.state === 'archived') : []
  const sent = context === 'as_sent' ? kept.filter(entry => entry.state === 'active') : kept
  const copies = findCopies(sent)
  const steps: Step[] = []
  let previous: Entry | null = null
  for (const entry of sent) {
    if (copies.has(entry)) continue
    const begins = isSummary(entry.record) || (previous?.state === 'archived' && entry.state === 'active' && !wasCut(steps))
    steps.push({ entry, boundary: begins ? 'compaction' : null, replay: false })
    previous = entry
  }
  const restored = entries.filter(entry => standing.get(entry) === 'in place')
  return { steps, copies: [...copies, ...restored], unsent }
}

/**
 * Messages that were taken back and stand again later, the same words at the same time: Hermes took them back only to write them
 * anew. Where a summary was put between, their first place is where they were said; else the later one is.
 */
export function standingAgain(entries: readonly Entry[]): Map<Entry, 'before summary' | 'in place'> {
  const again = new Map<Entry, 'before summary' | 'in place'>()
  if (!entries.some(entry => entry.state === 'rewound')) return again
  const later = new Map<string, number>() // identity and time → summaries behind the one that stands
  let summaries = 0
  for (const entry of entries.toReversed()) {
    const key = `${String(entry.record['timestamp'] ?? '')} ${identityOf(entry)}`
    if (entry.state !== 'rewound') {
      if (entry.record['timestamp'] ?? null) later.set(key, summaries)
      if (isSummary(entry.record)) summaries++
      continue
    }
    const behind = later.get(key)
    if (behind !== undefined) again.set(entry, behind < summaries ? 'before summary' : 'in place')
  }
  return again
}

/** The runs of messages that were taken back, each with what stood before it. */
export function abandonedPaths(entries: readonly Entry[]): { first: Entry; steps: Step[]; copies: Entry[] }[] {
  const paths: { first: Entry; steps: Step[]; copies: Entry[] }[] = []
  const standing = standingAgain(entries)
  for (let start = 0; start < entries.length; start++) {
    if (entries[start]!.state !== 'rewound') continue
    let end = start
    while (entries[end]?.state === 'rewound') end++
    const before = activePath(entries.slice(0, start), 'recorded')
    const run = entries.slice(start, end).map(entry => ({ entry, boundary: null, replay: standing.has(entry) }))
    const isAPath = run.some(({ replay }) => !replay)
    if (isAPath)
      paths.push({
        first: entries[start]!,
        steps: [...before.steps.map(step => ({ ...step, replay: true })), ...run],
        copies: before.copies,
      })
    start = end
  }
  return paths
}

/** A cut that the summary before the archived messages made already is not made again at the end of the kept ones. */
function wasCut(steps: readonly Step[]): boolean {
  return steps.at(-1)?.boundary === 'compaction'
}

function findCopies(entries: readonly Entry[]): Set<Entry> {
  const copies = new Set<Entry>()
  if (!entries.some(entry => entry.state === 'archived')) return copies
  const identities = entries.map(identityOf)
  let start = 0 // of the messages the next summary stands for
  entries.forEach((entry, at) => {
    if (at === 0 || !isSummary(entry.record)) return
    for (let head = Math.min(MAX_HEAD, Math.floor((at - start) / 2)); head >= 0; head--) {
      const found = copiedAround(identities.slice(start, at - head), identities.slice(at - head), head)
      if (found.head < head) continue
      for (let i = at - head; i < at; i++) copies.add(entries[i]!)
      for (let i = at + 1; i <= at + found.tail; i++) copies.add(entries[i]!)
      start = at - head
      return
    }
  })
  return copies
}
