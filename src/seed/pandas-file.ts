import { type Database, openApart } from '../codec/duckdb.ts'
import { readerSql } from '../codec/duckdb-files.ts'
import { type Compat, isVersion057 } from '../compat.ts'
import { messageOf, TracewrightError } from '../errors.ts'
import { setOwn } from '../json/own.ts'
import type { Outcome, Row } from '../row.ts'
import { pandasColumn } from './pandas-values.ts'
import type { OpenSeed } from './seed.ts'

/**
 * Rows of files as Data Designer reads them: DuckDB finds a type for every column of the whole, and pandas makes of each batch what templates
 * see. So integers with a gap are floats, nothing is `nan`, and objects have the keys of all others.
 */
export async function openAsDataDesigner(files: readonly string[], place: string, compat: Compat | null = null): Promise<OpenSeed> {
  const database = await openApart({ memoryMB: MEMORY_MB, threads: 1 })
  try {
    await database.connection.run(`CREATE TABLE seed AS SELECT * FROM ${readerOf(files)}`)
    const size = Number((await database.connection.runAndReadAll('SELECT count(*) FROM seed')).getRows()[0]![0])
    if (size === 0) throw new TracewrightError('seed', `Cannot read seed: '${place}' has no rows`)
    const columns = (await database.connection.runAndReadAll('SELECT * FROM seed LIMIT 0')).columnNames()
    const batches = new Batches(database, columns, isVersion057(compat))
    return {
      columns,
      size,
      place,
      read: index => batches.read(index),
      among: things => batches.cut(things),
      close: () => database[Symbol.dispose](),
    }
  } catch (error) {
    database[Symbol.dispose]()
    if (error instanceof TracewrightError) throw error
    throw new TracewrightError('seed', `Cannot read seed: ${messageOf(error).split('\n')[0]}`, { where: place, cause: error })
  }
}

/** Rows that Data Designer reads at once, and judges the columns by. */
const BATCH_ROWS = 1000

const MEMORY_MB = 512

/** Rows by number, a batch of them at a time: those that are drawn at once, or, where nobody says which, a thousand that follow each other. */
class Batches {
  private readonly database: Database
  private readonly columns: readonly string[]
  private readonly hasNone: boolean
  /** The rows that are drawn at once, in the order of the file. */
  private drawn: readonly number[] = []
  private held: Promise<ReadonlyMap<number, Outcome>> | null = null

  constructor(database: Database, columns: readonly string[], hasNone: boolean) {
    this.database = database
    this.columns = columns
    this.hasNone = hasNone
  }

  cut(rows: readonly number[]): void {
    this.drawn = [...rows].sort((a, b) => a - b)
    this.held = null
  }

  async read(index: number): Promise<Outcome[]> {
    const known = (await this.held)?.get(index)
    if (known !== undefined) return [known]
    const first = index - (index % BATCH_ROWS)
    this.held = this.load(this.drawn.includes(index) ? this.drawn : Array.from({ length: BATCH_ROWS }, (_, i) => first + i))
    return [(await this.held).get(index)!]
  }

  /** Rows of these numbers, which rise. */
  private async load(numbers: readonly number[]): Promise<ReadonlyMap<number, Outcome>> {
    const api = await import('@duckdb/node-api')
    const [first, last] = [numbers[0]!, numbers.at(-1)!]
    const which = last - first === numbers.length - 1 ? `BETWEEN ${first} AND ${last}` : `IN (${numbers.join()})`
    const result = await this.database.connection.runAndReadAll(`SELECT * FROM seed WHERE rowid ${which} ORDER BY rowid`)
    const rows: Row[] = Array.from({ length: result.currentRowCount }, () => ({}))
    const byNumber = (outcomeOf: (row: Row, i: number) => Outcome) => new Map(rows.map((row, i) => [numbers[i]!, outcomeOf(row, i)]))
    try {
      for (const [i, column] of result.getColumns().entries())
        for (const [row, value] of pandasColumn(api, result.columnType(i), column, this.hasNone).entries())
          setOwn(rows[row]!, this.columns[i]!, value)
    } catch (error) {
      if (!(error instanceof TracewrightError)) throw error
      const { message } = error
      return byNumber((_, i) => ({ reject: { at: `row ${numbers[i]}`, reason: message } }))
    }
    return byNumber(row => ({ row }))
  }
}

/** What reads the files. Names are no patterns. */
function readerOf(files: readonly string[]): string {
  const reader = /\.parquet$/i.test(files[0]!) ? 'read_parquet' : /\.csv$/i.test(files[0]!) ? 'read_csv' : 'read_json'
  return readerSql(reader, files)
}
