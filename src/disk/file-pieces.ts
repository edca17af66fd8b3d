import { readSync } from 'node:fs'
import { closingFile } from './closing-file.ts'

/**
 * The bytes of an open file from one of them on, a piece at a time, and then the file is closed. A file may grow meanwhile: it is read
 * until nothing more comes. A piece is good until the next one is asked for, which may overwrite it.
 */
export function* piecesOf(file: number, start: number): Generator<Buffer> {
  using _file = closingFile(file)
  // One buffer for each file that is being read: while one is read, others may be looked into.
  const buffer = idle.pop() ?? Buffer.allocUnsafeSlow(PIECE_BYTES)
  try {
    for (let at = start; ; ) {
      const length = readSync(file, buffer, 0, PIECE_BYTES, at)
      if (length === 0) return
      at += length
      yield length === PIECE_BYTES ? buffer : buffer.subarray(0, length)
    }
  } finally {
    if (idle.length < MAX_IDLE) idle.push(buffer)
  }
}

/** Bytes read at a time: large enough that the number of reads does not matter, small enough to have many files open. */
const PIECE_BYTES = 1 << 16

/** Buffers that no file is being read into; to allocate one for each piece takes longer than to read it. */
const idle: Buffer[] = []

/** So many are kept for the next files. */
const MAX_IDLE = 4
