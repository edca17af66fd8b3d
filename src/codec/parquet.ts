import { rename, rm } from 'node:fs/promises'
import { messageOf, TracewrightError } from '../errors.ts'
import { isObject, type Json, parseJson } from '../json.ts'
import type { Row } from '../row.ts'
import type { StoreTypes } from '../store-type.ts'
import { defineCodec, type RowWriter, type WriteOptions } from './codec.ts'
import { openDatabase, quoted, sqlColumns } from './duckdb.ts'
import { TypeInference } from './infer-types.ts'
import { JsonlWriter, jsonl } from './jsonl.ts'
import { openParquetRows } from './parquet-rows.ts'
import { decodeRow, encodeRow, type StoreChanges } from './store-value.ts'

/** Small row groups let a page be read from the middle without reading what is around it. */
const ROW_GROUP_ROWS = 2048

/** Under this name a file of ours says what its columns are, so that reading gives back what was written. */
const TYPES_KEY = 'tracewright_types'

class ParquetWriter implements RowWriter {
  private readonly path: string
  private readonly lines: JsonlWriter
  private readonly given: StoreTypes | null
  private readonly inference = new TypeInference()
  private readonly changes: StoreChanges = { replacedSurrogates: 0, mistyped: 0 }
  private rows = 0
  private longest = 0

  constructor(path: string, options: WriteOptions) {
    this.path = path
    this.given = options.types ?? null
    this.lines = new JsonlWriter(`${path}.rows`)
  }

  async write(row: Row): Promise<number> {
    this.rows++
    if (this.given === null) this.inference.observe(row)
    const stored = this.given === null ? row : encodeRow(row, this.given, this.changes)
    const length = await this.lines.write(stored)
    this.longest = Math.max(this.longest, length)
    return length
  }

  async copy(line: Iterable<Buffer>, length: number): Promise<void> {
    this.rows++
    this.longest = Math.max(this.longest, length)
    await this.lines.copy(line)
  }

  async close(): Promise<number> {
    await this.lines.close()
    const staged = `${this.path}.rows`
    try {
      const types = this.given ?? this.inference.types()
      if (this.given === null) await this.encodeStaged(staged, types)
      await copyLinesToParquet(staged, `${this.path}.tmp`, types, this.longest)
      await rename(`${this.path}.tmp`, this.path)
    } finally {
      await rm(staged, { force: true })
      await rm(`${this.path}.tmp`, { force: true })
    }
    return this.rows
  }

  async abort(): Promise<void> {
    await this.lines.abort()
    await rm(`${this.path}.rows`, { force: true })
  }

  /** Types were learnt while the rows were written as they are; now they take the shape the types say. */
  private async encodeStaged(staged: string, types: StoreTypes): Promise<void> {
    const encoded = jsonl.write(`${staged}.encoded`)
    for await (const row of jsonl.read(staged))
      this.longest = Math.max(this.longest, await encoded.write(encodeRow(row, types, this.changes)))
    await encoded.close()
    await rename(`${staged}.encoded`, staged)
  }
}

/** Turn lines of JSON into a Parquet file. */
export async function copyLinesToParquet(lines: string, target: string, types: StoreTypes, longestRow: number): Promise<number> {
  // The engine takes a buffer of twice the largest object, and holds the objects of a buffer beside it.
  const size = `maximum_object_size = ${Math.max(1 << 22, longestRow + 1024)}`
  const source = `read_json(${quoted(lines)}, format = 'newline_delimited', columns = ${sqlColumns(types)}, ${size})`
  return copy(`SELECT * FROM ${source}`, target, types, longestRow)
}

/** Make one Parquet file of several of the same types, in their order. `renames` changes trace ids, and leaves rows out with null. */
export async function copyParquet(
  paths: readonly string[],
  target: string,
  types: StoreTypes,
  renames: ReadonlyMap<string, string | null>,
): Promise<number> {
  const source = `read_parquet([${paths.map(quoted).join(', ')}])`
  const left = [...renames].filter(([, id]) => id === null).map(([id]) => quoted(id))
  const changed = [...renames].flatMap(([id, other]) => (other === null ? [] : `WHEN ${quoted(id)} THEN ${quoted(other)}`))
  const columns = changed.length === 0 ? '*' : `* REPLACE (CASE trace_id ${changed.join(' ')} ELSE trace_id END AS trace_id)`
  const where = left.length === 0 ? '' : ` WHERE trace_id NOT IN (SELECT unnest([${left.join(', ')}]))`
  return copy(`SELECT ${columns} FROM ${source}${where}`, target, types)
}

async function copy(select: string, target: string, types: StoreTypes, longestRow = 0): Promise<number> {
  const database = await openDatabase({ memoryMB: 1024 + Math.ceil(longestRow / (1 << 17)), threads: 1 })
  try {
    const metadata = `{${TYPES_KEY}: ${quoted(JSON.stringify(types))}}`
    const options = `FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROW_GROUP_ROWS}, KV_METADATA ${metadata}`
    const result = await database.connection.runAndReadAll(`COPY (${select}) TO ${quoted(target)} (${options})`)
    return Number(result.getRows()[0]?.[0] ?? 0)
  } catch (error) {
    throw new TracewrightError('file', `Cannot write '${target.replace(/\.tmp$/, '')}': ${messageOf(error)}`, { cause: error })
  } finally {
    database.close()
  }
}

export const parquet = defineCodec({
  name: 'parquet',
  extensions: ['.parquet'],
  description: 'Columns, compressed with zstd, in row groups of 2,048; nested values keep their structure',
  write: (path, options = {}) => new ParquetWriter(path, options),
  async *read(path) {
    const database = await openDatabase()
    try {
      const types = await storedTypes(database.connection, path)
      const result = await database.connection.stream(`SELECT to_json(t)::VARCHAR FROM read_parquet(${quoted(path)}) t`)
      for await (const rows of result.yieldRows()) {
        for (const [text] of rows) {
          const row = parseJson(String(text))
          if (isObject(row)) yield decodeRow(row, types)
        }
      }
    } catch (error) {
      throw new TracewrightError('file', `Cannot read rows: ${messageOf(error)}`, { where: path, cause: error })
    } finally {
      database.close()
    }
  },
  async open(path) {
    const database = await openDatabase()
    try {
      return await openParquetRows(path, database, await storedTypes(database.connection, path))
    } catch (error) {
      database.close()
      throw new TracewrightError('file', `Cannot read rows: ${messageOf(error)}`, { where: path, cause: error })
    }
  },
})

/** Types a Parquet file of ours says its columns have; none for a file of somebody else. */
export async function storedTypesOf(path: string): Promise<StoreTypes> {
  const database = await openDatabase()
  try {
    return await storedTypes(database.connection, path)
  } finally {
    database.close()
  }
}

/** As `storedTypesOf`, over a connection that is open already. */
export async function storedTypes(connection: import('@duckdb/node-api').DuckDBConnection, path: string): Promise<StoreTypes> {
  const reader = await connection.runAndReadAll(
    `SELECT decode(value) FROM parquet_kv_metadata(${quoted(path)}) WHERE decode(key) = ${quoted(TYPES_KEY)}`,
  )
  const types: Json | undefined = parseJson(String(reader.getRows()[0]?.[0] ?? 'null'))
  return isObject(types) ? (types as StoreTypes) : {}
}
