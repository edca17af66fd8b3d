import { once } from 'node:events'
import { createReadStream, createWriteStream, type WriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { TracewrightError } from '../errors.ts'
import { isObject, type Json } from '../json.ts'
import type { Row } from '../row.ts'
import { defineCodec, type RowWriter } from './codec.ts'

class JsonlWriter implements RowWriter {
  private readonly path: string
  private readonly stream: WriteStream
  private rows = 0
  private failed: Error | null = null

  constructor(path: string) {
    this.path = path
    this.stream = createWriteStream(`${path}.tmp`)
    this.stream.on('error', error => {
      this.failed = error
    })
  }

  async write(row: Row): Promise<number> {
    this.check()
    this.rows++
    const text = JSON.stringify(row)
    if (!this.stream.write(`${text}\n`)) await Promise.race([once(this.stream, 'drain'), once(this.stream, 'close')])
    this.check()
    return text.length
  }

  async close(): Promise<number> {
    this.check()
    this.stream.end()
    if (!this.stream.closed) await once(this.stream, 'close')
    this.check()
    await rename(`${this.path}.tmp`, this.path)
    return this.rows
  }

  async abort(): Promise<void> {
    this.stream.destroy()
    await rm(`${this.path}.tmp`, { force: true })
  }

  private check(): void {
    if (this.failed !== null)
      throw new TracewrightError(
        'file',
        `Cannot write '${this.path}': ${(this.failed as NodeJS.ErrnoException).code ?? this.failed.message}`,
        { cause: this.failed },
      )
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
