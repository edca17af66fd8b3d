import { hash } from 'node:crypto'
import { writeJson } from '../../../../json/exact.ts'
import { stringOrNull } from '../../../../json/json.ts'
import type { Entry } from '../entry.ts'

/**
 * Items that were recorded a second time, as a client does that takes a thread up again and writes once more what it holds. The provider
 * names each item once: what has the name, or the call's, and the content of an earlier one is that one.
 */
export function findRepeats(entries: readonly Entry[]): Set<Entry> {
  const repeats = new Set<Entry>()
  const named = new Map<string, Named>()
  for (const entry of entries) {
    // Results are compared where they are given to their calls.
    if (entry.kind !== 'item' || entry.type.endsWith('_output')) continue
    const name = stringOrNull(entry.payload['id']) ?? stringOrNull(entry.payload['call_id'])
    if (name === null) continue
    const before = named.get(name)
    if (before === undefined) named.set(name, { first: entry, prints: null })
    else if (isRepeat(entry, before)) repeats.add(entry)
  }
  return repeats
}

/** Items of one name. `prints`: of all that differ, from the second on; nearly every name stands there once. */
type Named = { first: Entry; prints: Set<string> | null }

function isRepeat(entry: Entry, before: Named): boolean {
  before.prints ??= new Set([printOf(before.first)])
  return before.prints.size === before.prints.add(printOf(entry)).size
}

function printOf({ type, source, payload }: Entry): string {
  return hash('sha256', `${type}\n${source}\n${writeJson(payload)}`, 'base64')
}
