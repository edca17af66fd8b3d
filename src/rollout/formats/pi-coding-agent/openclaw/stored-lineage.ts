import { isObject, parseJson, stringOrNull } from '../../../../json/json.ts'
import type { Relation } from '../../../conversation/row.ts'
import { Ledger } from '../../../log/ledger.ts'
import { readChunks } from '../../../log/lines.ts'
import type { Source } from '../../../log/source.ts'
import { type Entry, entryOf, messageIn } from '../entry.ts'
import { type Header, headerOf, isPiRecord } from '../header.ts'
import { keyOf, type Lineage, nameIn, ROOT } from '../lineage.ts'
import { archiveOf, eventsOf } from './events.ts'
import { archivesIn, openStore } from './store.ts'
import { type Window, type Windows, windowsOf } from './windows.ts'

/** Where a session of a store comes from, by what the store says of its windows; and the call that spawned it. */
export async function storedLineage(
  source: Source,
  file: string,
  id: string,
  header: Header | null,
  entries: readonly Entry[],
): Promise<Lineage> {
  const windows = await windowsOf(source, file)
  const { relation, parent } = descentOf(windows, id, header)
  if (parent === null) return ROOT
  const isSubagent = relation === 'subagent'
  const known = isSubagent ? await spawnsIn(source, file, parent) : null
  const shared = isSubagent || relation === 'reset' ? new Set<string>() : await keysIn(source, file, parent)
  return {
    ...ROOT,
    relation,
    parentId: parent,
    rootId: rootOf(windows, parent),
    isSubagent,
    shared,
    missingHistory: relation === 'fork' && shared.size === 0 && entries.length > 0,
    spawnCall: known?.get(windows.byId.get(id)?.key ?? '') ?? known?.get(id) ?? null,
  }
}

/** How a window relates to the one before it, by why it began. A switch goes to another conversation: that is no descent. */
const RELATIONS: ReadonlyMap<string, Relation> = new Map([
  ['reset', 'reset'],
  ['rollover', 'reset'],
  ['fork', 'fork'],
  ['rewind', 'fork'],
  ['recovery', 'continuation'],
  ['compaction', 'continuation'],
])

const MAX_GENERATIONS = 100

function descentOf(windows: Windows, id: string, header: Header | null): { relation: Relation | null; parent: string | null } {
  const window = windows.byId.get(id)
  const named = header?.parent == null ? null : nameIn(header.parent)
  const spawner = window?.spawnedBy == null ? null : windowAt(windows, window.spawnedBy, window)
  const relation = RELATIONS.get(window?.reason ?? '') ?? null
  const before = relation === 'fork' ? (window?.forkedFrom ?? window?.previous ?? named) : (window?.previous ?? null)
  if (relation !== null && before !== null && before !== id) return { relation, parent: before }
  if (spawner !== null && spawner !== id) return { relation: 'subagent', parent: spawner }
  const forked = window?.forkedFrom ?? named
  return forked === null || forked === id ? { relation: null, parent: null } : { relation: 'fork', parent: forked }
}

/** The window of a key that was current when another one began. */
function windowAt(windows: Windows, key: string, { createdAt }: Window): string | null {
  const group = windows.byKey.get(key) ?? []
  let [from, to] = [0, group.length] // the first window that is later lies between
  while (from < to) {
    const middle = (from + to) >> 1
    if ((group[middle]!.createdAt ?? 0) <= (createdAt ?? Infinity)) from = middle + 1
    else to = middle
  }
  return group[Math.max(0, from - 1)]?.id ?? null
}

function rootOf(windows: Windows, parent: string): string {
  const seen = new Set<string>()
  let at = parent
  while (!seen.has(at) && seen.size < MAX_GENERATIONS) {
    seen.add(at)
    const next = descentOf(windows, at, null).parent
    if (next === null) break
    at = next
  }
  return at
}

/** What makes the entries of a session the same in a copy of it. */
function keysIn(source: Source, file: string, session: string): Promise<Set<string>> {
  return source.shared(`openclaw keys ${file}#${session}`, async () => {
    const keys = new Set<string>()
    for await (const entry of entriesIn(source, file, session)) {
      const key = keyOf(entry)
      if (key !== null) keys.add(key)
    }
    return keys
  })
}

/** Which call of a session spawned which: by the key, and by the id, of what it spawned. */
function spawnsIn(source: Source, file: string, session: string): Promise<Map<string, string>> {
  return source.shared(`openclaw spawns ${file}#${session}`, async () => {
    const calls = new Map<string, string>()
    for await (const { record } of entriesIn(source, file, session)) {
      const message = messageIn(record)
      const call = message?.['role'] === 'toolResult' ? stringOrNull(message['toolCallId']) : null
      if (call === null) continue
      const details = isObject(message!['details']) ? message!['details'] : {}
      for (const key of ['childSessionKey', 'sessionKey', 'childSessionId', 'sessionId']) {
        const child = stringOrNull(details[key])
        if (child !== null && !calls.has(child)) calls.set(child, call)
      }
    }
    return calls
  })
}

async function* entriesIn(source: Source, file: string, session: string): AsyncIterable<Entry> {
  const database = await openStore(source, file)
  for (const event of eventsOf(database, session)) {
    const record = 'text' in event ? parseJson(event.text) : null
    if (isObject(record) && headerOf(record) === null) yield entryOf({ record, text: '', index: -1, file, line: 0, offset: null }, 0)
  }
  // The session may have been archived since.
  for (const { generation } of archivesIn(database, session)) {
    const unread = new Ledger({ key: file, files: [file] })
    const chunks = archiveOf(database, session, generation!)
    for await (const run of readChunks(chunks, file, unread, { isRecord: isPiRecord }))
      for (const { record, place } of run) if (headerOf(record) === null) yield entryOf({ record, text: '', ...place }, 0)
  }
}
