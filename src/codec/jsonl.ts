import { WholeFile } from '../disk/whole-file.ts'
import { TracewrightError } from '../errors.ts'
import { isObject, type Json } from '../json/json.ts'
import type { Row } from '../row.ts'
import { defineCodec, type RowWriter } from './codec.ts'
import { openSlices, Slices, slicesAtLineFeeds } from './slices.ts'

/** Writes rows as lines of JSON, to a name beside the file's until it is whole. */
export class JsonlWriter implements RowWriter {
  private readonly file: WholeFile
  private rows = 0

  constructor(path: string) {
    this.file = new WholeFile(path)
  }

  async write(row: Row): Promise<number> {
    const text = JSON.stringify(row)
    this.rows++
    this.file.write(`${text}\n`)
    return text.length
  }

  async close(): Promise<number> {
    this.file.close()
    return this.rows
  }

  async abort(): Promise<void> {
    this.file.abort()
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
