import { closeSync, fstatSync, fsync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs'
import { writeJson } from '../json/exact.ts'
import { refuseIrregular } from './regular-file.ts'

/**
 * JSON objects, one per line, appended to a file that is not read for it: what it takes does not grow with the file. A last line that was
 * torn off stands as one damaged line by itself. Whoever appends keeps others out.
 */
export class AppendFile implements Disposable {
  private readonly file: number
  private size: number

  constructor(path: string) {
    refuseIrregular(path, 'append to')
    this.file = openSync(path, 'a+')
    this.size = fstatSync(this.file).size
    const last = Buffer.alloc(1)
    const isTorn = this.size > 0 && readSync(this.file, last, 0, 1, this.size - 1) === 1 && last[0] !== 10
    if (isTorn) this.write('\n')
  }

  /** Bytes of the file. */
  get bytes(): number {
    return this.size
  }

  /** Add entries, all or none. */
  append(entries: readonly object[]): void {
    this.write(entries.map(entry => `${writeJson(entry)}\n`).join(''))
  }

  /** Resolves when everything in the file holds out against a power failure, too. */
  sync(): Promise<void> {
    return new Promise((resolve, reject) => fsync(this.file, error => (error === null ? resolve() : reject(error))))
  }

  [Symbol.dispose](): void {
    closeSync(this.file)
  }

  private write(text: string): void {
    const bytes = Buffer.from(text)
    try {
      for (let written = 0; written < bytes.length; ) written += writeSync(this.file, bytes, written)
    } catch (error) {
      ftruncateSync(this.file, this.size)
      throw error
    }
    this.size += bytes.length
  }
}
