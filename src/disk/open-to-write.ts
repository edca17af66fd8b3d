import { constants, openSync, statSync } from 'node:fs'
import { TracewrightError } from '../errors.ts'
import { closingFile } from './closing-file.ts'

/**
 * Opens a file to write it anew. A named pipe is written to where somebody reads it; else it is refused, for opening it would wait for a
 * reader, and no signal would be heard meanwhile.
 */
export function openToWrite(path: string): number {
  if (statSync(path, { throwIfNoEntry: false })?.isFIFO() !== true) return openSync(path, 'w')
  using _probe = closingFile(openWithReader(path)) // is there until it is opened anew: a reader sees no end of the pipe between them
  return openSync(path, 'w')
}

function openWithReader(path: string): number {
  try {
    return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENXIO') throw error
    throw new TracewrightError('file', `Cannot write '${path}': found a named pipe that nobody reads`, {
      hint: 'Start what reads it first, or name a file',
      cause: error,
    })
  }
}
