import { writeJson } from '../../../json/exact.ts'
import { isObject, type JsonObject } from '../../../json/json.ts'
import { textOf } from '../../conversation/blocks.ts'
import { blocksOf } from '../../conversation/parts.ts'
import type { Boundary } from '../../conversation/row.ts'
import type { Entry } from '../../log/entries.ts'
import { isMarker } from './sniff.ts'

/** How one file of a context follows from the one before it. */
export type Rotation = {
  boundary: Extract<Boundary, 'compaction' | 'clear' | 'abandoned'>
  repeated: Set<Entry> // in the new file: what the old one has too
  left: Entry[] // in the old file: what was taken back
}

/**
 * A context is written into a new file when it is compacted, cleared, or taken back to a checkpoint, and what it was before is kept
 * under a number. Which of these it was, the new file tells by how it begins.
 */
export function rotationOf(before: readonly Entry[], after: readonly Entry[]): Rotation {
  const keys = { before: before.map(keyOf), after: after.map(keyOf) }
  let shared = 0
  while (shared < before.length && shared < after.length && keys.before[shared] === keys.after[shared]) shared++
  const same = after.slice(0, shared)
  const summary = after.findIndex(({ record }) => isSummary(record))
  if (summary >= shared) {
    const kept = keptMessages(before)
    const following = after.slice(summary + 1).filter(({ record }) => !isMarker(record))
    const isKept = kept.length > 0 && kept.every((entry, i) => following[i] !== undefined && keyOf(entry) === keyOf(following[i]))
    const repeated = [...same, ...after.slice(shared, summary).filter(isPromptAgain), ...(isKept ? following.slice(0, kept.length) : [])]
    return { boundary: 'compaction', repeated: new Set(repeated), left: [] }
  }
  const isTakenBack = same.some(({ record }) => !isMarker(record))
  return { boundary: isTakenBack ? 'abandoned' : 'clear', repeated: new Set(same), left: isTakenBack ? before.slice(shared) : [] }
}

/** Whether a message is what a compaction put in the place of what was said. */
export function isSummary(record: JsonObject): boolean {
  return (
    record['role'] === 'user' &&
    /^\s*<system>\s*Previous context has been compacted\b/.test(textOf(blocksOf(record['content']).slice(0, 1)))
  )
}

/** A compaction leaves the last two messages of the dialogue, and what tools gave back between and behind them. */
function keptMessages(context: readonly Entry[]): Entry[] {
  const messages = context.filter(({ record }) => !isMarker(record))
  const spoken = messages.flatMap(({ record }, i) => (record['role'] === 'user' || record['role'] === 'assistant' ? [i] : []))
  return spoken.length < 2 ? [] : messages.slice(spoken.at(-2))
}

function isPromptAgain({ record }: Entry): boolean {
  return record['role'] === '_checkpoint'
}

function keyOf({ record }: Entry): string {
  return writeJson(isObject(record) ? record : null)
}
