import { closeSync, constants, fstatSync, openSync, type Stats, statSync } from 'node:fs'
import { TracewrightError } from '../errors.ts'

/** A file that was opened to read, and how many bytes it held then. */
export type OpenFile = {
  /** As the system numbers it. */
  file: number
  /** In bytes. */
  size: number
}

/** Opens a regular file to read, and nothing else: a pipe or a device beside a log would wait for ever, or never end. */
export function openRegular(path: string, flags = 0): OpenFile {
  // Not there on Windows, where there are no such files.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | flags)
  const stats = fstatSync(file)
  const kind = kindOf(stats)
  if (kind === null) return { file, size: stats.size }
  closeSync(file)
  throw new IrregularFile(path, kind)
}

/** The same, where its size is of no matter. */
export function openToRead(path: string): number {
  return openRegular(path).file
}

/** A path names a pipe, a socket, a device or a folder, where a file was to be read. */
export class IrregularFile extends TracewrightError {
  /** What was found and expected, for who says what was attempted. */
  readonly reason: string

  constructor(path: string, kind: string) {
    const reason = `found ${kind}, expected a regular file`
    super('file', `Cannot read '${path}': ${reason}`)
    this.reason = reason
  }
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

/** Whether a path names a pipe that a shell hands over: it has a writer, and ends. */
export function isHandedOver(path: string): boolean {
  return HANDED_OVER.test(path)
}

/** Throws where a path names a pipe, a socket or a device: opening it would wait for ever, or never end. `what`: what was attempted. */
export function refuseIrregular(path: string, what: string): void {
  const stats = statSync(path, { throwIfNoEntry: false })
  const kind = stats === undefined || stats.isDirectory() ? null : kindOf(stats)
  if (kind !== null) throw new TracewrightError('file', `Cannot ${what} '${path}': found ${kind}, expected a regular file`)
}

/** The same of a text that is read once and whole, which a shell may hand over through a pipe. */
export function refuseUnending(path: string, what: string): void {
  if (!isHandedOver(path)) refuseIrregular(path, what)
}
