import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { TracewrightError } from '../errors.ts'
import { isObject, type Json } from '../json.ts'
import type { Row } from '../row.ts'
import { systemReason } from '../system-error.ts'
import { defineCodec, type RowWriter } from './codec.ts'
import { openSlices, Slices, slicesAtLineFeeds } from './slices.ts'

/** Text is handed to the system in pieces of about this size. */
const BATCH_CHARACTERS = 1 << 20

/** Writes rows as lines of JSON, to a name beside the file's until it is whole. */
export class JsonlWriter implements RowWriter {
  private readonly path: string
  private readonly file: number
  private isOpen = true
  private batch: string[] = []
  private waiting = 0
  private rows = 0

  constructor(path: string) {
    this.path = path
    this.file = this.guarded(() => openSync(`${path}.tmp`, 'w'))
  }

  async write(row: Row): Promise<number> {
    const text = JSON.stringify(row)
    this.rows++
    this.batch.push(text, '\n')
    this.waiting += text.length
    if (this.waiting >= BATCH_CHARACTERS) this.flush()
    return text.length
  }

  async copy(line: Iterable<Buffer>): Promise<void> {
    this.rows++
    this.flush()
    for (const piece of line) this.put(piece)
  }

  async close(): Promise<number> {
    this.flush()
    this.guarded(() => {
      fsyncSync(this.file)
      this.letGo()
      renameSync(`${this.path}.tmp`, this.path)
    })
    return this.rows
  }

  async abort(): Promise<void> {
    this.letGo()
    rmSync(`${this.path}.tmp`, { force: true })
  }

  private flush(): void {
    const bytes = Buffer.from(this.batch.join(''))
    this.batch = []
    this.waiting = 0
    this.put(bytes)
  }

  private put(bytes: Buffer): void {
    this.guarded(() => {
      for (let written = 0; written < bytes.length; ) written += writeSync(this.file, bytes, written)
    })
  }

  private letGo(): void {
    if (this.isOpen) closeSync(this.file)
    this.isOpen = false
  }

  private guarded<T>(action: () => T): T {
    try {
      return action()
    } catch (error) {
      throw new TracewrightError('file', `Cannot write '${this.path}': ${systemReason(error)}`, { cause: error })
    }
  }
}

/** Lines of a file, split at LF alone; nothing but the current line is held. */
export async function* linesOf(path: string): AsyncIterable<string> {
  for await (const { bytes } of slicesAtLineFeeds(path)) yield bytes.toString('utf8')
}

export const jsonl = defineCodec({
  name: 'jsonl',
  extensions: ['.jsonl', '.ndjson'],
  description: 'One JSON object per line',
  write: path => new JsonlWriter(path),
  async *read(path) {
    let line = 0
    for await (const text of linesOf(path)) {
      line++
      if (text.trim() !== '') yield rowOf(text, `${path}:${line}`)
    }
  },
  async open(path) {
    const slices = new Slices()
    for await (const { bytes, offset } of slicesAtLineFeeds(path)) if (!isBlank(bytes)) slices.add(offset, bytes.length)
    return openSlices(path, slices, text => rowOf(text, path))
  },
})

/** The row that a JSON text is. Throws where it is none. */
export function rowOf(text: string, where: string): Row {
  let value: Json
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, '')) as Json
  } catch (error) {
    throw new TracewrightError('file', `Cannot read rows: ${(error as Error).message}`, { where, cause: error })
  }
  if (isObject(value)) return value
  throw new TracewrightError('file', `Cannot read rows: found ${JSON.stringify(value)?.slice(0, 40)}, expected a JSON object`, { where })
}

function isBlank(bytes: Buffer): boolean {
  return bytes.length < 64 && bytes.toString('latin1').trim() === ''
}
