import { WholeFile } from '../disk/whole-file.ts'
import { TracewrightError } from '../errors.ts'
import { readJson, writeJson } from '../json/exact.ts'
import { isObject, type Json } from '../json/json.ts'
import type { Row } from '../row.ts'
import type { StoreTypes } from '../store-type.ts'
import { defineCodec, type RowFile, type RowWriter } from './codec.ts'
import { jsonTextOf, withValues } from './json-text.ts'
import { openSlices, Slices, slicesAtLineFeeds } from './slices.ts'
import { decodeRow, encodeRow, type StoreChanges } from './store-value.ts'

/** Writes rows as lines of JSON, to a name beside the file's until it is whole. */
export class JsonlWriter implements RowWriter {
  private readonly file: WholeFile
  private readonly types: StoreTypes | null
  private readonly changes: StoreChanges = { replacedSurrogates: 0, mistyped: 0 }
  private rows = 0

  /** `types`: what has no fixed shape by them becomes JSON text. */
  constructor(path: string, types: StoreTypes | null = null) {
    this.file = new WholeFile(path)
    this.types = types
  }

  async write(row: Row): Promise<number> {
    const text = writeJson(this.types === null ? row : encodeRow(row, this.types, this.changes, jsonTextOf))
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

/** JSON Lines: one object per line. */
export const jsonl = defineCodec({
  name: 'jsonl',
  extensions: ['.jsonl', '.ndjson'],
  description: 'One JSON object per line',
  mixed: 'kept',
  stage: 'lines',
  write: (path, { types, nested } = {}) => new JsonlWriter(path, nested === true ? null : (types ?? null)),
  async *read(path) {
    let line = 0
    for await (const text of linesOf(path)) {
      line++
      if (text.trim() !== '') yield rowOf(withValues(text), `${path}:${line}`)
    }
  },
  open: path => openLines(path),
})

/** The rows of a file of lines by number. `types`: what its lines were written as, where a dataset says so. */
export async function openLines(path: string, types: StoreTypes | null = null): Promise<RowFile> {
  const slices = new Slices()
  for await (const { bytes, offset } of slicesAtLineFeeds(path)) if (!isBlank(bytes)) slices.add(offset, bytes.length)
  return openSlices(path, slices, (text, index) => {
    const where = `${path}, row ${index + 1}`
    return types === null ? rowOf(withValues(text), where) : decodeRow(rowOf(text, where), types)
  })
}

/** The row that a JSON text is. Throws where it is none. */
export function rowOf(text: string, where: string): Row {
  let value: Json
  try {
    value = readJson(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    throw new TracewrightError('file', `Cannot read rows: ${(error as Error).message}`, { where, cause: error })
  }
  if (isObject(value)) return value
  throw new TracewrightError('file', `Cannot read rows: found ${writeJson(value)?.slice(0, 40)}, expected a JSON object`, { where })
}

function isBlank(bytes: Buffer): boolean {
  return bytes.length < 64 && bytes.toString('latin1').trim() === ''
}
