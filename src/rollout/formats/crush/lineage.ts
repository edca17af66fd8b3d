import type { Source } from '../../log/source.ts'
import type { Session } from './entry.ts'
import { storedParent } from './store.ts'

/** The first session above another, as far as the store has them. */
export async function rootOf(source: Source, { id, file, parent }: Session): Promise<string> {
  const seen = new Set([id])
  let root = id
  for (let above = parent; above !== null && !seen.has(above); above = await storedParent(source, file, above)) {
    seen.add(above)
    root = above
  }
  return root
}
