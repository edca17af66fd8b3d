import { closeSync, fsync, ftruncateSync, openSync, writeSync } from 'node:fs'
import { TracewrightError } from '../errors.ts'
import { writeJson } from '../json/exact.ts'
import type { JsonObject } from '../json/json.ts'
import { refuseIrregular } from './regular-file.ts'
import { type EntryPlace, entryAt, scanLog } from './scan-log.ts'

/**
 * JSON objects, one per line, only ever appended. An entry is in the file when `append` returns, so a killed process loses nothing it
 * was told is safe; what a kill tore off at the end is cut when the log is opened again, and a line that is damaged is passed over.
 */
export class AppendLog {
  private file: number
  private size: number
  private readonly soon: { bytes: Buffer; resolve(place: EntryPlace): void; reject(error: unknown): void }[] = []

  /** Open a log, making it where there is none. `onEntry` sees every whole entry there is. */
  constructor(path: string, onEntry: (entry: JsonObject, place: EntryPlace) => void = () => {}) {
    refuseIrregular(path, 'append to')
    this.file = openSync(path, 'a+')
    this.size = scanLog(this.file, onEntry)
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
  at(place: EntryPlace): JsonObject | null {
    return entryAt(this.file, place)
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
  [Symbol.dispose](): void {
    const { file } = this
    this.flush()
    this.file = CLOSED
    if (file !== CLOSED) closeSync(file)
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
    if (this.file === CLOSED) throw new TracewrightError('defect', 'Cannot append to a log: it was closed')
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
}

/** No file has this number. That of a file that was closed is soon another's. */
const CLOSED = -1
