import { basename } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { messageOf, TracewrightError } from '../../../../errors.ts'
import { isObject, type Json, stringOrNull } from '../../../../json/json.ts'
import type { Source } from '../../../log/source.ts'
import { storedColumns } from '../../../log/stored-columns.ts'

/** Which conversation of a store a unit is. */
export type StoreHint = {
  session: string
  generation: string | null // of a transcript that was archived; null: it is live
  archived: string | null // why it was
}

/** Whether a file is the store in which OpenClaw keeps an agent's sessions since August 2026, by its name or its first bytes. */
export function isStore(path: string, head: string): boolean {
  if (!head.startsWith('SQLite format 3\0')) return false
  return basename(path).startsWith('openclaw-agent') || head.includes('transcript_events')
}

/** Read a hint back; null where the unit is a file of its own. */
export function storeHint(hint: Json | undefined): StoreHint | null {
  if (!isObject(hint)) return null
  const session = stringOrNull(hint['session'])
  return session === null ? null : { session, generation: stringOrNull(hint['generation']), archived: stringOrNull(hint['archived']) }
}

/** Columns without which a table holds no transcript. */
const EVENTS = ['session_id', 'seq', 'event_json']
const ARCHIVES = ['session_id', 'generation', 'encoding', 'archive_blob']

/** Open a store, and make sure by its columns that it is one. The user's file is not touched: what is opened is a snapshot with its log. */
export async function openStore(source: Source, file: string): Promise<DatabaseSync> {
  let database: DatabaseSync
  let columns: Set<string>
  try {
    database = await source.database(file)
    database.exec('PRAGMA trusted_schema = OFF')
    columns = storedColumns(database, 'transcript_events')
  } catch (error) {
    throw new TracewrightError('rollout', `Cannot open store: ${messageOf(error)}`, { where: file, cause: error })
  }
  const missing = EVENTS.find(column => !columns.has(column))
  if (missing === undefined) return database
  const message = `Cannot read store: found no stored column transcript_events.${missing}, expected OpenClaw's openclaw-agent.sqlite`
  throw new TracewrightError('rollout', message, { where: file })
}

/** What a store holds: live and archived transcripts, and sessions of which it has nothing but the name of a file. */
export type StoreContent = { hints: StoreHint[]; elsewhere: string[] }

/** List the conversations of a store; reads none. */
export async function listStore(source: Source, file: string): Promise<StoreContent> {
  const database = await openStore(source, file)
  const texts = (sql: string) =>
    database
      .prepare(sql)
      .all()
      .map(row => Object.values(row).map(String))
  const live = texts('SELECT DISTINCT session_id FROM transcript_events WHERE session_id IS NOT NULL').map(([session]) => session!)
  const hints: StoreHint[] = live.map(session => ({ session, generation: null, archived: null }))
  hints.push(...archivesIn(database))
  const hasCold = hasColumns(database, 'session_transcript_cold_archives', ['session_id', 'archive_name'])
  const cold = hasCold ? texts('SELECT session_id FROM session_transcript_cold_archives').map(([session]) => session!) : []
  const known = new Set(hints.map(({ session }) => session))
  return { hints, elsewhere: cold.filter(session => !known.has(session)) }
}

/** The archived transcripts of a store, or of one session of it. */
export function archivesIn(database: DatabaseSync, session: string | null = null): StoreHint[] {
  const columns = storedColumns(database, 'session_transcript_archives')
  if (!ARCHIVES.every(column => columns.has(column))) return []
  const reason = columns.has('reason') ? 'reason' : 'NULL AS reason'
  const sql = `SELECT session_id, generation, ${reason} FROM session_transcript_archives WHERE ?1 IS NULL OR session_id = ?1 ORDER BY session_id, generation`
  const rows = database.prepare(sql).all(session)
  return rows.map(row => ({
    session: String(row['session_id']),
    generation: String(row['generation']),
    archived: typeof row['reason'] === 'string' ? row['reason'] : 'archived',
  }))
}

/** Whether a table stores all of these columns. */
export function hasColumns(database: DatabaseSync, table: string, columns: readonly string[]): boolean {
  const stored = storedColumns(database, table)
  return columns.every(column => stored.has(column))
}
