import type { DatabaseSync } from 'node:sqlite'
import { messageOf } from '../../errors.ts'
import { type JsonObject, numberOrNull } from '../../json/json.ts'
import type { Diagnostic } from './diagnostic.ts'
import { type Entry, readRecord } from './entries.ts'
import type { Ledger } from './ledger.ts'
import { storedColumns } from './stored-columns.ts'
import { boundedColumns, rowsOf } from './stored-rows.ts'

/** A row of a table, and the record that its JSON holds. */
export type StoredRecord = { row: JsonObject; entry: Entry }

/** Which rows of a table: those whose `column` holds `value`, in this order. */
export type StoredQuery = { table: string; column: string; value: string; order: string }

/**
 * The rows of one session in a store, each with the record in it: what `textOf` makes of the row is the record's JSON. A row that holds
 * none is settled as such, and a page of the file that cannot be read costs what stands on it and behind. `record` is the row's id.
 */
export function* storedRecords(
  ledger: Ledger,
  database: DatabaseSync,
  file: string,
  { table, column, value, order }: StoredQuery,
  textOf: (row: JsonObject) => string,
  diagnostics: Diagnostic[],
): Iterable<StoredRecord> {
  let last = 0
  try {
    const columns = boundedColumns(storedColumns(database, table))
    for (const row of rowsOf(database, `SELECT rowid AS _row, ${columns} FROM ${table} WHERE ${column} = ? ORDER BY ${order}`, value)) {
      last = numberOrNull(row['_row']) ?? last + 1
      if (row['_too_long']) diagnostics.push({ code: 'value_too_long', at: `${file}:${last}`, detail: table })
      const entry = readRecord(ledger, file, last, textOf(row))
      if (entry !== null) yield { row, entry }
    }
  } catch (error) {
    ledger.settle(ledger.read(file, last + 1), 'unparsed', 'damaged store')
    diagnostics.push({ code: 'damaged_store', at: `${file}:${last + 1}`, detail: messageOf(error) })
  }
}

/** The row of a table whose `id` is this; empty where there is none, or no such table. */
export function storedRow(database: DatabaseSync, table: string, id: string): JsonObject {
  const columns = storedColumns(database, table)
  if (!columns.has('id')) return {}
  for (const row of rowsOf(database, `SELECT ${boundedColumns(columns)} FROM ${table} WHERE id = ?`, id)) return row
  return {}
}

/** Sessions of a store and how many records each has, sessions that only records name included. */
export function sessionCounts(database: DatabaseSync, sessions: string, records: string, column: string): Map<string, number> {
  const counts = new Map<string, number>()
  if (storedColumns(database, sessions).has('id'))
    for (const { id } of rowsOf(database, `SELECT id FROM ${sessions}`)) if (typeof id === 'string') counts.set(id, 0)
  for (const { id, n } of rowsOf(database, `SELECT ${column} AS id, count(*) AS n FROM ${records} GROUP BY ${column}`))
    if (typeof id === 'string') counts.set(id, numberOrNull(n) ?? 0)
  return counts
}
