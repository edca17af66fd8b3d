import type { DatabaseSync } from 'node:sqlite'
import { messageOf, TracewrightError } from '../../../errors.ts'
import type { Source } from '../../log/source.ts'

/** Columns a table of the store has; empty where there is no such table. A view, or what a module computes, is none: it could take for ever. */
export function columnsOf(database: DatabaseSync, table: string): Set<string> {
  const stored = database
    .prepare("SELECT type, sql FROM sqlite_schema WHERE lower(name) = lower(?) AND type IN ('table', 'view')")
    .get(table)
  if (stored?.['type'] !== 'table' || /^\s*create\s+virtual/i.test(String(stored['sql']))) return new Set()
  return new Set(
    database
      .prepare(`PRAGMA table_info(${table})`)
      .all()
      .map(column => String(column['name'])),
  )
}

/** Open a store and make sure it is one, by its columns and not by its version. */
export async function openStore(source: Source, file: string): Promise<DatabaseSync> {
  let messages: Set<string>
  let database: DatabaseSync
  try {
    database = await source.database(file)
    messages = columnsOf(database, 'messages')
  } catch (error) {
    throw new TracewrightError('rollout', `Cannot open store: ${messageOf(error)}`, { where: file, cause: error })
  }
  for (const column of ['session_id', 'role'])
    if (!messages.has(column))
      throw new TracewrightError('rollout', `Cannot read store: found no column messages.${column}, expected a Hermes state.db`, {
        where: file,
      })
  return database
}
