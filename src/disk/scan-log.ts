import { fstatSync, readSync } from 'node:fs'
import { readJsonOr } from '../json/exact.ts'
import { isObject, type JsonObject } from '../json/json.ts'

/** Where an entry stands in a log. */
export type EntryPlace = { offset: number; length: number }

/**
 * Go through the whole lines of a log of JSON objects, and change nothing: another process may be writing it. A damaged line is passed
 * over. Gives the byte after the last whole line.
 */
export function scanLog(file: number, onEntry: (entry: JsonObject, place: EntryPlace) => void): number {
  const total = fstatSync(file).size
  let rest = Buffer.alloc(0)
  let start = 0 // offset of `rest` in the file
  for (let at = 0; at < total; ) {
    const piece = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, total - at))
    const length = readSync(file, piece, 0, piece.length, at)
    if (length === 0) break
    at += length
    rest = rest.length === 0 ? piece.subarray(0, length) : Buffer.concat([rest, piece.subarray(0, length)])
    let from = 0
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10, from)) {
      const entry = readJsonOr(rest.toString('utf8', from, end))
      if (isObject(entry)) onEntry(entry, { offset: start + from, length: end - from })
      from = end + 1
    }
    rest = rest.subarray(from)
    start += from
  }
  return start
}

/** Read an entry; null where there is none at this place. */
export function entryAt(file: number, { offset, length }: EntryPlace): JsonObject | null {
  const bytes = Buffer.allocUnsafe(length)
  const entry = readJsonOr(bytes.toString('utf8', 0, readSync(file, bytes, 0, length, offset)))
  return isObject(entry) ? entry : null
}

const CHUNK_BYTES = 1 << 20
