import { messageOf, TracewrightError } from '../errors.ts'
import type { Row } from '../row.ts'
import { type Database, named, openDatabase, quoted } from './duckdb.ts'
import { readerSql } from './duckdb-files.ts'
import { ParquetRows } from './parquet-by-number.ts'
import { QueryRows } from './query-rows.ts'

/** What holds for a row: a column that is one of some values, as text, or a number between two, both included. */
export type ColumnCondition = { column: string; oneOf: readonly string[] } | { column: string; least: number; most: number }

/** Rows that meet conditions, by number among themselves. */
export type MatchingRows = { readonly size: number; read(index: number): Promise<Row> }

/** What the engine may hold while it looks through a file. */
const MEMORY_MB = 256

/** A Parquet file of which rows are read by number among those that meet conditions. Four bytes are held of each that does. */
export class MatchedFile {
  /** Columns the file has. */
  readonly columns: readonly string[]
  private readonly path: string
  private readonly database: Database
  private readonly opened = new Map<string, Promise<ParquetRows>>()
  private readonly matches = new Map<string, Promise<Uint32Array>>()

  private constructor(path: string, database: Database, columns: readonly string[]) {
    this.path = path
    this.database = database
    this.columns = columns
  }

  /** Open a file. Throws where it cannot be read. */
  static async open(path: string): Promise<MatchedFile> {
    const database = await openDatabase({ memoryMB: MEMORY_MB, threads: 1, givesBack: true })
    try {
      const reader = await database.connection.runAndReadAll(`DESCRIBE SELECT * FROM ${readerSql('read_parquet', [path])}`)
      return new MatchedFile(
        path,
        database,
        reader.getRows().map(([name]) => String(name)),
      )
    } catch (error) {
      database[Symbol.dispose]()
      throw unreadable(path, error)
    }
  }

  /** The rows that meet all conditions, of these columns. */
  async matching(columns: readonly string[], conditions: readonly ColumnCondition[]): Promise<MatchingRows> {
    const numbers = await kept(this.matches, conditions.map(sqlOf).join(' AND '), where => this.numbersOf(where))
    const rows = await kept(this.opened, columns.map(named).join(', '), select => this.rowsOf(select))
    return {
      size: numbers.length,
      read: index => {
        const number = numbers[index]
        if (number === undefined) throw new RangeError(`There is no row ${index}`)
        return rows.read(number)
      },
    }
  }

  /** Let go of the file. */
  [Symbol.dispose](): void {
    for (const rows of this.opened.values())
      rows.then(
        open => open.close(),
        () => {},
      )
    this.database[Symbol.dispose]()
  }

  private async rowsOf(select: string): Promise<ParquetRows> {
    const database = await openDatabase({ memoryMB: MEMORY_MB, threads: 1, givesBack: true })
    try {
      return await ParquetRows.open([this.path], database, { select })
    } catch (error) {
      database[Symbol.dispose]()
      throw unreadable(this.path, error)
    }
  }

  private async numbersOf(where: string): Promise<Uint32Array> {
    const from = readerSql('read_parquet', [this.path])
    try {
      using rows = await QueryRows.open(
        await this.database.connect(),
        `SELECT file_row_number AS number FROM ${from}${where === '' ? '' : ` WHERE ${where}`}`,
      )
      let numbers = new Uint32Array(1024)
      let count = 0
      for (let row = await rows.next(); row !== null; row = await rows.next()) {
        if (count === numbers.length) numbers = twice(numbers)
        numbers[count++] = Number(row['number'])
      }
      return numbers.slice(0, count)
    } catch (error) {
      throw unreadable(this.path, error)
    }
  }
}

/** What was made for a key before; made now where it was not, and not kept where that failed. */
function kept<T>(made: Map<string, Promise<T>>, key: string, make: (key: string) => Promise<T>): Promise<T> {
  let promise = made.get(key)
  if (promise === undefined) {
    promise = make(key)
    made.set(key, promise)
    promise.catch(() => made.delete(key))
  }
  return promise
}

function twice(numbers: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(numbers.length * 2)
  larger.set(numbers)
  return larger
}

function sqlOf(condition: ColumnCondition): string {
  const column = named(condition.column)
  if ('oneOf' in condition) return `${column}::VARCHAR IN (${condition.oneOf.map(quoted).join(', ')})`
  return `TRY_CAST(${column} AS DOUBLE) BETWEEN ${condition.least} AND ${condition.most}`
}

function unreadable(path: string, error: unknown): TracewrightError {
  // Behind its reason the engine shows a query that nobody wrote.
  return new TracewrightError('file', `Cannot read rows: ${messageOf(error).split('\n\n')[0]}`, { where: path, cause: error })
}
