import { dirname, resolve } from 'node:path'
import { RunFolder } from './folder.ts'

/** The run whose folder, or a folder or file in it, a path is; null for what is of none. */
export function runAround(path: string): string | null {
  for (let at = resolve(path), up = 0; up < 4; at = dirname(at), up++) if (RunFolder.isRun(at)) return at
  return null
}
