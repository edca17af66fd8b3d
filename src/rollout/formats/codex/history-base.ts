import type { Source } from '../../log/source.ts'
import type { Entry } from './entry.ts'
import type { HistoryBase } from './meta.ts'
import { readAside, type Threads } from './threads.ts'

/** The entries a paginated fork builds on, oldest first; `missing` names the rollout that was not found. */
export type BaseEntries = { entries: Entry[]; missing: string | null }

/** How many rollouts may stand one upon the other. */
const MAX_BASES = 64

/**
 * Read what a fork's history begins with: another rollout up to an ordinal, or to a byte where its records have no ordinals, and before
 * that what this one builds on itself. A circle ends where it closes, at the latest at the fork's own file.
 */
export async function readHistoryBase(source: Source, threads: Threads, ownFile: string, base: HistoryBase): Promise<BaseEntries> {
  const parts: Entry[][] = []
  const seen = new Set([ownFile])
  let next: HistoryBase | null = base
  while (next !== null) {
    const file = threads.file(next.rollout, ownFile)
    if (file === null || seen.has(file) || seen.size >= MAX_BASES) return { entries: parts.reverse().flat(), missing: next.rollout }
    seen.add(file)
    parts.push(await readUpTo(source, file, next))
    next = (await threads.meta(file))?.historyBase ?? null
  }
  return { entries: parts.reverse().flat(), missing: null }
}

async function readUpTo(source: Source, file: string, { endOrdinal, endOffset }: HistoryBase): Promise<Entry[]> {
  const entries: Entry[] = []
  for await (const entry of readAside(source, file)) {
    if (endOrdinal !== null && entry.ordinal !== null) {
      if (entry.ordinal >= endOrdinal) break
    } else if (endOffset !== null && (entry.place.offset ?? 0) >= endOffset) break
    entries.push(entry)
  }
  return entries
}
