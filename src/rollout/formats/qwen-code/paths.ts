import { isObject, stringOrNull } from '../../../json/json.ts'
import type { ParseJob } from '../../format.ts'
import type { Entry } from '../../log/entries.ts'
import { parentOf, payloadOf } from './entry.ts'

/** The records that lead to the last one, and the ends of the paths that do not. */
export type Paths = { active: Entry[]; left: { before: Entry[]; own: Entry[] }[] }

/**
 * Divide a log into the path that counts and those that were left. A record whose parent is not there follows the one before it, and so
 * does a further piece of a response, which has the id of the pieces before it.
 */
export function pathsOf(entries: readonly Entry[]): Paths {
  const byId = new Map(entries.map(entry => [stringOrNull(entry.record['uuid']), entry]))
  const before = new Map<Entry, Entry | null>()
  const children = new Map<Entry, number>()
  const begun = new Set<string>()
  entries.forEach((entry, i) => {
    const id = parentOf(entry.record)
    const previous = entries[i - 1] ?? null
    const piece = `${entry.record['type']} ${entry.record['uuid']}`
    const goesOn = begun.has(piece)
    begun.add(piece)
    // What the program notes may name no record; a record that names one behind it would close a circle.
    const named = id === null ? null : (byId.get(id) ?? previous)
    const isBehind = named !== null && named.place.index >= entry.place.index
    const parent = goesOn ? previous : id === null ? (entry.record['type'] === 'system' ? previous : null) : isBehind ? previous : named
    before.set(entry, parent)
    if (parent !== null) children.set(parent, (children.get(parent) ?? 0) + 1)
  })
  const active = pathTo(entries.at(-1) ?? null, before)
  const taken = new Set(active)
  const left: Paths['left'] = []
  for (const entry of entries.toReversed()) {
    if (taken.has(entry) || children.has(entry)) continue
    const own: Entry[] = []
    let at: Entry | null = entry
    for (; at !== null && !taken.has(at); at = before.get(at) ?? null) {
      own.push(at)
      taken.add(at)
    }
    left.push({ before: at === null ? [] : pathTo(at, before), own: own.reverse() })
  }
  return { active, left: left.reverse() }
}

function pathTo(end: Entry | null, before: ReadonlyMap<Entry, Entry | null>): Entry[] {
  const path: Entry[] = []
  for (let at = end; at !== null; at = before.get(at) ?? null) path.push(at)
  return path.reverse()
}

const isCompression = ({ record }: Entry) =>
  record['subtype'] === 'chat_compression' && Array.isArray(payloadOf(record)['compressedHistory'])

/** What followed the last compaction. */
export function sentOf(path: readonly Entry[], { ledger }: ParseJob): Entry[] {
  const at = path.findLastIndex(isCompression)
  if (at < 0) return [...path]
  for (const { place } of path.slice(0, at)) ledger.settle(place, 'metadata', 'before the last compaction')
  return path.slice(at + 1)
}

/** The history that the last compaction left, as it was sent. */
export function historyOf(path: readonly Entry[]): Entry[] | null {
  const last = path.findLast(isCompression)
  if (last === undefined) return null
  const history = payloadOf(last.record)['compressedHistory']
  return (Array.isArray(history) ? history : []).filter(isObject).map(message => ({
    place: last.place,
    record: {
      type: message['role'] === 'model' ? 'assistant' : 'user',
      subtype: message['role'] === 'model' ? null : 'compaction',
      message,
    },
    text: null,
  }))
}
