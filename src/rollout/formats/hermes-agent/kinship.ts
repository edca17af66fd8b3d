import { Ledger } from '../../log/ledger.ts'
import type { Source } from '../../log/source.ts'
import { copiedAround, copiedPrefix } from './copies.ts'
import { type Entry, identityOf } from './entry.ts'
import { isSummary } from './harness.ts'
import { type Lineage, lineageOf } from './lineage.ts'
import { spawnCallOf } from './spawn.ts'
import { familyOf, readStored } from './state-db.ts'
import type { Kinship, StoredSession } from './stored-session.ts'

/** Place a session of a store among its relatives there. */
export async function kinshipInStore(source: Source, store: string, session: StoredSession): Promise<Kinship> {
  const family = await familyOf(source, store)
  const lineage = lineageOf(session.id, id => family.get(id))
  if (lineage.parent === null || lineage.parentMissing) return kinshipOf(session, lineage, null)
  // The parent's messages are counted with the parent, so this ledger is thrown away.
  const parent = await readStored(source, new Ledger({ key: store, files: [store] }), store, lineage.parent)
  return kinshipOf(session, lineage, parent.entries)
}

/** Place a session among relatives whose messages are at hand, or are not. */
export function kinshipOf(session: StoredSession, lineage: Lineage, parent: readonly Entry[] | null): Kinship {
  const { id, header, entries } = session
  const isDelegate = lineage.relation === 'subagent' && parent !== null
  return {
    lineage,
    parentTraceId: lineage.parent,
    spawnCall: isDelegate ? spawnCallOf(parent, { id, startedAt: header['started_at'] ?? null, entries }) : null,
    copied: parent === null ? new Set() : copiedFrom(parent, entries, lineage),
  }
}

/** Messages that a branch or a continuation took over from its parent. */
function copiedFrom(parent: readonly Entry[], entries: readonly Entry[], { relation }: Lineage): Set<Entry> {
  const before = parent.filter(entry => entry.state === 'active')
  const own = entries.filter(entry => entry.state !== 'rewound')
  if (relation === 'branch') return new Set(own.slice(0, copiedPrefix(before, own)))
  const at = relation === 'continuation' ? own.findIndex(({ record }) => isSummary(record)) : -1
  if (at < 0) return new Set()
  const { head, tail } = copiedAround(before.map(identityOf), own.map(identityOf), at)
  return new Set([...own.slice(at - head, at), ...own.slice(at + 1, at + 1 + tail)])
}
