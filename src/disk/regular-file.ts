import { closeSync, constants, fstatSync, openSync, type Stats, statSync } from 'node:fs'
import { TracewrightError } from '../errors.ts'

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

/** Pipes that are open already: what a shell hands over with `<(…)` or `|` has a writer. */
const HANDED_OVER = /^\/(?:dev\/(?:fd\/|stdin$)|proc\/self\/fd\/)/

/** Throws where a path names a pipe, a socket or a device: opening it would wait for ever, or never end. `what`: what was attempted. */
export function refuseIrregular(path: string, what: string): void {
  const stats = statSync(path, { throwIfNoEntry: false })
  const kind = stats === undefined || stats.isDirectory() ? null : kindOf(stats)
  if (kind !== null) throw new TracewrightError('file', `Cannot ${what} '${path}': found ${kind}, expected a regular file`)
}

/** The same of a text that is read once and whole, which a shell may hand over through a pipe. */
export function refuseUnending(path: string, what: string): void {
  if (!HANDED_OVER.test(path)) refuseIrregular(path, what)
}
