import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { TracewrightError } from '../../errors.ts'
import { MANIFEST } from './manifest.ts'

/**
 * Read a store that another process may write: its files are named by its manifest and go with it. What failed, or was of another state
 * than it began with, is read anew where the manifest is another one by then. Does nothing for what is no store.
 */
export async function readAgain<T>(path: string, read: () => Promise<T>): Promise<T> {
  for (let round = 1; ; round++) {
    const before = stateOf(path)
    try {
      return await read()
    } catch (error) {
      if (before === null || round === MOST || (stateOf(path) === before && !(error instanceof StoreChanged))) throw error
    }
  }
}

/** A writer that commits this often, each time while one thing is read, is not waited for. */
const MOST = 40

/** Whether files that a manifest named are gone since. */
export function areGone(files: readonly string[]): boolean {
  return files.some(file => !existsSync(file))
}

/** What was read by number is another row by now. Whoever reads by `readAgain` looks for it anew. */
export function storeChanged(path: string): TracewrightError {
  return new StoreChanged('file', `Cannot read on: '${path}' was changed while it was read`, { hint: 'Read it again' })
}

/** Tells one manifest from another: each is a file of its own. */
function stateOf(path: string): string | null {
  const stats = statSync(join(path, MANIFEST), { bigint: true, throwIfNoEntry: false })
  return stats === undefined ? null : `${stats.ino} ${stats.mtimeNs} ${stats.size}`
}

class StoreChanged extends TracewrightError {}
