import { statSync } from 'node:fs'
import type { DuckDBConnection } from '@duckdb/node-api'
import { csvSlices } from '../codec/csv-cells.ts'
import { quoted, sqlColumns } from '../codec/duckdb.ts'
import { readerSql } from '../codec/duckdb-files.ts'
import { TypeInference } from '../codec/infer-types.ts'
import { rowOf } from '../codec/jsonl.ts'
import { differentSchemas } from '../codec/parquet-schema.ts'
import { chunksOf, slicesAtLineFeeds } from '../codec/slices.ts'
import { storedTypes } from '../codec/stored-types.ts'
import type { StoreTypes } from '../store-type.ts'
import { columnSql } from './query.ts'

/** How files are read as a table: SQL for any of them, the types of the columns, and whether rows can be read by number from any file alike. */
export type Table = {
  /** The table as SQL names it. */
  sql(files: readonly string[]): string
  /** Types of the columns. */
  types: StoreTypes
  /** Whether the files tell the numbers of their rows. */
  hasRowNumbers: boolean
}

/** The engine's own limit for one object of JSON, and the least that is given: it costs a buffer of twice as much for each thread. */
const OBJECT_BYTES = 1 << 24

/** The engine's own limit for a record of CSV. */
const CSV_RECORD_BYTES = 2_000_000

/** Find out how files can be read as a table. `known`: types where the dataset says them; `isPartitioned`: names of folders are columns, too. */
export async function tableOf(
  connection: DuckDBConnection,
  files: readonly string[],
  known: StoreTypes | null,
  isPartitioned = false,
): Promise<Table> {
  const first = files[0]?.toLowerCase()
  if (first === undefined) return noRows(known ?? {})
  if (!first.endsWith('.parquet')) for (const file of files) for await (const _ of chunksOf(file)) break // which refuses UTF-16
  if (first.endsWith('.parquet')) {
    const described = await describedBy(connection, files)
    const options = described.length === 1 ? '' : 'union_by_name = true'
    return {
      sql: files => readerSql('read_parquet', files, { options, isPartitioned }),
      types: known ?? (await storedTypes(connection, files[0]!)),
      // Columns of these names hide the engine's own.
      hasRowNumbers: described.length === 1 && !described.some(columns => /"file_(?:index|row_number)"/.test(columns)),
    }
  }
  if (first.endsWith('.csv')) {
    // The engine's own limit is 2 MB for a line. It wants the buffer larger than the longest, and takes it for each thread.
    const longest = Math.max(0, ...(await Promise.all(files.map(longestCsvRecord))))
    const room = longest * 2 > CSV_RECORD_BYTES ? `, max_line_size = ${longest * 2}, buffer_size = ${longest * 4}, parallel = false` : ''
    const plain = `header = true, delim = ',', quote = '"', escape = '"', sample_size = -1${room}`
    const options = `${plain}${await infinitiesOf(connection, readerSql('read_csv', files, { options: plain }))}`
    return { sql: files => readerSql('read_csv', files, { options }), types: known ?? {}, hasRowNumbers: false }
  }
  if (!/\.(?:jsonl|ndjson)$/.test(first)) return { sql: files => readerSql('read_json', files), types: known ?? {}, hasRowNumbers: false }
  const { longest, types } = known === null ? await linesOf(files) : { longest: await longestLine(files), types: known }
  // A file without a line that says something has no columns that the engine could be told.
  if (Object.keys(types).length === 0) return noRows({})
  const options = `format = 'newline_delimited', columns = ${sqlColumns(types)}, maximum_object_size = ${Math.max(OBJECT_BYTES, longest * 2)}`
  return { sql: files => readerSql('read_json', files, { options }), types, hasRowNumbers: false }
}

function noRows(types: StoreTypes): Table {
  const columns = Object.keys(types).map(column => `NULL AS ${columnSql(column)}`)
  return { sql: () => `(SELECT ${columns.join(', ') || '1 AS nothing'} WHERE false)`, types, hasRowNumbers: false }
}

/** To the engine a column that says `inf` alone is one of days without end; here it is one of numbers. What its reader has to be told. */
async function infinitiesOf(connection: DuckDBConnection, table: string): Promise<string> {
  const described = await connection.runAndReadAll(`SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${table})`)
  const days = described.getRows().flatMap(([name, type]) => (/^(?:DATE|TIMESTAMP)/.test(String(type)) ? [String(name)] : []))
  const numbers: string[] = []
  for (const column of days) {
    const name = columnSql(column)
    // One value speaks for all: days of which some are without end begin with none of these words in files of people.
    const first = await connection.runAndReadAll(`SELECT isinf(${name}) FROM ${table} WHERE ${name} IS NOT NULL LIMIT 1`)
    if (first.getRows()[0]?.[0] === true) numbers.push(column)
  }
  return numbers.length === 0 ? '' : `, types = {${numbers.map(name => `${quoted(name)}: 'DOUBLE'`).join(', ')}}`
}

/** Throws where one of these files of text is no UTF-8: the engine tells no place, and little of what to do. */
export async function refuseOtherEncoding(files: readonly string[]): Promise<void> {
  for (const file of files) if (!file.toLowerCase().endsWith('.parquet')) for await (const _ of slicesAtLineFeeds(file));
}

/** Columns as different files have them. Asking every file takes the engine long, and memory for each: one speaks for all of its schema. */
async function describedBy(connection: DuckDBConnection, files: readonly string[]): Promise<string[]> {
  const described = new Set<string>()
  for (const file of differentSchemas(files)) {
    const reader = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${readerSql('read_parquet', [file])}`)
    described.add(JSON.stringify(reader.getRows()))
  }
  return [...described]
}

/** What a pass over all lines tells: the types of the columns, and the bytes of the longest line. */
async function linesOf(files: readonly string[]): Promise<{ longest: number; types: StoreTypes }> {
  const inference = new TypeInference()
  let longest = 0
  for (const file of files) {
    let line = 0
    for await (const { bytes } of slicesAtLineFeeds(file)) {
      line++
      const text = bytes.toString('utf8')
      if (text.trim() !== '') inference.observe(rowOf(text, `${file}:${line}`))
      longest = Math.max(longest, bytes.length)
    }
  }
  return { longest, types: inference.types() }
}

/** The bytes of the longest record of a CSV file; small files need not be read for it. */
async function longestCsvRecord(file: string): Promise<number> {
  if (statSync(file).size * 2 <= CSV_RECORD_BYTES) return 0
  const slices = await csvSlices(file, () => {})
  let longest = 0
  for (let i = 0; i < slices.size; i++) longest = Math.max(longest, slices.at(i).length)
  return longest
}

/** No line is longer than its file: small files need not be read for it. */
async function longestLine(files: readonly string[]): Promise<number> {
  let longest = 0
  for (const file of files) {
    if (statSync(file).size * 2 <= OBJECT_BYTES) continue
    for await (const { bytes } of slicesAtLineFeeds(file)) longest = Math.max(longest, bytes.length)
  }
  return longest
}
