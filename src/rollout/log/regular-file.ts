import { closeSync, constants, fstatSync, openSync, type Stats } from 'node:fs'
import { TracewrightError } from '../../errors.ts'

/** Opens a regular file to read, and nothing else: a pipe or a device beside a log would wait for ever, or never end. */
export function openRegular(path: string, flags = 0): number {
  // Not there on Windows, where there are no such files.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | flags)
  const kind = kindOf(fstatSync(file))
  if (kind === null) return file
  closeSync(file)
  throw new TracewrightError('rollout', `Cannot read '${path}': found ${kind}, expected a regular file`)
}

/** What a thing in a folder is that is no regular file; null for one. */
export function kindOf(stats: Stats): string | null {
  if (stats.isFile()) return null
  if (stats.isDirectory()) return 'a folder'
  if (stats.isFIFO()) return 'a named pipe'
  if (stats.isSocket()) return 'a socket'
  return stats.isCharacterDevice() || stats.isBlockDevice() ? 'a device' : 'something else'
}
