import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { closeSync, openSync, readSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeFolder } from '../disk/made-folders.ts'
import type { PagedNumbers } from '../disk/paged-numbers.ts'
import { writeAll } from '../disk/write-all.ts'
import type { Caught } from './known-values.ts'

/**
 * Values that were caught, by number of the row, in a file. They are what must not be published: the file lies beside what is going to be, so
 * that it is enciphered, with a key that this process alone knows. Left behind by a process that was killed it tells nothing.
 */
export class CaughtFile {
  private readonly path: string
  private readonly places: PagedNumbers // by row where its values stand, and how many bytes they are
  private readonly key = randomBytes(32)
  private file: number | null = null
  private bytes = 0

  /** `places`: empty, and closed with the file. */
  constructor(path: string, places: PagedNumbers) {
    this.path = path
    this.places = places
  }

  set(row: number, caught: readonly Caught[]): void {
    if (this.file === null) {
      makeFolder(dirname(this.path))
      this.file = openSync(this.path, 'w+', 0o600)
    }
    const cipher = createCipheriv('aes-256-ctr', this.key, ivOf(this.bytes))
    const text = cipher.update(JSON.stringify(caught), 'utf8')
    writeAll(this.file, text)
    this.places.set(2 * row, this.bytes)
    this.places.set(2 * row + 1, text.length)
    this.bytes += text.length
  }

  get(row: number): readonly Caught[] | undefined {
    const text = Buffer.alloc(this.places.get(2 * row + 1))
    if (text.length === 0) return undefined
    for (let done = 0; done < text.length; ) done += readSync(this.file!, text, done, text.length - done, this.places.get(2 * row) + done)
    const decipher = createDecipheriv('aes-256-ctr', this.key, ivOf(this.places.get(2 * row)))
    return JSON.parse(decipher.update(text).toString('utf8')) as Caught[]
  }

  /** Take the file away. */
  [Symbol.dispose](): void {
    this.places[Symbol.dispose]()
    if (this.file === null) return
    closeSync(this.file)
    this.file = null
    rmSync(this.path, { force: true })
  }
}

/** What stands at each place of the file has a stretch of the stream of its own. */
function ivOf(place: number): Buffer {
  const iv = Buffer.alloc(16)
  iv.writeBigUInt64BE(BigInt(place))
  return iv
}
