import type { DatabaseSync } from 'node:sqlite'

/**
 * Columns that a table of a database stores; empty where there is no such table. A view, a virtual table and a computed column are none:
 * to read them is to run what their author wrote, which need not end.
 */
export function storedColumns(database: DatabaseSync, table: string): Set<string> {
  const entry = database.prepare('SELECT type, rootpage FROM sqlite_schema WHERE name = ?').get(table)
  if (entry === undefined || entry['type'] !== 'table' || !(Number(entry['rootpage']) > 0)) return new Set()
  const columns = database.prepare('SELECT name, hidden FROM pragma_table_xinfo(?)').all(table)
  return new Set(columns.flatMap(({ name, hidden }) => (Number(hidden) === 0 ? [String(name)] : [])))
}
