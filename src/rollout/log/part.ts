import { readSync } from 'node:fs'
import type { OpenFile } from '../../disk/regular-file.ts'

/** Bytes of a file from one of them on, fewer where it ends before. */
export function readPart(opened: OpenFile, start: number, bytes: number): Buffer {
  const part = viewPart(opened, start, bytes)
  return part.buffer === buffer.buffer ? Buffer.from(part) : part
}

/** The same, to be looked at at once: the next part that is read may overwrite it. */
export function viewPart({ file, size }: OpenFile, start: number, bytes: number): Buffer {
  const part = bytes <= buffer.length ? buffer : Buffer.allocUnsafe(bytes)
  let length = 0
  while (length < bytes) {
    const read = readSync(file, part, length, bytes - length, start + length)
    length += read
    // Where it ended when it was opened nothing more is asked for: a call more for each of very many files.
    if (read === 0 || start + length === size) break
  }
  return part.subarray(0, length)
}

/** Parts are read into this before they are copied at their own size: most files are smaller than what is asked of them. */
const buffer = Buffer.allocUnsafeSlow(1 << 16)
