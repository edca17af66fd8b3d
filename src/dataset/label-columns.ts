import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { named, sqlColumns } from '../codec/duckdb.ts'
import { readerSql } from '../codec/duckdb-files.ts'
import { readText } from '../disk/read-file.ts'
import { readJsonOr } from '../json/exact.ts'
import { isObject, type JsonObject } from '../json/json.ts'
import type { Row } from '../row.ts'
import type { StoreTypes } from '../store-type.ts'

/** What the file of columns is: of which state of the store and of the events, and how far its lines go. */
export type LabelManifest = {
  layout: 1
  store: string // hash of the store's files
  events: { [file: string]: number } // bytes of what people said that the lines stand for
  lines: number
  bytes: number
  rows: number // sessions of which something stands
  labels: number
  names: string[] // of one's own
  lost: JsonObject[] // labels of messages that are no longer there
}

/** What people said of the rows of a store, as columns of them, whatever they call their labels. */
const TYPES: StoreTypes = {
  label: 'text', // accept, reject, or disputed where people disagree
  label_tags: { list: 'text' },
  label_notes: { list: 'text' },
  label_by: { list: 'text' },
  label_values: {
    list: { struct: { message: 'integer', name: 'text', value: 'text', by: 'text' }, always: ['message', 'name', 'value', 'by'] },
  },
  message_labels: {
    list: { struct: { message: 'integer', label: 'text', tags: { list: 'text' }, notes: { list: 'text' } }, always: ['label'] },
  },
  message_accepted: { list: 'boolean' }, // as messages; null: nobody said
}

/** The file that says so. */
export function labelManifestFile(folder: string): string {
  return join(folder, 'labels', 'manifest.json')
}

/** Columns of labels that a store has: those of all stores, and one for each name that somebody chose. Null for a store without any. */
export function labelTypes(folder: string | null): StoreTypes | null {
  if (folder === null || !existsSync(labelColumnsFile(folder))) return null
  const path = labelManifestFile(folder)
  const manifest = existsSync(path) ? readJsonOr(readText(path)) : null
  const names = isObject(manifest) && Array.isArray(manifest['names']) ? manifest['names'].map(String) : []
  return { ...TYPES, ...Object.fromEntries(names.map(name => [`label_${name}`, 'text' as const])) }
}

/** What people said of rows: given to a row that was read by itself, and joined to files in SQL. */
export type Labels = {
  /** A row with what people said of it. */
  give(row: Row): Row
  /** Files in SQL, with what people said of their rows. */
  join(from: string, more?: string): string
}

/** File of a store that holds them, a line of JSON for each row that has any; the last line of a row counts. */
export function labelColumnsFile(folder: string): string {
  return join(folder, 'labels', 'columns.jsonl')
}

/** Gives rows their labels; null for a store without any. */
export function labelColumns(folder: string | null): ((row: Row) => Row) | null {
  const types = labelTypes(folder)
  if (folder === null || types === null) return null
  const none: Row = Object.fromEntries(Object.keys(types).map(column => [column, null]))
  const labels = new Map<string, Row>()
  for (const text of readText(labelColumnsFile(folder)).split('\n')) {
    const row = text === '' ? undefined : readJsonOr(text)
    if (!isObject(row)) continue
    const { trace_id: id, line: _, is_gone: isGone, ...columns } = row
    if (isGone === true) labels.delete(String(id))
    else labels.set(String(id), columns)
  }
  return row => ({ ...row, ...none, ...labels.get(String(row['trace_id'])) })
}

/** Make the table of labels, and give SQL for files with these columns beside theirs; `more`: what else is to be selected of the files. */
export async function joinLabels(connection: DuckDBConnection, folder: string): Promise<(from: string, more?: string) => string> {
  const types = labelTypes(folder)!
  const columns = sqlColumns({ line: 'integer', is_gone: 'boolean', trace_id: 'text', ...types })
  const options = `format = 'newline_delimited', ignore_errors = true, columns = ${columns}`
  const last = 'QUALIFY row_number() OVER (PARTITION BY trace_id ORDER BY line DESC NULLS LAST) = 1'
  await connection.run(
    `CREATE TABLE label_columns AS SELECT * FROM (SELECT * FROM ${readerSql('read_json', [labelColumnsFile(folder)], { options })} ${last}) WHERE is_gone IS NOT TRUE`,
  )
  const labels = Object.keys(types).map(column => `label_columns.${named(column)}`)
  return (from, more = '') =>
    `(SELECT stored.*, ${labels.join(', ')}${more} FROM ${from} AS stored LEFT JOIN label_columns USING (trace_id))`
}
