import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { resolve } from 'node:path'
import { TracewrightError } from '../errors.ts'

/** The place a seed's path names: `~` is the home folder, and a relative path is taken from `base`, else from the working folder. */
export function placeFrom(base: string | null, path: string): string {
  return resolve(base ?? '', path.replace(/^~(?=$|[/\\])/, homedir()))
}

/** Refuse a place where there is nothing. */
export function refuseMissing(place: string): void {
  if (!existsSync(place)) throw new TracewrightError('file', `Cannot read '${place}': there is no such file or folder`, { hint: PATHS })
}

/** What to know about paths of seeds. */
export const PATHS = 'Relative paths of a seed are taken from the folder of its config'
