import { existsSync, statSync } from 'node:fs'
import { totalmem } from 'node:os'
import { join } from 'node:path'
import { globSync } from 'tinyglobby'
import { type Database, openDatabase, quoted, sqlColumns } from '../codec/duckdb.ts'
import { TypeInference } from '../codec/infer-types.ts'
import { jsonl } from '../codec/jsonl.ts'
import { storedTypes } from '../codec/parquet.ts'
import { slicesAtLineFeeds } from '../codec/slices.ts'
import { decodeRow } from '../codec/store-value.ts'
import { messageOf, TracewrightError } from '../errors.ts'
import { isObject, type Json } from '../json.ts'
import type { Row } from '../row.ts'
import type { StoreTypes } from '../store-type.ts'
import { columnSql, type OrderBy, orderSql, type Where, whereSql } from './query.ts'
import { readManifest } from './store-manifest.ts'
import { storeTypesOf } from './store-types.ts'

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
  memoryMB?: number // of the engine, default a quarter of the machine's, 4 GB at most; what does not fit is spilled to disk
}

/** Rows on disk that are read as far as they are asked for. */
export class Dataset implements AsyncDisposable {
  /** Names of the columns, in order. */
  readonly columns: readonly string[]
  /** Files the rows are in, in order. */
  readonly files: readonly string[]
  private readonly database: Database
  private readonly types: StoreTypes

  /** Use `openDataset`. */
  constructor(database: Database, files: readonly string[], columns: readonly string[], types: StoreTypes) {
    this.database = database
    this.files = files
    this.columns = columns
    this.types = types
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
    const [row] = await this.query(`SELECT count(*) AS n FROM rows${where === undefined ? '' : ` WHERE ${whereSql(where)}`}`)
    return Number(row!['n'])
  }

  /** Rows of any SQL query; the dataset is the table `rows`. Values that are stored as JSON text come as values. */
  async query(sql: string): Promise<Row[]> {
    return Array.fromAsync(this.stream(sql))
  }

  /** Let go of the files. */
  close(): void {
    this.database.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
  }

  private select({ where, columns, limit, offset, orderBy }: RowsOptions): string {
    const parts = [`SELECT ${columns === undefined ? '*' : columns.map(columnSql).join(', ')} FROM rows`]
    if (where !== undefined) parts.push(`WHERE ${whereSql(where)}`)
    if (orderBy !== undefined) parts.push(`ORDER BY ${orderSql(orderBy)}`)
    if (limit !== undefined) parts.push(`LIMIT ${wholeNumber('limit', limit)}`)
    if (offset !== undefined) parts.push(`OFFSET ${wholeNumber('offset', offset)}`)
    return parts.join(' ')
  }

  private async *stream(sql: string): AsyncIterable<Row> {
    const result = await guarded(sql, () =>
      this.database.connection.stream(`SELECT to_json(result)::VARCHAR FROM (${sql.replace(/;\s*$/, '')}\n) result`),
    )
    const chunks = result.yieldRows()
    for (;;) {
      const next = await guarded(sql, () => chunks.next())
      if (next.done) return
      for (const [text] of next.value) {
        const row = JSON.parse(String(text)) as Json
        if (isObject(row)) yield decodeRow(row, this.types)
      }
    }
  }
}

/** Open rows on disk: a store, a folder of Parquet files, or one file (.parquet, .jsonl, .json, .csv). Throws where there are none. */
export async function openDataset(path: string, limits: DatasetLimits = {}): Promise<Dataset> {
  const { files, types } = filesOf(path)
  const memoryMB = limits.memoryMB ?? Math.min(4096, Math.floor(totalmem() / 4 / 2 ** 20))
  const database = await openDatabase({ memoryMB, threads: 2 })
  try {
    const known = types ?? (await typesOf(database, files))
    const { connection } = database
    await connection.run(`CREATE VIEW rows AS SELECT * FROM ${await tableOf(files, known)}`)
    const described = await connection.runAndReadAll('DESCRIBE rows')
    return new Dataset(
      database,
      files,
      described.getRows().map(([name]) => String(name)),
      known,
    )
  } catch (error) {
    database.close()
    throw error instanceof TracewrightError
      ? error
      : new TracewrightError('file', `Cannot open dataset: ${messageOf(error)}`, { where: path, cause: error })
  }
}

/** Files that hold the rows of a dataset, in order, and their types where the dataset says them. */
export function filesOf(path: string): { files: string[]; types: StoreTypes | null } {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats === undefined) throw new TracewrightError('file', `Cannot open dataset '${path}': there is no such file or folder`)
  if (!stats.isDirectory()) return { files: [path], types: null }
  const manifest = readManifest(path)
  if (manifest !== null)
    return { files: manifest.shards.map(({ file }) => join(path, 'rows', file)), types: storeTypesOf(manifest.options) }
  const files = globSync(['**/*.parquet'], { cwd: path, absolute: true }).sort()
  if (files.length > 0) return { files, types: null }
  throw new TracewrightError(
    'file',
    `Cannot open dataset '${path}': found no Parquet files in it, expected a store or a folder of .parquet files`,
    {
      ...(existsSync(join(path, 'rows')) ? { hint: 'Look whether the run that was to write it has finished' } : {}),
    },
  )
}

async function typesOf(database: Database, files: readonly string[]): Promise<StoreTypes> {
  const first = files[0]!
  if (first.endsWith('.parquet')) return storedTypes(database.connection, first)
  if (!/\.(?:jsonl|ndjson)$/i.test(first)) return {}
  const inference = new TypeInference()
  for await (const row of jsonl.read(first)) inference.observe(row)
  return inference.types()
}

async function tableOf(files: readonly string[], types: StoreTypes): Promise<string> {
  const list = `[${files.map(quoted).join(', ')}]`
  const first = files[0]?.toLowerCase() ?? ''
  if (files.length === 0) {
    const columns = Object.entries(types).map(([column]) => `NULL AS ${columnSql(column)}`)
    return `(SELECT ${columns.join(', ') || '1 AS nothing'}) WHERE false`
  }
  if (first.endsWith('.parquet')) return `read_parquet(${list}, union_by_name = true)`
  if (first.endsWith('.csv')) return `read_csv(${list})`
  if (first.endsWith('.json')) return `read_json(${list})`
  return `read_json(${list}, format = 'newline_delimited', columns = ${sqlColumns(types)}, maximum_object_size = ${Math.max(1 << 24, (await longestLine(files)) * 2)})`
}

async function longestLine(files: readonly string[]): Promise<number> {
  let longest = 0
  for (const file of files) for await (const { bytes } of slicesAtLineFeeds(file)) longest = Math.max(longest, bytes.length)
  return longest
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

function wholeNumber(name: string, value: number): number {
  if (Number.isInteger(value) && value >= 0) return value
  throw new TracewrightError('usage', `Cannot read rows: found ${name} ${value}, expected a whole number`)
}
