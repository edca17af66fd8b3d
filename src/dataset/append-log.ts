import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs'
import { isObject, type JsonObject, parseJson } from '../json.ts'

const CHUNK_BYTES = 1 << 20

/** Where an entry stands in the log. */
export type EntryPlace = { offset: number; length: number }

/**
 * JSON objects, one per line, only ever appended. An entry is in the file when `append` returns, so a killed process loses nothing it
 * was told is safe; what a kill tore off at the end is cut when the log is opened again, and a line that is damaged is passed over.
 */
export class AppendLog {
  private readonly file: number
  private size: number

  /** Open a log, making it where there is none. `onEntry` sees every whole entry there is. */
  constructor(path: string, onEntry: (entry: JsonObject, place: EntryPlace) => void = () => {}) {
    this.file = openSync(path, 'a+')
    this.size = this.scan(onEntry)
    ftruncateSync(this.file, this.size)
  }

  /** Bytes of whole lines. */
  get bytes(): number {
    return this.size
  }

  /** Add an entry. */
  append(entry: JsonObject): EntryPlace {
    const bytes = Buffer.from(`${JSON.stringify(entry)}\n`)
    for (let written = 0; written < bytes.length; ) written += writeSync(this.file, bytes, written)
    const place = { offset: this.size, length: bytes.length - 1 }
    this.size += bytes.length
    return place
  }

  /** Read an entry back; null where there is none at this place. */
  at({ offset, length }: EntryPlace): JsonObject | null {
    const bytes = Buffer.allocUnsafe(length)
    const entry = parseJson(bytes.toString('utf8', 0, readSync(this.file, bytes, 0, length, offset)))
    return isObject(entry) ? entry : null
  }

  /** Take back what was appended behind a place that was recorded earlier. */
  truncate(bytes: number): void {
    if (bytes >= this.size) return
    ftruncateSync(this.file, bytes)
    this.size = bytes
  }

  /** Hold out against a power failure, too. */
  sync(): void {
    fsyncSync(this.file)
  }

  /** Let go of the file. */
  close(): void {
    closeSync(this.file)
  }

  /** Byte after the last whole line. */
  private scan(onEntry: (entry: JsonObject, place: EntryPlace) => void): number {
    const total = fstatSync(this.file).size
    let rest = Buffer.alloc(0)
    let start = 0 // offset of `rest` in the file
    for (let at = 0; at < total; ) {
      const piece = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, total - at))
      const length = readSync(this.file, piece, 0, piece.length, at)
      if (length === 0) break
      at += length
      rest = rest.length === 0 ? piece.subarray(0, length) : Buffer.concat([rest, piece.subarray(0, length)])
      let from = 0
      for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10, from)) {
        const entry = parseJson(rest.toString('utf8', from, end))
        if (isObject(entry)) onEntry(entry, { offset: start + from, length: end - from })
        from = end + 1
      }
      rest = rest.subarray(from)
      start += from
    }
    return start
  }
}
