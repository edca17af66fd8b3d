import { readSync } from 'node:fs'
import { closingFile } from '../../disk/closing-file.ts'
import { openToRead } from '../../disk/regular-file.ts'

/** The bytes of a line that waits in a file, a piece at a time. A piece may be kept: it is not reused. */
export function* linesIn({ file, offset, length }: { file: string; offset: number; length: number }): Iterable<Buffer> {
  const input = openToRead(file)
  using _input = closingFile(input)
  for (let at = 0; at < length; ) {
    const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, length - at))
    const read = readSync(input, piece, 0, piece.length, offset + at)
    if (read === 0) return
    at += read
    yield piece.subarray(0, read)
  }
}

const PIECE_BYTES = 1 << 20
