import type { Relation } from '../../conversation/row.ts'
import type { SessionMeta } from './meta.ts'

/** Where a thread comes from. */
export type Lineage = { relation: Relation | null; parent: string | null }

/** Where what other threads say of themselves is looked up. */
type Ancestors = { file(id: string, asker: string): string | null; meta(file: string): Promise<SessionMeta | null> }

/** How far the chain of parents is followed. */
const MAX_GENERATIONS = 64

/** How a thread relates to its parent. `copied`: id in a `session_meta` of another thread that was found behind its own. */
export function lineageOf(meta: SessionMeta, copied: string | null): Lineage {
  const lineage = claimedLineage(meta, copied)
  return lineage.parent !== null && lineage.parent === meta.id ? { relation: null, parent: null } : lineage
}

function claimedLineage(meta: SessionMeta, copied: string | null): Lineage {
  if (meta.subagent !== null) {
    const relation = /review|guardian/.test(meta.subagent) || meta.described['thread_source'] === 'guardian_review' ? 'review' : 'subagent'
    const tree = meta.session !== meta.id ? meta.session : null
    return { relation, parent: meta.parentThread ?? meta.forkedFrom ?? copied ?? tree }
  }
  if (meta.forkedFrom !== null) return { relation: 'fork', parent: meta.forkedFrom }
  if (meta.historyBase !== null) return { relation: 'fork', parent: meta.historyBase.rollout }
  if (meta.parentThread !== null) return { relation: 'subagent', parent: meta.parentThread }
  if (copied !== null) return { relation: 'resume', parent: copied }
  return { relation: null, parent: null }
}

/** The thread at the root: the producer's word where it names another than the thread itself, else the end of the chain of parents. */
export async function rootOf(
  meta: SessionMeta,
  parent: string | null,
  { file: own, threads }: { file: string; threads: () => Ancestors },
): Promise<string | null> {
  let root = meta.session !== null && meta.session !== meta.id ? meta.session : null
  if (root === null && parent === null) return meta.id
  const seen = new Set([meta.id])
  let at: string | null = root ?? parent
  for (let i = 0; at !== null && !seen.has(at) && i < MAX_GENERATIONS; i++) {
    seen.add(at)
    root = at
    const file = threads().file(at, own)
    const ancestor: SessionMeta | null = file === null ? null : await threads().meta(file)
    if (ancestor === null) break
    at = ancestor.session !== null && ancestor.session !== ancestor.id ? ancestor.session : lineageOf(ancestor, null).parent
  }
  return root
}
