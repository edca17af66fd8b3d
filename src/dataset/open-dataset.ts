import { totalmem } from 'node:os'
import { type Database, openDatabase } from '../codec/duckdb.ts'
import { QueryRows } from '../codec/duckdb-rows.ts'
import { decodeRow } from '../codec/store-value.ts'
import { messageOf, TracewrightError } from '../errors.ts'
import type { Row } from '../row.ts'
import { type DatasetFiles, filesOf } from './dataset-files.ts'
import { columnSql, type OrderBy, orderSql, type Where, whereSql } from './query.ts'
import { type Table, tableOf } from './table.ts'

/** Which rows of a dataset, and what of them. */
export type RowsOptions = {
  where?: Where
  columns?: readonly string[] // default all
  limit?: number
  offset?: number
  orderBy?: OrderBy // default: as they are stored
}

/** Limits of an open dataset. */
export type DatasetLimits = {
  /**
   * What the engine may hold, in MB: by default a quarter of the machine's memory, 4096 at most. What does not fit is spilled to disk.
   * The process takes more: about 150 MB for Node and the engine, and a few times the row group that is being read.
   */
  memoryMB?: number
}

/** Rows on disk that are read as far as they are asked for. */
export class Dataset implements AsyncDisposable {
  /** Names of the columns, in order. */
  readonly columns: readonly string[]
  /** Files the rows are in, in order. */
  readonly files: readonly string[]
  private readonly database: Database
  private readonly table: Table
  private readonly counts: readonly number[] | null

  /** Use `openDataset`. */
  constructor(database: Database, { files, counts }: DatasetFiles, columns: readonly string[], table: Table) {
    this.database = database
    this.files = files
    this.counts = counts
    this.columns = columns
    this.table = table
  }

  /** Rows, one after the other. */
  async *rows(options: RowsOptions = {}): AsyncIterable<Row> {
    yield* this.stream(this.select(options))
  }

  /** The rows of a page, in the order in which they are stored. */
  async page(offset: number, limit: number): Promise<Row[]> {
    return Array.fromAsync(this.rows({ offset, limit }))
  }

  /** How many rows there are. */
  async count(where?: Where): Promise<number> {
    if (where === undefined && this.counts !== null) return this.counts.reduce((sum, count) => sum + count, 0)
    const [row] = await this.query(`SELECT count(*) AS n FROM rows${where === undefined ? '' : ` WHERE ${whereSql(where)}`}`)
    return Number(row!['n'])
  }

  /** Numbers of the rows that meet a condition, counted from 0 as they are stored; in no particular order. */
  async *numbers(where: Where): AsyncIterable<number> {
    // Numbers that the files give let the engine pass over row groups by their statistics; counting rows needs all of them.
    const starts: number[] = []
    if (this.counts !== null && this.table.hasRowNumbers)
      this.counts.reduce((start, count, i) => {
        starts[i] = start
        return start + count
      }, 0)
    const sql =
      starts.length > 0
        ? `SELECT file_index, file_row_number AS n FROM ${this.table.sql(this.files)} AS rows WHERE ${whereSql(where)}`
        : `SELECT n FROM (SELECT *, row_number() OVER () - 1 AS n FROM rows) AS rows WHERE ${whereSql(where)}`
    for await (const { file_index: file, n } of this.stream(sql)) yield Number(n) + (starts[Number(file ?? 0)] ?? 0)
  }

  /** Rows of any SQL query, all at once; the dataset is the table `rows`. Values that are stored as JSON text come as values. */
  async query(sql: string): Promise<Row[]> {
    return Array.fromAsync(this.stream(sql))
  }

  /** As `query`, one row after the other: the result may be larger than memory. */
  async *stream(sql: string): AsyncIterable<Row> {
    const rows = await guarded(sql, async () => QueryRows.open(await this.database.connect(), sql.replace(/;\s*$/, '')))
    try {
      for (;;) {
        const row = await guarded(sql, () => rows.next())
        if (row === null) return
        yield decodeRow(row, this.table.types)
      }
    } finally {
      rows.close()
    }
  }

  /** Let go of the files. */
  close(): void {
    this.database.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
  }

  private select({ where, columns, limit, offset, orderBy }: RowsOptions): string {
    const bounds = { limit: wholeNumber('limit', limit), offset: wholeNumber('offset', offset) }
    const part = where === undefined && orderBy === undefined ? this.part(bounds.offset ?? 0, bounds.limit) : null
    const parts = [`SELECT ${columns === undefined ? '*' : columns.map(columnSql).join(', ')} FROM ${part?.from ?? 'rows'}`]
    if (where !== undefined) parts.push(`WHERE ${whereSql(where)}`)
    if (orderBy !== undefined) parts.push(`ORDER BY ${orderSql(orderBy)}`)
    if (bounds.limit !== null) parts.push(`LIMIT ${bounds.limit}`)
    if (bounds.offset !== null) parts.push(`OFFSET ${part?.offset ?? bounds.offset}`)
    return parts.join(' ')
  }

  /** The files a page is in: those before and after it are not looked at. Null where it is not known which they are. */
  private part(offset: number, limit: number | null): { from: string; offset: number } | null {
    if (this.counts === null) return null
    let [first, start] = [0, 0]
    while (first < this.files.length && start + this.counts[first]! <= offset) start += this.counts[first++]!
    let [last, end] = [first, start]
    while (last < this.files.length && (limit === null || end < offset + limit)) end += this.counts[last++]!
    if (first === last) return null
    return { from: `${this.table.sql(this.files.slice(first, last))} AS rows`, offset: offset - start }
  }
}

/** Open rows on disk: a store, a folder of Parquet files, or one file (.parquet, .jsonl, .json, .csv). Throws where there are none. */
export async function openDataset(path: string, limits: DatasetLimits = {}): Promise<Dataset> {
  const found = filesOf(path)
  const memoryMB = limits.memoryMB ?? Math.min(4096, Math.floor(totalmem() / 4 / 2 ** 20))
  const database = await openDatabase({ memoryMB, threads: 2, givesBack: true })
  try {
    const { connection } = database
    const table = await tableOf(connection, found.files, found.types)
    await connection.run(`CREATE VIEW rows AS SELECT * FROM ${table.sql(found.files)}`)
    const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${table.sql(found.files.slice(0, 1))}`)
    const columns = described.getRows().map(([name]) => String(name))
    return new Dataset(database, found, columns, table)
  } catch (error) {
    database.close()
    throw error instanceof TracewrightError
      ? error
      : new TracewrightError('file', `Cannot open dataset: ${messageOf(error)}`, { where: path, cause: error })
  }
}

async function guarded<T>(sql: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    throw new TracewrightError('usage', `Cannot query: ${messageOf(error)}`, {
      where: sql.length > 200 ? `${sql.slice(0, 200)}…` : sql,
      cause: error,
    })
  }
}

function wholeNumber(name: string, value: number | undefined): number | null {
  if (value === undefined) return null
  if (Number.isInteger(value) && value >= 0) return value
  throw new TracewrightError('usage', `Cannot read rows: found ${name} ${value}, expected a whole number`)
}
