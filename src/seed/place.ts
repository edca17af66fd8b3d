import { homedir } from 'node:os'
import { resolve } from 'node:path'

/** The place a seed's path names: `~` is the home folder, and a relative path is taken from `base`, else from the working folder. */
export function placeFrom(base: string | null, path: string): string {
  return resolve(base ?? '', path.replace(/^~(?=$|[/\\])/, homedir()))
}
