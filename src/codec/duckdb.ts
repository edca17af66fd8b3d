import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { StoreType, StoreTypes } from '../store-type.ts'

/** A DuckDB of one's own, in memory, and its connection; `connect` gives more: a connection streams one result at a time. */
export type Database = {
  /** The engine. */
  connection: DuckDBConnection
  /** Open another connection. */
  connect(): Promise<DuckDBConnection>
  /** Let go of files. */
  [Symbol.dispose](): void
}

/** How much a database may take. */
export type DatabaseLimits = {
  memoryMB?: number // default 1024; beyond it DuckDB spills into `spillFolder`
  threads?: number
  spillFolder?: string // default: the system's folder for temporary files
  givesBack?: boolean // whether freed memory goes back to the system at once rather than being kept for what comes
}

/** Open a database. Loaded when first needed: the engine is large. */
export async function openDatabase(limits: DatabaseLimits = {}): Promise<Database> {
  const { DuckDBInstance } = await import('@duckdb/node-api')
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: `${limits.memoryMB ?? 1024}MB`,
    temp_directory: limits.spillFolder ?? tmpdir(),
    // Extensions would be fetched from the network; everything used here is built in.
    autoinstall_known_extensions: 'false',
    ...(limits.givesBack ? { allocator_flush_threshold: '16MB', allocator_bulk_deallocation_flush_threshold: '16MB' } : {}),
    ...(limits.threads === undefined ? {} : { threads: String(limits.threads) }),
  })
  const connection = await instance.connect()
  await connection.run('SET preserve_insertion_order = true')
  return {
    connection,
    connect: () => instance.connect(),
    [Symbol.dispose]() {
      connection.closeSync()
      instance.closeSync()
    },
  }
}

/** A database whose spilled rows go into a folder of their own, which goes with it: the engine lets SQL into the folder it spills to. */
export async function openApart(limits: DatabaseLimits): Promise<Database> {
  const spillFolder = mkdtempSync(join(limits.spillFolder ?? tmpdir(), 'tracewright-spill-'))
  const remove = () => rmSync(spillFolder, { recursive: true, force: true })
  try {
    const database = await openDatabase({ ...limits, spillFolder })
    return {
      ...database,
      [Symbol.dispose]() {
        database[Symbol.dispose]()
        remove()
      },
    }
  } catch (error) {
    remove()
    throw error
  }
}

/** A text as SQL writes it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** A name as SQL writes it. */
export function named(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** The SQL type that holds values of a stored type. */
export function sqlType(type: StoreType): string {
  switch (type) {
    case 'text':
    case 'json':
      return 'VARCHAR'
    case 'integer':
      return 'BIGINT'
    case 'number':
      return 'DOUBLE'
    case 'boolean':
      return 'BOOLEAN'
    default: {
      if ('list' in type) return `${sqlType(type.list)}[]`
      const keys: [string, StoreType][] = Object.entries(type.struct)
      if (type.rest !== undefined && !(type.rest in type.struct)) keys.push([type.rest, 'json'])
      return `STRUCT(${keys.map(([key, item]) => `${named(key)} ${sqlType(item)}`).join(', ')})`
    }
  }
}

/** The `columns` argument of `read_json` for a table. */
export function sqlColumns(types: StoreTypes): string {
  return `{${Object.entries(types)
    .map(([column, type]) => `${quoted(column)}: ${quoted(sqlType(type))}`)
    .join(', ')}}`
}
