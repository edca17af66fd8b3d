import { rmSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { growingPath, settle } from '../disk/overwrite.ts'
import { messageOf, TracewrightError } from '../errors.ts'
import type { Row } from '../row.ts'
import type { StoreTypes } from '../store-type.ts'
import { systemReason } from '../system-error.ts'
import { defineCodec, type RowFile, type RowWriter, type WriteOptions } from './codec.ts'
import { openDatabase } from './duckdb.ts'
import { TypeInference } from './infer-types.ts'
import { JsonlWriter, jsonl } from './jsonl.ts'
import { MAX_GROUP_BYTES, MAX_GROUP_ROWS, ParquetFileWriter } from './parquet/file-writer.ts'
import { RowPages } from './parquet/row-pages.ts'
import { openParquetRows } from './parquet-by-number.ts'
import { rowsOf } from './slices.ts'
import type { StoreChanges } from './store-value.ts'
import { storedTypes } from './stored-types.ts'

/** Rows wait as lines beside the file until it is known what their columns are; where that is told, they are taken apart as they come. */
class ParquetWriter implements RowWriter {
  private readonly path: string
  private readonly untyped: JsonlWriter | null
  private readonly inference = new TypeInference()
  private typed: TypedWriter | null
  private readonly metadata: WriteOptions['metadata']

  constructor(path: string, { types, metadata }: WriteOptions) {
    this.path = path
    this.untyped = types === undefined ? new JsonlWriter(`${path}.rows`) : null
    this.typed = types === undefined ? null : new TypedWriter(path, types, metadata)
    this.metadata = metadata
  }

  async write(row: Row): Promise<number> {
    if (this.typed !== null) return this.typed.write(row)
    this.inference.observe(row)
    return this.untyped!.write(row)
  }

  async close(): Promise<number> {
    const waiting = `${this.path}.rows`
    try {
      if (this.untyped !== null) {
        await this.untyped.close()
        this.typed = new TypedWriter(this.path, this.inference.types(), this.metadata)
        for await (const row of jsonl.read(waiting)) await this.typed.write(row)
      }
      return await this.typed!.close()
    } catch (error) {
      this.typed?.abort()
      throw error
    } finally {
      await rm(waiting, { force: true })
    }
  }

  async abort(): Promise<void> {
    await this.untyped?.abort()
    this.typed?.abort()
    await rm(`${this.path}.rows`, { force: true })
  }
}

class TypedWriter {
  private readonly path: string
  private readonly growing: string
  private readonly file: ParquetFileWriter
  private readonly pages: RowPages
  private readonly changes: StoreChanges = { replacedSurrogates: 0, mistyped: 0 }

  constructor(path: string, types: StoreTypes, metadata: WriteOptions['metadata']) {
    this.path = path
    this.pages = new RowPages(types)
    this.growing = growingPath(path)
    this.file = this.guardedNow(() => new ParquetFileWriter(this.growing, types, metadata))
  }

  async write(row: Row): Promise<number> {
    const { bytes } = await this.pages.add(row, this.changes)
    if (this.pages.rows >= MAX_GROUP_ROWS || this.pages.bytes >= MAX_GROUP_BYTES) await this.guarded(() => this.file.writePages(this.pages))
    return bytes
  }

  async close(): Promise<number> {
    return this.guarded(async () => {
      await this.file.writePages(this.pages)
      const rows = this.file.close()
      settle(this.growing, this.path)
      return rows
    })
  }

  abort(): void {
    this.file.abort()
    if (this.growing !== this.path) rmSync(this.growing, { force: true })
  }

  private async guarded<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action()
    } catch (error) {
      throw cannotWrite(this.path, error)
    }
  }

  private guardedNow<T>(action: () => T): T {
    try {
      return action()
    } catch (error) {
      throw cannotWrite(this.path, error)
    }
  }
}

function cannotWrite(path: string, cause: unknown): TracewrightError {
  return new TracewrightError('file', `Cannot write '${path}': ${systemReason(cause)}`, { cause })
}

export const parquet = defineCodec({
  name: 'parquet',
  extensions: ['.parquet'],
  description: 'Columns, compressed with zstd, in row groups of 2,048 rows or 16 MB at most; nested values keep their structure',
  mixed: 'kept',
  stage: 'pages',
  write: (path, options = {}) => new ParquetWriter(path, options),
  async *read(path) {
    yield* rowsOf(openFile(path))
  },
  open: openFile,
})

/** Rows by number. Throws where it is no Parquet file. */
async function openFile(path: string): Promise<RowFile> {
  const database = await openDatabase()
  try {
    return await openParquetRows(path, database, await storedTypes(database.connection, path))
  } catch (error) {
    database[Symbol.dispose]()
    throw new TracewrightError('file', `Cannot read rows: ${messageOf(error)}`, { where: path, cause: error })
  }
}
