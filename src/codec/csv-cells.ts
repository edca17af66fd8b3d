import { utf8Of } from '../disk/decode-text.ts'
import { TracewrightError } from '../errors.ts'
import { chunksOf, Slices } from './slices.ts'

/** One cell of a record; quotes tell empty text from nothing. */
export type Cell = { text: string; isQuoted: boolean }

const [QUOTE, COMMA, LF] = [0x22, 0x2c, 0x0a]
const BYTE_ORDER_MARK = Buffer.from('\ufeff')

/** Where in a record a byte stands. A quote opens a cell only at its beginning, as in a spreadsheet or in Python; elsewhere it is a letter. */
const [START, PLAIN, QUOTED, CLOSED] = [0, 1, 2, 3]

/** Where the records of a CSV file stand, but for the first, which has the names. Shows each record's cells, the names first. */
export async function csvSlices(path: string, show: (cells: Cell[], record: number) => void): Promise<Slices> {
  const slices = new Slices()
  let pieces: Buffer[] = []
  let [offset, length, record, line] = [0, 0, 0, 1]
  let state = START
  const end = (last: Buffer, ended: boolean) => {
    const bytes = pieces.length === 0 ? last : Buffer.concat([...pieces, last])
    const text = utf8Of(bytes, 'read rows', { path, offset, line })
    line += 1 + (text.includes('\n') ? text.split('\n').length - 1 : 0)
    if (text.trim() !== '') {
      show(cellsOf(record === 0 ? text.replace(/^\uFEFF/, '') : text), record)
      if (record++ > 0) slices.add(offset, bytes.length)
    }
    offset += length + last.length + (ended ? 1 : 0)
    pieces = []
    length = 0
  }
  for await (const chunk of chunksOf(path)) {
    let from = 0
    const isFirst = offset === 0 && length === 0 && record === 0
    for (let i = isFirst && chunk.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0; i < chunk.length; i++) {
      const byte = chunk[i]
      if (state === QUOTED) {
        if (byte === QUOTE) state = CLOSED
      } else if (byte === QUOTE) state = state === PLAIN ? PLAIN : QUOTED
      else if (byte === COMMA) state = START
      else if (byte === LF) {
        end(chunk.subarray(from, i), true)
        from = i + 1
        state = START
      } else state = PLAIN
    }
    if (from < chunk.length) {
      pieces.push(chunk.subarray(from))
      length += chunk.length - from
    }
  }
  if (state === QUOTED)
    throw new TracewrightError(
      'file',
      'Cannot read rows: found a quote that nothing closes, which takes the rest of the file into one cell',
      {
        where: `${path}, record ${record}`,
        hint: 'Close it, or double it where it is meant as a letter of a quoted cell',
      },
    )
  if (length > 0) end(Buffer.alloc(0), false)
  return slices
}

/** The cells of a record. */
export function cellsOf(record: string): Cell[] {
  const text = record.endsWith('\r') ? record.slice(0, -1) : record
  const cells: Cell[] = []
  for (let at = 0; at <= text.length; ) {
    if (text[at] !== '"') {
      const comma = text.indexOf(',', at)
      const end = comma < 0 ? text.length : comma
      cells.push({ text: text.slice(at, end), isQuoted: false })
      at = end + 1
      continue
    }
    let end = at + 1
    for (;;) {
      end = text.indexOf('"', end)
      if (end < 0) end = text.length
      if (text[end + 1] !== '"') break
      end += 2
    }
    const comma = text.indexOf(',', end)
    const next = comma < 0 ? text.length : comma
    // What stands behind the quote belongs to the cell all the same.
    cells.push({ text: `${text.slice(at + 1, end).replaceAll('""', '"')}${text.slice(end + 1, next)}`, isQuoted: true })
    at = next + 1
  }
  return cells
}
