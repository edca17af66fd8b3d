import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { messageOf, TracewrightError } from '../../../errors.ts'
import type { Json, JsonObject } from '../../../json/json.ts'
import type { Source } from '../../log/source.ts'

/** A value that takes more than this is no message anybody wrote, and no text could hold a few of them. */
const MAX_VALUE_BYTES = 64 << 20

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

/** Rows of a query as plain JSON; a value JSON cannot say is kept as text. */
export function* rowsOf(database: DatabaseSync, sql: string, ...parameters: string[]): Iterable<JsonObject> {
  const statement = database.prepare(sql)
  statement.setReadBigInts(true)
  for (const row of statement.iterate(...parameters))
    yield Object.fromEntries(Object.entries(row).map(([column, value]) => [column, plainValue(value as SQLOutputValue)]))
}

/** What to select to have all columns of a table, values that are too long left out and named in `_too_long`. */
export function boundedColumns(columns: ReadonlySet<string>): string {
  const bounded: string[] = []
  const tooLong: string[] = []
  for (const column of columns) {
    const name = `"${column.replaceAll('"', '""')}"`
    const isLong = `octet_length(${name}) > ${MAX_VALUE_BYTES}`
    bounded.push(`iif(${isLong}, NULL, ${name}) AS ${name}`)
    tooLong.push(`iif(${isLong}, '${column.replaceAll("'", "''")}' || char(10), '')`)
  }
  return [...bounded, `${tooLong.join(' || ')} AS _too_long`].join(', ')
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

function plainValue(value: SQLOutputValue): Json {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8')
  return typeof value === 'number' && !Number.isFinite(value) ? null : value
}
