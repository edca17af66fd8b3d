import type { DuckDBConnection } from '@duckdb/node-api'
import { isObject, type Json, parseJson } from '../json/json.ts'
import type { StoreTypes } from '../store-type.ts'
import { openDatabase, quoted } from './duckdb.ts'
import { fileSql } from './duckdb-files.ts'
import { TYPES_KEY } from './parquet/footer.ts'

/** Types a Parquet file of ours says its columns have; none for a file of somebody else. */
export async function storedTypesOf(path: string): Promise<StoreTypes> {
  using database = await openDatabase()
  return await storedTypes(database.connection, path)
}

/** As `storedTypesOf`, over a connection that is open already. */
export async function storedTypes(connection: DuckDBConnection, path: string): Promise<StoreTypes> {
  const reader = await connection.runAndReadAll(
    `SELECT decode(value) FROM parquet_kv_metadata(${fileSql(path)}) WHERE decode(key) = ${quoted(TYPES_KEY)}`,
  )
  const types: Json | undefined = parseJson(String(reader.getRows()[0]?.[0] ?? 'null'))
  return isObject(types) ? (types as StoreTypes) : {}
}
