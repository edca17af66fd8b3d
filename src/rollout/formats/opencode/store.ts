import type { DatabaseSync } from 'node:sqlite'
import { messageOf } from '../../../errors.ts'
import { isObject, type JsonObject, numberOrNull, parseJson, stringOrNull } from '../../../json/json.ts'
import type { ParseJob } from '../../format.ts'
import { type Entry, readRecord } from '../../log/entries.ts'
import type { Source } from '../../log/source.ts'
import { storedColumns } from '../../log/stored-columns.ts'
import { boundedColumns, openTables, rowsOf } from '../../log/stored-rows.ts'
import { factsOf, type StoredMessage, type StoredSession } from './stored-session.ts'

/** Open a store: a database of OpenCode since version 1.2. */
export function openStore(source: Source, file: string): Promise<DatabaseSync> {
  return openTables(source, file, NEEDED, "OpenCode's opencode.db")
}

const NEEDED = { message: ['id', 'session_id', 'data'], part: ['id', 'message_id', 'session_id', 'data'] }

/** Sessions of a store and how many messages each has, sessions that only messages name included. */
export async function listSessions(source: Source, file: string): Promise<Map<string, number>> {
  const database = await openStore(source, file)
  const counts = new Map<string, number>()
  if (storedColumns(database, 'session').has('id'))
    for (const { id } of rowsOf(database, 'SELECT id FROM session')) if (typeof id === 'string') counts.set(id, 0)
  for (const { session_id: id, n } of rowsOf(database, 'SELECT session_id, count(*) AS n FROM message GROUP BY session_id'))
    if (typeof id === 'string') counts.set(id, numberOrNull(n) ?? 0)
  return counts
}

/** Read one session. A page that cannot be read costs what stands on it. */
export async function readStored({ source, ledger }: ParseJob, file: string, id: string): Promise<StoredSession> {
  const database = await openStore(source, file)
  const header = sessionRow(database, id)
  if (header['id'] !== undefined) ledger.settle(ledger.read(file, 0, null, header), 'metadata', 'what is known of the session')
  const facts = factsOf(header)
  const session: StoredSession = { id, file, ...facts, worktree: worktreeOf(database, header), messages: [], diagnostics: [] }
  const byId = new Map<string, StoredMessage>()
  const read = (table: string, columns: string, order: string, take: (row: JsonObject, entry: Entry) => void) => {
    let last = 0
    try {
      const sql = `SELECT rowid AS _row, ${boundedColumns(new Set(columns.split(' ')))} FROM ${table} WHERE session_id = ? ORDER BY ${order}`
      for (const row of rowsOf(database, sql, id)) {
        last = numberOrNull(row['_row']) ?? last + 1
        if (row['_too_long']) session.diagnostics.push({ code: 'value_too_long', at: `${file}:${last}`, detail: table })
        const entry = readRecord(ledger, file, last, String(row['data'] ?? ''))
        if (entry !== null) take(row, entry)
      }
    } catch (error) {
      ledger.settle(ledger.read(file, last + 1), 'unparsed', 'damaged store')
      session.diagnostics.push({ code: 'damaged_store', at: `${file}:${last + 1}`, detail: messageOf(error) })
    }
  }
  const time = storedColumns(database, 'message').has('time_created') ? 'time_created, id' : 'id'
  read('message', 'id data', time, (row, { record, place }) => {
    ledger.settle(place, 'metadata', 'what is known of a message')
    const message = { id: String(row['id']), info: record, place, parts: [] }
    session.messages.push(message)
    byId.set(message.id, message)
  })
  read('part', 'id message_id data', 'message_id, id', (row, entry) => {
    entry.record['id'] ??= row['id']!
    const message = byId.get(String(row['message_id']))
    if (message !== undefined) message.parts.push(entry)
    else {
      ledger.settle(entry.place, 'metadata', 'part of no message')
      session.diagnostics.push({ code: 'orphan_part', at: `${file}:${entry.place.line}`, detail: row['message_id'] ?? null })
    }
  })
  return session
}

/** The session that spawned another, as a store has it. */
export async function storedParent(source: Source, file: string, id: string): Promise<string | null> {
  return stringOrNull(sessionRow(await openStore(source, file), id)['parent_id'])
}

/** The calls of a session that spawned others, by these. */
export function storedSpawns(source: Source, file: string, id: string): Promise<ReadonlyMap<string, string>> {
  return source.shared(`opencode spawns ${file} ${id}`, async () => {
    const database = await openStore(source, file)
    const sql = `SELECT ${boundedColumns(new Set(['data']))} FROM part WHERE session_id = ? 
      AND (instr(data, '"sessionId"') > 0 OR instr(data, '"sessionID"') > 0)`
    return spawnsIn([...rowsOf(database, sql, id)].map(({ data }) => parseJson(String(data))))
  })
}

/** The calls in these parts that spawned sessions, by the sessions. */
export function spawnsIn(parts: readonly unknown[]): ReadonlyMap<string, string> {
  const calls = new Map<string, string>()
  for (const part of parts) {
    const state = isObject(part) && isObject(part['state']) ? part['state'] : {}
    const metadata = isObject(state['metadata']) ? state['metadata'] : {}
    const child = stringOrNull(metadata['sessionId']) ?? stringOrNull(metadata['sessionID'])
    if (child !== null && isObject(part) && typeof part['callID'] === 'string') calls.set(child, part['callID'])
  }
  return calls
}

function sessionRow(database: DatabaseSync, id: string): JsonObject {
  const columns = storedColumns(database, 'session')
  if (!columns.has('id')) return {}
  for (const row of rowsOf(database, `SELECT ${boundedColumns(columns)} FROM session WHERE id = ?`, id)) return row
  return {}
}

function worktreeOf(database: DatabaseSync, { project_id: id }: JsonObject): string | null {
  const columns = storedColumns(database, 'project')
  if (typeof id !== 'string' || !columns.has('id') || !columns.has('worktree')) return null
  for (const { worktree } of rowsOf(database, 'SELECT worktree FROM project WHERE id = ?', id)) return stringOrNull(worktree)
  return null
}
