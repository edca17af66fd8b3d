import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { TracewrightError } from '../errors.ts'
import { readJsonOr, writeJson } from '../json/exact.ts'
import type { Json } from '../json/json.ts'
import { numberOf } from '../json/number.ts'
import type { Row } from '../row.ts'
import { systemReason } from '../system-error.ts'
import { defineCodec, type RowFile, type RowWriter } from './codec.ts'
import { type Cell, cellsOf, csvSlices } from './csv-cells.ts'
import { JsonlWriter, jsonl } from './jsonl.ts'
import { openSlices, rowsOf } from './slices.ts'

/** What all cells of a column that are not empty can be read as. */
type Kind = 'integer' | 'number' | 'boolean' | 'json' | 'text'

/** Columns are known when all rows are: rows wait beside the file as lines of JSON. */
class CsvWriter implements RowWriter {
  private readonly path: string
  private readonly lines: JsonlWriter
  private readonly columns = new Set<string>()

  constructor(path: string, columns: readonly string[]) {
    this.path = path
    this.lines = new JsonlWriter(`${path}.rows`)
    for (const column of columns) this.columns.add(column)
  }

  async write(row: Row): Promise<number> {
    for (const column in row) this.columns.add(column)
    return this.lines.write(row)
  }

  async close(): Promise<number> {
    const rows = await this.lines.close()
    try {
      const file = openSync(`${this.path}.tmp`, 'w')
      try {
        const columns = [...this.columns]
        writeSync(file, lineOf(columns.map(quotedCell)))
        for await (const row of jsonl.read(`${this.path}.rows`)) writeSync(file, lineOf(columns.map(column => cellOf(row[column] ?? null))))
        fsyncSync(file)
      } finally {
        closeSync(file)
      }
      renameSync(`${this.path}.tmp`, this.path)
    } catch (error) {
      throw new TracewrightError('file', `Cannot write '${this.path}': ${systemReason(error)}`, { cause: error })
    } finally {
      rmSync(`${this.path}.rows`, { force: true })
      rmSync(`${this.path}.tmp`, { force: true })
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

function cellOf(value: Json): string {
  if (value === null) return ''
  return quotedCell(typeof value === 'string' ? value : writeJson(value))
}

/** Empty text is quoted, nothing at all is not. */
function quotedCell(text: string): string {
  return text === '' || /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

export const csv = defineCodec({
  name: 'csv',
  extensions: ['.csv'],
  description: 'Text with commas: nested values as JSON; a column of numbers, of true and false, or of JSON is read as such',
  write: (path, options = {}) => new CsvWriter(path, Object.keys(options.types ?? {})),
  read: path => rowsOf(open(path)),
  open,
})

async function open(path: string): Promise<RowFile> {
  let columns: string[] | null = null
  const kinds: (Kind | null)[] = []
  const slices = await csvSlices(path, (cells, record) => {
    if (columns === null) columns = cells.map(({ text }) => text)
    else {
      if (cells.length !== columns.length)
        throw new TracewrightError('file', `Cannot read rows: found ${cells.length} cells, expected ${columns.length}`, {
          where: `${path}, record ${record}`,
        })
      cells.forEach((cell, i) => {
        if (cell.text !== '') kinds[i] = widened(kinds[i] ?? null, cell.text)
      })
    }
  })
  const names: string[] = columns ?? []
  const rowOf = (text: string): Row => Object.fromEntries(cellsOf(text).map((cell, i) => [names[i]!, jsonOf(cell, kinds[i] ?? 'text')]))
  return openSlices(path, slices, rowOf, names)
}

function kindOf(text: string): Kind {
  if (/^-?(?:0|[1-9]\d*)$/.test(text)) return 'integer'
  if (/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text)) return 'number'
  if (/^(?:true|false|True|False)$/.test(text)) return 'boolean'
  return /^[[{]/.test(text) && readJsonOr(text) !== undefined ? 'json' : 'text'
}

function widened(known: Kind | null, text: string): Kind {
  if (known === 'text') return known
  const kind = kindOf(text)
  if (known === null || known === kind) return kind
  const isNumeric = (kind: Kind) => kind === 'integer' || kind === 'number'
  return isNumeric(known) && isNumeric(kind) ? 'number' : 'text'
}

function jsonOf({ text, isQuoted }: Cell, kind: Kind): Json {
  if (text === '') return isQuoted && kind === 'text' ? '' : null
  if (kind === 'text') return text
  if (kind === 'boolean') return text.toLowerCase() === 'true'
  return kind === 'json' ? (readJsonOr(text) ?? text) : (numberOf(text) as Json)
}
