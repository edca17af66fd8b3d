import { writeSync } from 'node:fs'

/** Write all of some bytes to an open file, at its end or from a position on: the system may take a part of them at a time. */
export function writeAll(file: number, bytes: Buffer, position: number | null = null): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at, position === null ? null : position + at)
}
