import type { Source } from '../../log/source.ts'
import type { UnitHint } from './discover.ts'
import { parentInTree, spawnsInTree } from './file-tree.ts'
import { storedParent, storedSpawns } from './store.ts'
import type { StoredSession } from './stored-session.ts'

/** A session's place among others. */
export type Kin = { root: string; spawnCall: string | null }

/** The first session above another, and the call that spawned it; what is not at hand is left out. */
export async function kinOf(source: Source, { id, file, parent }: StoredSession, kind: UnitHint['kind']): Promise<Kin> {
  if (parent === null) return { root: id, spawnCall: null }
  const seen = new Set([id])
  let root = parent
  for (let above: string | null = parent; above !== null && !seen.has(above); above = await parentOf(source, file, kind, above)) {
    seen.add(above)
    root = above
  }
  const spawns =
    kind === 'store' ? await storedSpawns(source, file, parent) : kind === 'tree' ? await spawnsInTree(source, file, parent) : new Map()
  return { root, spawnCall: spawns.get(id) ?? null }
}

async function parentOf(source: Source, file: string, kind: UnitHint['kind'], id: string): Promise<string | null> {
  if (kind === 'store') return storedParent(source, file, id)
  return kind === 'tree' ? parentInTree(source, file, id) : null
}
