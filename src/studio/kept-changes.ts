import { createHash } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { readBytes } from '../disk/read-file.ts'
import type { ExportChanges } from './api.ts'
import { exportChanges } from './open-export.ts'
import type { FoundSource } from './sources.ts'

/** Comparisons of exports, each made once for two exports as they stand. Who asks meanwhile waits for the same. */
export class KeptChanges {
  private readonly kept = new Map<string, Promise<ExportChanges>>()

  /** How an export differs from an earlier one. */
  of(before: FoundSource, after: FoundSource): Promise<ExportChanges> {
    const key = `${stateOf(before)} ${stateOf(after)}`
    const changes = this.kept.get(key) ?? exportChanges(before, after)
    this.kept.delete(key)
    this.kept.set(key, changes)
    changes.catch(() => this.kept.delete(key)) // it may be compared the next time
    if (this.kept.size > KEPT) this.kept.delete(this.kept.keys().next().value!)
    return changes
  }
}

/** Comparisons that are kept: two exports are read from beginning to end for one. */
const KEPT = 32

/** An export as it stands: its report, and which files of data it has. */
function stateOf({ path }: FoundSource): string {
  const hash = createHash('sha256').update(readBytes(join(path, 'export.json')))
  for (const name of readdirSync(join(path, 'data')).sort()) {
    const { size, mtimeMs } = statSync(join(path, 'data', name))
    hash.update(`\n${name} ${size} ${mtimeMs}`)
  }
  return hash.digest('base64url')
}
