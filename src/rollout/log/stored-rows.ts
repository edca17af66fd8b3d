import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { messageOf, TracewrightError } from '../../errors.ts'
import type { Json, JsonObject } from '../../json/json.ts'
import type { Source } from './source.ts'
import { storedColumns } from './stored-columns.ts'

/**
 * Open a database and make sure, by the columns it stores and not by its version, that it is what is expected. The user's file is not
 * touched, and what its author wrote into it is not run.
 */
export async function openTables(
  source: Source,
  file: string,
  needed: { readonly [table: string]: readonly string[] },
  expected: string,
): Promise<DatabaseSync> {
  let database: DatabaseSync
  let missing: string | undefined
  try {
    database = await source.database(file)
    database.exec('PRAGMA trusted_schema = OFF')
    missing = Object.entries(needed)
      .flatMap(([table, columns]) => {
        const stored = storedColumns(database, table)
        return columns.filter(column => !stored.has(column)).map(column => `${table}.${column}`)
      })
      .at(0)
  } catch (error) {
    throw new TracewrightError('rollout', `Cannot open store: ${messageOf(error)}`, { where: file, cause: error })
  }
  if (missing === undefined) return database
  throw new TracewrightError('rollout', `Cannot read store: found no stored column ${missing}, expected ${expected}`, { where: file })
}

/** A value that takes more than this is no message anybody wrote, and no text could hold a few of them. */
const MAX_VALUE_BYTES = 64 << 20

/** Rows of a query as plain JSON; a value JSON cannot say is kept as text. */
export function* rowsOf(database: DatabaseSync, sql: string, ...parameters: string[]): Iterable<JsonObject> {
  const statement = database.prepare(sql)
  statement.setReadBigInts(true)
  for (const row of statement.iterate(...parameters))
    yield Object.fromEntries(Object.entries(row).map(([column, value]) => [column, plainValue(value as SQLOutputValue)]))
}

/** What to select to have these columns of a table, values that are too long left out and named in `_too_long`. */
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

function plainValue(value: SQLOutputValue): Json {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8')
  return typeof value === 'number' && !Number.isFinite(value) ? null : value
}
