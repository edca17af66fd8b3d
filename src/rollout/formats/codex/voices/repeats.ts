import { writeJson } from '../../../../json/exact.ts'
import { stringOrNull } from '../../../../json/json.ts'
import type { Entry } from '../entry.ts'

/**
 * Items that were recorded a second time, as a client does that takes a thread up again and writes once more what it holds. The provider
 * names each item once: what has the name, or the call's, and the content of an earlier one is that one.
 */
export function findRepeats(entries: readonly Entry[]): Set<Entry> {
  const repeats = new Set<Entry>()
  const named = new Map<string, Entry[]>()
  for (const entry of entries) {
    // Results are compared where they are given to their calls.
    if (entry.kind !== 'item' || entry.type.endsWith('_output')) continue
    const name = stringOrNull(entry.payload['id']) ?? stringOrNull(entry.payload['call_id'])
    if (name === null) continue
    const before = named.get(name)
    if (before === undefined) named.set(name, [entry])
    else if (before.some(known => isSame(known, entry))) repeats.add(entry)
    else before.push(entry)
  }
  return repeats
}

function isSame(a: Entry, b: Entry): boolean {
  return a.type === b.type && a.source === b.source && writeJson(a.payload) === writeJson(b.payload)
}
