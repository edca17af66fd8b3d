import { existsSync, mkdirSync, rmdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** Make a folder and those around it; false where it is there. The system's own way to do so never ends in some places, such as `/proc`. */
export function makeFolder(folder: string): boolean {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return false
  if (!existsSync(dirname(folder))) makeFolder(dirname(folder))
  try {
    mkdirSync(folder)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return false
    throw Object.assign(error as NodeJS.ErrnoException, { code: 'ENOTDIR' }) // a file is where a folder is wanted
  }
}

/** The outermost folder that is not there of those that lead to a path; null where all are. */
export function outermostMissing(path: string): string | null {
  let missing: string | null = null
  for (let at = path; !existsSync(at) && dirname(at) !== at; at = dirname(at)) missing = at
  return missing
}

/** Remove a folder and those above it, up to `last`, as long as they are empty. */
export function removeEmptyFolders(from: string, last: string): void {
  try {
    for (let at = from; at.startsWith(last); at = dirname(at)) rmdirSync(at)
  } catch {
    // It holds something.
  }
}
