import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { quoted } from '../../codec/duckdb.ts'
import { readerSql } from '../../codec/duckdb-files.ts'
import type { Entry } from './entries.ts'
import { readIndex } from './index-files.ts'
import type { Manifest } from './manifest.ts'

/** Make the table `logs`: what a store knows of the logs it has read. */
export async function createLogsTable(connection: DuckDBConnection, folder: string, manifest: Manifest): Promise<void> {
  const made = mkdtempSync(join(tmpdir(), 'tracewright-logs-'))
  const path = join(made, 'logs.jsonl')
  try {
    const file = openSync(path, 'w')
    for (const entry of readIndex(folder, manifest).values()) writeSync(file, `${JSON.stringify(logOf(entry))}\n`)
    closeSync(file)
    const columns = Object.entries(COLUMNS).map(([column, type]) => `${column}: ${quoted(type)}`)
    await connection.run(
      `CREATE TABLE logs AS SELECT * FROM ${readerSql('read_json', [path], { options: `format = 'newline_delimited', columns = {${columns.join(', ')}}` })}`,
    )
  } finally {
    rmSync(made, { recursive: true, force: true })
  }
}

/** Columns of the table of logs, with their types as SQL has them. */
const COLUMNS: { [column in keyof Log]: string } = {
  source_kind: 'VARCHAR',
  root: 'VARCHAR',
  path: 'VARCHAR',
  member: 'VARCHAR',
  bytes: 'BIGINT',
  changed_at: 'TIMESTAMP',
  read_at: 'TIMESTAMP',
  gone_since: 'TIMESTAMP',
  trace_ids: 'VARCHAR[]',
  rejects: 'VARCHAR[]',
}

/** A log as the table has it: what was read, when, and what came of it. */
type Log = {
  source_kind: string
  root: string // folder that was read
  path: string // below it
  member: string | null // which conversation, where a file holds many
  bytes: number
  changed_at: string | null // when its files were changed last, as they were read
  read_at: string
  gone_since: string | null // since when its files are no longer there; its rows are kept
  trace_ids: string[] // rows in the store
  rejects: string[] // why it has none, or fewer than it might
}

function logOf({ reading: { format, root, key, member, files, at, gone }, came: { rows, rejects } }: Entry): Log {
  const changed = Math.max(...files.map(([, , mtimeMs]) => mtimeMs))
  return {
    source_kind: format,
    root,
    path: files[0]?.[0] ?? key,
    member,
    bytes: files.reduce((sum, [, size]) => sum + size, 0),
    changed_at: changed > 0 ? new Date(changed).toISOString() : null,
    read_at: new Date(at).toISOString(),
    gone_since: gone,
    trace_ids: rows.flatMap(({ stored, shard }) => (stored === null || shard === null ? [] : [stored])),
    rejects: rejects.map(({ reason }) => reason),
  }
}
