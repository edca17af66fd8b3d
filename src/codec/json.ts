import { WholeFile } from '../disk/whole-file.ts'
import { TracewrightError } from '../errors.ts'
import { writeJson } from '../json/exact.ts'
import type { Row } from '../row.ts'
import { defineCodec, type RowFile, type RowWriter } from './codec.ts'
import { jsonl, rowOf } from './jsonl.ts'
import { chunksOf, openSlices, rowsOf, Slices } from './slices.ts'

class JsonWriter implements RowWriter {
  private readonly file: WholeFile
  private rows = 0

  constructor(path: string) {
    this.file = new WholeFile(path)
  }

  async write(row: Row): Promise<number> {
    const text = writeJson(row)
    this.file.write(`${this.rows++ === 0 ? '[' : ','}\n${text}`)
    return text.length
  }

  async close(): Promise<number> {
    this.file.write(this.rows === 0 ? '[]\n' : '\n]\n')
    this.file.close()
    return this.rows
  }

  async abort(): Promise<void> {
    this.file.abort()
  }
}

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c]
const OPENING = new Set([0x7b, 0x5b])
const CLOSING = new Set([0x7d, 0x5d])

/** Where the elements of the outermost list stand; null where the file is no list. */
async function slicesOfList(path: string): Promise<Slices | null> {
  const slices = new Slices()
  let [base, depth, start] = [0, 0, -1]
  let [inString, isEscaped] = [false, false]
  const end = (at: number) => {
    if (start >= 0) slices.add(start, at - start)
    start = -1
  }
  for await (const chunk of chunksOf(path)) {
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i]!
      if (isEscaped) isEscaped = false
      else if (inString) {
        if (byte === BACKSLASH) isEscaped = true
        else if (byte === QUOTE) inString = false
      } else if (byte <= 0x20 || byte >= 0x80) continue
      else if (depth === 0) {
        if (byte !== 0x5b) return null
        depth = 1
      } else if (depth === 1 && (byte === COMMA || CLOSING.has(byte))) {
        end(base + i)
        if (byte !== COMMA) depth--
      } else {
        if (start < 0) start = base + i
        if (byte === QUOTE) inString = true
        else if (OPENING.has(byte)) depth++
        else if (CLOSING.has(byte)) depth--
      }
    }
    base += chunk.length
  }
  if (depth > 0 || inString) throw new TracewrightError('file', 'Cannot read rows: the list is not complete', { where: path })
  return slices
}

export const json = defineCodec({
  name: 'json',
  extensions: ['.json'],
  description: 'One list of objects; a file of JSON Lines under this name is read too',
  mixed: 'kept',
  write: path => new JsonWriter(path),
  read: path => rowsOf(open(path)),
  open,
})

async function open(path: string): Promise<RowFile> {
  const slices = await slicesOfList(path)
  return slices === null ? jsonl.open(path) : openSlices(path, slices, text => rowOf(text, path))
}
