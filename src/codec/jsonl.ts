import { closeSync, createReadStream, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { TracewrightError } from '../errors.ts'
import { isObject, type Json } from '../json.ts'
import type { Row } from '../row.ts'
import { systemReason } from '../system-error.ts'
import { defineCodec, type RowWriter } from './codec.ts'

/** Text is handed to the system in pieces of about this size. */
const BATCH_CHARACTERS = 1 << 20

class JsonlWriter implements RowWriter {
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
async function* linesOf(path: string): AsyncIterable<string> {
  let rest: Buffer[] = []
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    let from = 0
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      yield Buffer.concat([...rest, chunk.subarray(from, at)]).toString('utf8')
      rest = []
      from = at + 1
    }
    if (from < chunk.length) rest.push(chunk.subarray(from))
  }
  if (rest.length > 0) yield Buffer.concat(rest).toString('utf8')
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
      if (text.trim() === '') continue
      let value: Json
      try {
        value = JSON.parse(line === 1 ? text.replace(/^\uFEFF/, '') : text) as Json
      } catch (error) {
        throw new TracewrightError('file', `Cannot read rows: ${(error as Error).message}`, { where: `${path}:${line}`, cause: error })
      }
      if (!isObject(value))
        throw new TracewrightError('file', `Cannot read rows: found ${JSON.stringify(value)?.slice(0, 40)}, expected a JSON object`, {
          where: `${path}:${line}`,
        })
      yield value
    }
  },
})
