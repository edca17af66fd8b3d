import { closeSync, fstatSync, fsync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs'
import { readJsonOr, writeJson } from '../json/exact.ts'
import { isObject, type JsonObject } from '../json/json.ts'
import { refuseIrregular } from './regular-file.ts'

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
  private readonly soon: { bytes: Buffer; resolve(place: EntryPlace): void; reject(error: unknown): void }[] = []

  /** Open a log, making it where there is none. `onEntry` sees every whole entry there is. */
  constructor(path: string, onEntry: (entry: JsonObject, place: EntryPlace) => void = () => {}) {
    refuseIrregular(path, 'append to')
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
    const bytes = Buffer.from(`${writeJson(entry)}\n`)
    return this.write(bytes, bytes.length)
  }

  /** Add an entry together with others of the same moment; it is in the file when the promise resolves. */
  appendSoon(entry: JsonObject): Promise<EntryPlace> {
    const bytes = Buffer.from(`${writeJson(entry)}\n`)
    return new Promise((resolve, reject) => {
      if (this.soon.length === 0) setImmediate(() => this.flush())
      this.soon.push({ bytes, resolve, reject })
    })
  }

  /** Read an entry back; null where there is none at this place. */
  at({ offset, length }: EntryPlace): JsonObject | null {
    const bytes = Buffer.allocUnsafe(length)
    const entry = readJsonOr(bytes.toString('utf8', 0, readSync(this.file, bytes, 0, length, offset)))
    return isObject(entry) ? entry : null
  }

  /** Take back what was appended behind a place that was recorded earlier. */
  truncate(bytes: number): void {
    if (bytes >= this.size) return
    ftruncateSync(this.file, bytes)
    this.size = bytes
  }

  /** Resolves when everything in the file holds out against a power failure, too. */
  sync(): Promise<void> {
    return new Promise((resolve, reject) => fsync(this.file, error => (error === null ? resolve() : reject(error))))
  }

  /** Let go of the file. */
  close(): void {
    this.flush()
    closeSync(this.file)
  }

  /** Write what waits, at once. */
  private flush(): void {
    const entries = this.soon.splice(0)
    if (entries.length === 0) return
    try {
      let { offset } = this.write(Buffer.concat(entries.map(({ bytes }) => bytes)), 0)
      for (const { bytes, resolve } of entries) {
        resolve({ offset, length: bytes.length - 1 })
        offset += bytes.length
      }
    } catch (error) {
      for (const { reject } of entries) reject(error)
    }
  }

  private write(bytes: Buffer, length: number): EntryPlace {
    const place = { offset: this.size, length: length - 1 }
    try {
      for (let written = 0; written < bytes.length; ) written += writeSync(this.file, bytes, written)
    } catch (error) {
      ftruncateSync(this.file, this.size) // half an entry would spoil the next one
      throw error
    }
    this.size += bytes.length
    return place
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
        const entry = readJsonOr(rest.toString('utf8', from, end))
        if (isObject(entry)) onEntry(entry, { offset: start + from, length: end - from })
        from = end + 1
      }
      rest = rest.subarray(from)
      start += from
    }
    return start
  }
}
