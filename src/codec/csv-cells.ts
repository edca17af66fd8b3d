import { chunksOf, Slices } from './slices.ts'

/** One cell of a record; quotes tell empty text from nothing. */
export type Cell = { text: string; isQuoted: boolean }

const [QUOTE, LF] = [0x22, 0x0a]

/** Where the records of a CSV file stand, but for the first, which has the names. Shows each record's cells, the names first. */
export async function csvSlices(path: string, show: (cells: Cell[], record: number) => void): Promise<Slices> {
  const slices = new Slices()
  let pieces: Buffer[] = []
  let [offset, length, record] = [0, 0, 0]
  let inQuotes = false
  const end = (last: Buffer, ended: boolean) => {
    const bytes = pieces.length === 0 ? last : Buffer.concat([...pieces, last])
    const text = bytes.toString('utf8')
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
    for (let i = 0; i < chunk.length; i++) {
      if (chunk[i] === QUOTE) inQuotes = !inQuotes
      else if (chunk[i] === LF && !inQuotes) {
        end(chunk.subarray(from, i), true)
        from = i + 1
      }
    }
    if (from < chunk.length) {
      pieces.push(chunk.subarray(from))
      length += chunk.length - from
    }
  }
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
    cells.push({ text: text.slice(at + 1, end).replaceAll('""', '"'), isQuoted: true })
    at = (comma < 0 ? text.length : comma) + 1
  }
  return cells
}
