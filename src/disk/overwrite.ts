import { existsSync, readdirSync, renameSync, type Stats, statSync } from 'node:fs'
import { TracewrightError } from '../errors.ts'
import { systemReason } from '../system-error.ts'

/*
 * Nothing of a user's is written over, and nothing is put between other things, unless they say so.
 */

/** Throws where a file holds something. An empty one, a device and a pipe hold nothing that could be lost. */
export function refuseOverwrite(path: string, force = false): void {
  const stats = statsOf(path)
  if (force || stats === null || !stats.isFile() || stats.size === 0) return
  throw new TracewrightError(
    'usage',
    `Cannot write '${path}': it is there already, and holds ${stats.size.toLocaleString('en-US')} bytes`,
    {
      hint: 'Name another file, or write over it with --force (force: true)',
    },
  )
}

/** What a folder may hold and still be free: a name in it, and for folders the names in these. */
export type OwnNames = { [name: string]: RegExp | true }

/** Throws where a folder holds other things than what was made for the purpose that `what` names. */
export function refuseOccupied(folder: string, what: string, own: OwnNames, force = false): void {
  const stats = statsOf(folder)
  if (stats !== null && !stats.isDirectory())
    throw new TracewrightError('usage', `Cannot put ${what} into '${folder}': it is a file, expected a folder`, {
      hint: 'Name a folder that is empty or not there yet',
    })
  if (force || stats === null) return
  const strangers = namesIn(folder, what).filter(name => {
    const rule = Object.hasOwn(own, name) ? own[name]! : null
    if (rule === null) return !/^\.(?:lock(?:-journal|-wal|-shm|-host)?|staging-.*)$/.test(name)
    return rule !== true && !namesIn(`${folder}/${name}`, what).every(inner => rule.test(inner))
  })
  if (strangers.length === 0) return
  const shown = strangers.slice(0, 3).map(name => `'${name}'`)
  const others = strangers.length > 3 ? ` and ${strangers.length - 3} more` : ''
  throw new TracewrightError('usage', `Cannot put ${what} into '${folder}': it holds other things, ${shown.join(', ')}${others}`, {
    hint: 'Name a folder that is empty or not there yet, or use --force (force: true) to put it between them',
  })
}

/** Whether nothing is there yet, or an empty folder. */
export function isFree(folder: string): boolean {
  const stats = statsOf(folder)
  return stats === null || (stats.isDirectory() && readdirSync(folder).length === 0)
}

/** The name under which a file grows until it is whole. A device or a pipe is written as it is. */
export function growingPath(path: string): string {
  const stats = statsOf(path)
  return stats === null || stats.isFile() || stats.isDirectory() ? `${path}.tmp` : path
}

/** Give a file that is whole its name. */
export function settle(growing: string, path: string): void {
  if (growing !== path) renameSync(growing, path)
}

/** Whether a path names a device or a pipe, which what is written goes through. */
export function isStream(path: string): boolean {
  return existsSync(path) && growingPath(path) === path
}

function statsOf(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null
  } catch {
    return null // what is wrong with the path is told where it is opened
  }
}

function namesIn(folder: string, what: string): string[] {
  try {
    return statSync(folder).isDirectory() ? readdirSync(folder) : ['']
  } catch (error) {
    throw new TracewrightError('file', `Cannot put ${what} into '${folder}': ${systemReason(error)}`, { cause: error })
  }
}
