import { readSync, rmSync } from 'node:fs'
import { closingFile } from '../disk/closing-file.ts'
import { openToWrite } from '../disk/open-to-write.ts'
import { growingPath, settle } from '../disk/overwrite.ts'
import { openToRead } from '../disk/regular-file.ts'
import { syncFile } from '../disk/sync.ts'
import { writeAll } from '../disk/write-all.ts'
import { TracewrightError } from '../errors.ts'
import { readJsonOr, writeJson } from '../json/exact.ts'
import type { Json } from '../json/json.ts'
import { Float, numberOf } from '../json/number.ts'
import { ownValue, setOwn } from '../json/own.ts'
import type { Row } from '../row.ts'
import { systemReason } from '../system-error.ts'
import { defineCodec, type RowFile, type RowWriter } from './codec.ts'
import { type Cell, cellsOf, csvSlices } from './csv-cells.ts'
import { JsonlWriter, jsonl } from './jsonl.ts'
import { openSlices, rowsOf } from './slices.ts'

/** What all cells of a column that are not empty can be read as; words of infinities count as numbers beside numbers alone. */
type Kind = 'integer' | 'number' | 'infinite' | 'boolean' | 'json' | 'text'

/** Columns are known when all rows are: rows wait beside the file as lines of JSON. */
class CsvWriter implements RowWriter {
  private readonly path: string
  private readonly lines: JsonlWriter
  private readonly columns = new Set<string>()
  private readonly guards: boolean

  constructor(path: string, columns: readonly string[], guards: boolean) {
    this.path = path
    this.guards = guards
    this.lines = this.asideOf(path)
    for (const column of columns) this.columns.add(column)
  }

  private asideOf(path: string): JsonlWriter {
    try {
      return new JsonlWriter(`${path}.rows`)
    } catch (error) {
      throw new TracewrightError('file', `Cannot write '${path}': ${systemReason((error as Error).cause)}`, { cause: error })
    }
  }

  async write(row: Row): Promise<number> {
    let written = row
    for (const column in row) {
      this.columns.add(column)
      const word = infinityWord(row[column]!)
      if (word === null) continue
      if (written === row) written = { ...row }
      setOwn(written, column, word)
    }
    return this.lines.write(written)
  }

  async close(): Promise<number> {
    const rows = await this.lines.close()
    const growing = growingPath(this.path)
    try {
      const file = openToWrite(growing)
      {
        using _file = closingFile(file)
        const columns = [...this.columns]
        const guard = this.guards ? guarded : (text: string) => text
        const names = columns.map(column => (this.guards ? inQuotes(guard(column)) : quotedCell(column)))
        writeAll(file, Buffer.from(`${this.guards ? BYTE_ORDER_MARK : ''}${lineOf(names)}`))
        for await (const row of jsonl.read(`${this.path}.rows`))
          writeAll(file, Buffer.from(lineOf(columns.map(column => cellOf(ownValue(row, column) ?? null, guard)))))
        syncFile(file)
      }
      settle(growing, this.path)
    } catch (error) {
      throw new TracewrightError('file', `Cannot write '${this.path}': ${systemReason(error)}`, { cause: error })
    } finally {
      rmSync(`${this.path}.rows`, { force: true })
      if (growing !== this.path) rmSync(growing, { force: true })
    }
    return rows
  }

  async abort(): Promise<void> {
    await this.lines.abort()
  }
}

function lineOf(cells: string[]): string {
  return `${cells.join(',')}\r\n`
}

function cellOf(value: Json, guard: (text: string) => string): string {
  if (value === null) return ''
  // Of a number that is negative nothing is to be feared.
  return quotedCell(typeof value === 'string' && value !== '-inf' ? guard(value) : typeof value === 'string' ? value : writeJson(value))
}

/** The word of an infinity, as pandas writes it: the lines in which rows wait have none. */
function infinityWord(value: Json): string | null {
  const number = value instanceof Float ? value.value : value
  return number === Infinity ? 'inf' : number === -Infinity ? '-inf' : null
}

/**
 * What tells a file whose texts were marked: it begins with the mark that spreadsheets look for, and all its names are in quotes, which
 * they are in no other file of this program.
 */
const BYTE_ORDER_MARK = '\ufeff'

/** Spreadsheets take what begins so for a formula, some behind white space; a mark of our own is doubled. */
const FORMULA = /^(?:'|[\s\u0000]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n])/

function guarded(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text
}

function unguarded(text: string): string {
  return text.startsWith("'") ? text.slice(1) : text
}

/** Empty text is quoted, nothing at all is not. */
function quotedCell(text: string): string {
  return text === '' || /[",\r\n]|^\s|\s$/.test(text) ? inQuotes(text) : text
}

function inQuotes(text: string): string {
  return `"${text.replaceAll('"', '""')}"`
}

export const csv = defineCodec({
  name: 'csv',
  extensions: ['.csv'],
  description: 'Text with commas: nested values as JSON; a column of numbers, of true and false, or of JSON is read as such',
  mixed: 'text',
  write: (path, options = {}) => new CsvWriter(path, Object.keys(options.types ?? {}), options.guardsFormulas ?? false),
  read: path => rowsOf(open(path)),
  open,
})

async function open(path: string): Promise<RowFile> {
  let columns: string[] | null = null
  const kinds: (Kind | null)[] = []
  const hasMark = beginsWithMark(path)
  let plain = (text: string) => text
  const slices = await csvSlices(path, (cells, record) => {
    if (columns === null) {
      if (hasMark && cells.every(({ isQuoted }) => isQuoted)) plain = unguarded
      columns = distinct(cells.map(({ text }) => plain(text)))
    } else {
      if (cells.length !== columns.length)
        throw new TracewrightError('file', `Cannot read rows: found ${cells.length} cells, expected ${columns.length}`, {
          where: `${path}, record ${record}`,
        })
      cells.forEach((cell, i) => {
        if (cell.text !== '') kinds[i] = widened(kinds[i] ?? null, plain(cell.text))
      })
    }
  })
  const names: string[] = columns ?? []
  const rowOf = (text: string): Row =>
    Object.fromEntries(cellsOf(text).map((cell, i) => [names[i]!, jsonOf({ ...cell, text: plain(cell.text) }, kinds[i] ?? 'text')]))
  return openSlices(path, slices, rowOf, names)
}

/** Names as columns have them: one that was there before goes on as `name_1`, so that no column hides another; SQL calls them the same. */
function distinct(names: readonly string[]): string[] {
  const taken = new Set(names)
  const times = new Map<string, number>()
  return names.map(name => {
    let n = times.get(name) ?? 0
    let own = name
    while (n > 0 && taken.has(own)) own = `${name}_${n++}`
    times.set(name, Math.max(n, 1))
    taken.add(own)
    return own
  })
}

function beginsWithMark(path: string): boolean {
  const bytes = Buffer.alloc(3)
  try {
    const file = openToRead(path)
    using _file = closingFile(file)
    return readSync(file, bytes) === 3 && bytes.toString('utf8') === BYTE_ORDER_MARK
  } catch {
    return false // which is told where the rows are read
  }
}

function kindOf(text: string): Kind {
  if (/^-?(?:0|[1-9]\d*)$/.test(text)) return 'integer'
  if (/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text)) return 'number'
  if (/^(?:true|false|True|False)$/.test(text)) return 'boolean'
  if (/^-?inf$/.test(text)) return 'infinite'
  return /^[[{]/.test(text) && readJsonOr(text) !== undefined ? 'json' : 'text'
}

function widened(known: Kind | null, text: string): Kind {
  if (known === 'text') return known
  const kind = kindOf(text)
  if (known === null || known === kind) return kind
  const isNumeric = (kind: Kind) => kind === 'integer' || kind === 'number' || kind === 'infinite'
  return isNumeric(known) && isNumeric(kind) ? 'number' : 'text'
}

function jsonOf({ text, isQuoted }: Cell, kind: Kind): Json {
  if (text === '') return isQuoted && kind === 'text' ? '' : null
  if (kind === 'text' || kind === 'infinite') return text
  if (kind === 'boolean') return text.toLowerCase() === 'true'
  return kind === 'json'
    ? (readJsonOr(text) ?? text)
    : text.endsWith('inf')
      ? text === 'inf'
        ? Infinity
        : -Infinity
      : (numberOf(text) as Json)
}
