import type { Json, JsonObject } from '../../../json/json.ts'
import { compareCodePoints } from '../../../python/text.ts'
import type { Origin, Relation } from '../../conversation/row.ts'
import type { ParseJob, Unit } from '../../format.ts'
import type { Place } from '../../log/ledger.ts'
import type { Source } from '../../log/source.ts'
import { spawnCalls } from './calls/spawn-calls.ts'
import { parseHint } from './discover.ts'
import type { Entry } from './entry.ts'
import { parseFileName } from './file-name.ts'
import { readHistoryBase } from './history-base.ts'
import { lineageOf, rootOf } from './lineage.ts'
import { parseMeta, type SessionMeta } from './meta.ts'
import { readOwnEntries } from './read.ts'
import { endOfKnown, findOwnStart, remember } from './replay.ts'
import { Threads } from './threads.ts'
import { threadTitles } from './titles.ts'

/** A thread as it was read, with what other files say of it. */
export type Thread = {
  id: string // of its row
  file: string
  path: string // absolute
  meta: SessionMeta
  metaEntry: Entry | null
  entries: Entry[] // oldest first; what a fork builds on comes before its own
  replayed: ReadonlySet<Place> // of those that another row counts
  copied: ReadonlySet<Entry> // those of them that were copied into this file
  inherited: ReadonlySet<Entry> // of a parent that is not at hand: no other row holds them
  rewritten: string | null // file of the thread this is a revision of
  root: string | null
  parent: string | null
  relation: Relation | null
  spawnCall: string | null
  speaker: Origin // who writes what stands in the user's place
  isMissingHistory: boolean
  described: JsonObject
  oddities: Oddity[]
}

/** Something odd about a thread. */
type Oddity = { code: string; at: Place | null; detail: Json }

/** With so many other files that may hold the same a thread is compared. */
const MAX_COMPARED = 64

/** Read a thread's file, and of other files what tells where it comes from. */
export async function readThread(unit: Unit, job: ParseJob): Promise<Thread> {
  const { source } = job
  const file = unit.files[0]!
  const { alone } = parseHint(unit.hint)
  const threads = () => Threads.of(source, !alone)
  const own = await readOwnEntries(job, file)

  const name = parseFileName(file)
  const { meta, metaEntry, oddities } = identify(own, name.thread)
  const copiedMeta = own.find(entry => entry.kind === 'meta' && entry !== metaEntry && parseMeta(entry.payload).id !== meta.id)
  const { relation, parent } = lineageOf(meta, copiedMeta === undefined ? null : parseMeta(copiedMeta.payload).id)
  const parentFile = parent === null ? null : threads().file(parent, file)

  if (meta.isStream)
    oddities.push({
      code: 'prompt_not_recorded',
      at: metaEntry?.place ?? null,
      detail: 'A saved stream of events does not show what it was asked',
    })
  const copied = new Set<Entry>()
  let inherited: readonly Entry[] = []
  if (meta.historyStart !== null || (copiedMeta !== undefined && parent !== null)) {
    const known = meta.historyStart !== null || parentFile === null || parentFile === file ? null : await remember(source, parentFile)
    const start = findOwnStart(own, meta, known)
    if (start === null) oddities.push({ code: 'replay_end_unknown', at: copiedMeta?.place ?? null, detail: { parent } })
    else {
      // A spawned agent's work is its own: what its spawner did before is no part of it, whether that is at hand or not.
      const isKept = parentFile === null && meta.subagent === null
      const end = isKept ? await endOfHeld(source, threads(), own.slice(0, start.index), { file, parent }) : start.index
      for (const [i, entry] of own.slice(0, start.index).entries()) if (i < end) copied.add(entry)
      inherited = own.slice(end, start.index)
      if (metaEntry !== null) copied.delete(metaEntry)
    }
    if (start !== null && start.evidence !== 'ordinal' && parentFile === null)
      oddities.push({ code: 'parent_missing', at: metaEntry?.place ?? null, detail: { parent, replay_told_by: start.evidence } })
  }

  // What a rewritten thread begins with stands in the thread's own file, or in one that was rewritten before.
  const versions = name.revision === null || meta.id === null ? [] : threads().versionsOf(meta.id)
  const earlier = versions.slice(0, Math.min(MAX_COMPARED, Math.max(0, versions.indexOf(file))))
  const rewritten = earlier[0] ?? null
  const ends = await Promise.all(earlier.map(async version => endOfKnown(own, await remember(source, version))))
  const repeated = own.slice(0, Math.max(0, ...ends))
  const base = meta.historyBase === null ? { entries: [], missing: null } : await readHistoryBase(source, threads(), file, meta.historyBase)
  if (base.missing !== null) oddities.push({ code: 'partial_history', at: metaEntry?.place ?? null, detail: { missing: base.missing } })
  const spawns = relation === 'subagent' && parentFile !== null ? await spawnCalls(source, parentFile) : null
  const spawnCall = spawns?.get(meta.id ?? '') ?? spawns?.get(meta.agentPath ?? '') ?? null

  const identity = identityOf(unit, meta, name.revision)
  const title = meta.id === null ? undefined : (await threadTitles(source)).get(meta.id)
  return {
    id: identity.id,
    file,
    path: source.absolute(file),
    meta,
    metaEntry,
    entries: base.entries.length === 0 ? own : [...base.entries, ...own],
    replayed: new Set([...base.entries, ...copied, ...repeated].flatMap(entry => (entry === metaEntry ? [] : entry.place))),
    copied,
    inherited: new Set(inherited),
    rewritten,
    root: await rootOf(meta, parent, { file, threads }),
    parent: identity.copyOf ?? parent,
    relation: identity.copyOf === null ? relation : 'copy',
    spawnCall,
    speaker: meta.subagent === null ? 'human' : relation === 'subagent' ? 'agent' : 'harness',
    isMissingHistory: base.missing !== null,
    described: {
      ...(meta.isStream ? { stream: true } : {}),
      ...(title === undefined ? {} : { title }),
      ...(name.revision === null ? {} : { revision: name.revision }),
      ...(meta.subagent === null ? {} : { subagent: meta.subagent }),
    },
    oddities,
  }
}

/**
 * How far the copy of a parent that is not at hand is held by other threads that come from it: the first of them, by path, keeps what
 * they share.
 */
async function endOfHeld(
  source: Source,
  threads: Threads,
  copy: readonly Entry[],
  { file, parent }: { file: string; parent: string | null },
): Promise<number> {
  const siblings = parent === null ? [] : (await threads.childrenOf(parent)).filter(sibling => compareCodePoints(sibling, file) < 0)
  const held = await Promise.all(siblings.slice(0, MAX_COMPARED).map(sibling => remember(source, sibling)))
  return held.reduce((end, known) => Math.max(end, endOfKnown(copy, known)), 0)
}

/** Whose thread it is: the first `session_meta` says, unless it was lost and what comes first is a copy of another's. */
function identify(own: readonly Entry[], named: string | null): { meta: SessionMeta; metaEntry: Entry | null; oddities: Oddity[] } {
  const metaEntry = own.find(entry => entry.kind === 'meta') ?? null
  const meta = parseMeta(metaEntry?.payload ?? {})
  if (metaEntry === null || meta.id === null) return { meta: { ...meta, id: named }, metaEntry, oddities: [] }
  if (named === null || meta.id === named || metaEntry.place.line <= 1) return { meta, metaEntry, oddities: [] }
  const oddity = { code: 'identity_from_file_name', at: metaEntry.place, detail: { first_session_meta: meta.id } }
  return { meta: { ...parseMeta({}), id: named, cwd: meta.cwd, git: meta.git, version: meta.version }, metaEntry: null, oddities: [oddity] }
}

/** Id of the row: the thread's. A rewritten thread is a row beside the one it was made from. */
function identityOf(unit: Unit, { id }: SessionMeta, revision: string | null): { id: string; copyOf: string | null } {
  if (id === null) return { id: unit.key.replace(/\.jsonl?(?:\.zst)?$/, ''), copyOf: null }
  return revision === null ? { id, copyOf: null } : { id: `${id}_${revision}`, copyOf: id }
}
