import { closing } from '../closing.ts'
import type { Database } from '../codec/duckdb.ts'
import { QueryRows } from '../codec/query-rows.ts'
import { openParquetFiles } from '../codec/rows-by-number.ts'
import type { Row } from '../row.ts'
import type { StoreTypes } from '../store-type.ts'
import { artifactTables } from './artifact-tables.ts'
import type { DatasetFiles } from './dataset-files.ts'
import { checkRowsOptions, type RowsOptions } from './dataset-options.ts'
import { createFactsTable, hasFactsTable } from './facts-table.ts'
import type { Table } from './files-as-table.ts'
import type { Labels } from './label-columns.ts'
import { boundsSql, columnSql, orderSql, type Where, whereSql } from './query.ts'
import { closed, conditionError, guarded, isOutOfMemory } from './query-error.ts'
import { createLogsTable } from './store/logs-table.ts'
import { formOf } from './store/manifest.ts'
import { areGone, storeChanged } from './store/read-again.ts'

/** The rows as they are stored: conditions and orders are about what was written. */
export const STORED = 'stored_rows'

/** The first of an order, if so few, are found soonest by an engine that holds as many; where they are too large it says so. */
const FEW_ROWS = 1000

/** What the number of a row is called on the way: no column of the user's, which conditions and orders may name. */
const NUMBER = 'number of the row\u001f'

/** Rows on disk that are read as far as they are asked for. */
export class Dataset implements AsyncDisposable {
  /** Names of the columns, in order. */
  readonly columns: readonly string[]
  /** Files the rows are in, in order. */
  readonly files: readonly string[]
  /** Names of the tables that SQL can ask for: `rows`, `logs` of a store, `artifacts.NAME` of a run. */
  readonly tables: readonly string[]
  private readonly database: Database
  private readonly table: Table
  private readonly counts: readonly number[] | null
  private readonly known: StoreTypes | null
  private readonly store: DatasetFiles['store']
  private logs: Promise<void> | null = null
  private facts: Promise<void> | null = null
  private readonly nested: ReadonlySet<string>
  private readonly only: string | null
  private readonly labels: Labels | null
  private readonly again: (() => Promise<Dataset>) | null
  private readings = 0
  private isClosed = false

  /** Use `openDataset`. `columns`: their types in the engine. */
  /** @internal */
  constructor(
    database: Database,
    { files, counts, types, store, artifacts }: DatasetFiles,
    columns: ReadonlyMap<string, string>,
    table: Table,
    {
      only = null,
      labels = null,
      again = null,
    }: { only?: string | null; labels?: Labels | null; again?: (() => Promise<Dataset>) | null } = {},
  ) {
    this.again = again
    this.database = database
    this.files = files
    this.counts = counts
    this.known = types
    this.store = store
    this.columns = [...columns.keys()]
    this.nested = new Set(this.columns.filter(column => /[[(]/.test(columns.get(column)!)))
    this.table = table
    this.only = only
    this.labels = labels
    this.tables = [
      'rows',
      ...(store === null ? [] : ['logs', ...(hasFactsTable({ store }) ? ['facts'] : [])]),
      ...artifactTables(artifacts),
    ]
  }

  /** Rows, one after the other. */
  async *rows(options: RowsOptions = {}): AsyncIterable<Row> {
    checkRowsOptions(options)
    yield* this.steady(of => of.read(options))
  }

  private async *read(options: RowsOptions): AsyncIterable<Row> {
    const isAll = options.where === undefined && options.columns === undefined && options.orderBy === undefined
    if (isAll && this.only === null && this.store !== null && formOf(this.store.manifest) === 'pages') yield* this.asStored(options)
    else yield* this.selected(options)
  }

  /** Whole rows of a store need no engine. */
  private async *asStored({ offset = 0, limit }: RowsOptions): AsyncIterable<Row> {
    boundsSql(limit, offset)
    const rows = await openParquetFiles(this.files, { types: this.known, counts: this.counts })
    using _rows = closing(rows)
    for (let i = offset; i < Math.min(rows.size, offset + (limit ?? Infinity)); i++) {
      if (this.isClosed) throw closed()
      const row = await rows.read(i)
      yield this.labels?.give(row) ?? row
    }
  }

  private async *selected(options: RowsOptions): AsyncIterable<Row> {
    const isWide = options.columns?.some(column => this.nested.has(column)) ?? true
    const isSorted = options.orderBy !== undefined && isWide && this.table.hasRowNumbers && this.labels === null
    let given = 0
    try {
      if (!isSorted || (options.limit ?? Infinity) <= FEW_ROWS) {
        for await (const row of this.meeting(options.where, this.select(options))) {
          given++
          yield row
        }
        return
      }
    } catch (error) {
      if (!isSorted || given > 0 || !isOutOfMemory(error)) throw error
    }
    yield* this.ordered(options)
  }

  /** The rows of a page, in the order in which they are stored. */
  async page(offset: number, limit: number): Promise<Row[]> {
    return Array.fromAsync(this.rows({ offset, limit }))
  }

  /** How many rows there are. */
  async count(where?: Where): Promise<number> {
    if (where === undefined && this.only === null && this.counts !== null) return this.counts.reduce((sum, count) => sum + count, 0)
    const condition = where === undefined ? '' : ` WHERE ${whereSql(where)}`
    const [row] = await Array.fromAsync(this.meeting(where, `SELECT count(*) AS n FROM ${STORED} AS rows${condition}`))
    return Number(row!['n'])
  }

  /** Numbers of the rows that meet a condition, counted from 0 as they are stored; without an order in none. */
  async *numbers(options: Omit<RowsOptions, 'columns'> = {}): AsyncIterable<number> {
    checkRowsOptions(options)
    const { where, orderBy, limit, offset } = options
    const conditions = [...(this.only === null ? [] : [this.only]), ...(where === undefined ? [] : [whereSql(where)])]
    const parts = conditions.length === 0 ? [] : [`WHERE ${conditions.join(' AND ')}`]
    if (orderBy !== undefined) parts.push(`ORDER BY ${orderSql(orderBy)}`)
    parts.push(boundsSql(limit, offset))
    // Numbers that the files give let the engine pass over row groups by their statistics; counting rows needs all of them.
    const from = this.table.hasRowNumbers
      ? `SELECT file_index, file_row_number AS "${NUMBER}" FROM ${this.labels?.join(this.table.sql(this.files), ', file_index, file_row_number') ?? this.table.sql(this.files)} AS rows`
      : `SELECT "${NUMBER}" FROM (SELECT *, row_number() OVER () - 1 AS "${NUMBER}" FROM stored_rows) AS rows`
    const starts = [0]
    for (const count of this.counts ?? []) starts.push(starts.at(-1)! + count)
    for await (const { file_index: file, [NUMBER]: n } of this.meeting(where, `${from} ${parts.join(' ')}`))
      yield Number(n) + starts[Number(file ?? 0)]!
  }

  /** To sort rows the engine would hold them: it is given what they are sorted by, and they are read by their numbers after. */
  private async *ordered(options: RowsOptions): AsyncIterable<Row> {
    const numbers = Float64Array.from(await Array.fromAsync(this.numbers(options)))
    const select = options.columns === undefined ? '*' : options.columns.map(columnSql).join(', ')
    const rows = await openParquetFiles(this.files, { types: this.known, counts: this.counts, select })
    using _rows = closing(rows)
    rows.expect?.(numbers.length / rows.size)
    for (const number of numbers) yield await rows.read(number)
  }

  /** Rows of any SQL query, all at once; the dataset is the table `rows`, the logs a store was made of are `logs`. Values that are stored as JSON text come as values. */
  async query(sql: string): Promise<Row[]> {
    return Array.fromAsync(this.stream(sql))
  }

  /** As `query`, one row after the other: the result may be larger than memory. */
  async *stream(sql: string): AsyncIterable<Row> {
    yield* this.steady(of => of.streamed(sql))
  }

  /** A store may be written meanwhile: where its files went before a row was given, it is opened anew. */
  private async *steady(read: (of: Dataset) => AsyncIterable<Row>, tries = 40): AsyncIterable<Row> {
    let given = 0
    try {
      for await (const row of read(this)) {
        given++
        yield row
      }
      return
    } catch (error) {
      if (this.again === null || this.isClosed || tries === 0 || !areGone(this.files)) throw error
      if (given > 0) throw storeChanged(this.store!.folder)
    }
    await using fresh = await this.again()
    yield* fresh.steady(read, tries - 1)
  }

  private async *streamed(sql: string): AsyncIterable<Row> {
    this.readings++
    try {
      if (this.store !== null) await this.withTables(this.store, sql)
      using rows = await guarded(sql, async () => QueryRows.open(await this.connect(), sql.replace(/;\s*$/, ''), this.table.types))
      for (;;) {
        const row = await guarded(sql, () => rows.next())
        if (row === null) return
        yield row
        if (this.isClosed) throw closed()
      }
    } finally {
      if (--this.readings === 0 && this.isClosed) this.database[Symbol.dispose]()
    }
  }

  /** Let go of the files. What is being read at the time ends with an error. */
  close(): void {
    if (this.isClosed) return
    this.isClosed = true
    // The engine must not go while it works; the last reading takes it along.
    if (this.readings === 0) this.database[Symbol.dispose]()
  }

  private async connect(): Promise<Awaited<ReturnType<Database['connect']>>> {
    if (this.isClosed) throw closed()
    return this.database.connect()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
  }

  /** Rows of a query of ours that a condition of others stands in. */
  private async *meeting(where: Where | undefined, sql: string): AsyncIterable<Row> {
    try {
      yield* this.stream(sql)
    } catch (error) {
      throw conditionError(where, error)
    }
  }

  /** These tables are made when they are first asked for: a store may be of very many logs. */
  private async withTables(store: NonNullable<DatasetFiles['store']>, sql: string): Promise<void> {
    const { connection } = this.database
    if (/\blogs\b/i.test(sql)) await (this.logs ??= createLogsTable(connection, store.folder, store.manifest))
    if (/\bfacts\b/i.test(sql) && hasFactsTable({ store })) await (this.facts ??= createFactsTable(connection, store, this.only))
  }

  private select({ where, columns, limit, offset = 0, orderBy }: RowsOptions): string {
    const bounds = boundsSql(limit, offset)
    const part = where === undefined && orderBy === undefined ? this.part(offset, limit ?? Infinity) : null
    const parts = [`SELECT ${columns === undefined ? '*' : columns.map(columnSql).join(', ')} FROM ${part?.from ?? `${STORED} AS rows`}`]
    if (where !== undefined) parts.push(`WHERE ${whereSql(where)}`)
    if (orderBy !== undefined) parts.push(`ORDER BY ${orderSql(orderBy)}`)
    parts.push(part === null ? bounds : boundsSql(limit, part.offset))
    return parts.join(' ')
  }

  /** The files a page is in: those before and after it are not looked at. Null where it is not known which they are. */
  private part(offset: number, limit: number): { from: string; offset: number } | null {
    if (this.counts === null || this.only !== null || this.labels !== null) return null
    let [first, start] = [0, 0]
    while (first < this.files.length && start + this.counts[first]! <= offset) start += this.counts[first++]!
    let [last, end] = [first, start]
    while (last < this.files.length && end < offset + limit) end += this.counts[last++]!
    if (first === last) return null
    return { from: `${this.table.sql(this.files.slice(first, last))} AS rows`, offset: offset - start }
  }
}
