import type { DatabaseSync } from 'node:sqlite'
import { numberOrNull, stringOrNull } from '../../../json/json.ts'
import type { ParseJob } from '../../format.ts'
import type { Source } from '../../log/source.ts'
import { storedColumns } from '../../log/stored-columns.ts'
import { sessionCounts, storedRecords, storedRow } from '../../log/stored-records.ts'
import { openTables, rowsOf } from '../../log/stored-rows.ts'
import { factsOf, type Session } from './entry.ts'

/** Open a store: the `crush.db` of a project. */
export function openStore(source: Source, file: string): Promise<DatabaseSync> {
  return openTables(source, file, { messages: ['id', 'session_id', 'role', 'parts'] }, "Crush's crush.db")
}

/** Sessions of a store and how many messages each has. */
export async function listSessions(source: Source, file: string): Promise<Map<string, number>> {
  return sessionCounts(await openStore(source, file), 'sessions', 'messages', 'session_id')
}

/** Read one session out of a store. */
export async function readStored({ source, ledger }: ParseJob, file: string, id: string): Promise<Session> {
  const database = await openStore(source, file)
  const header = storedRow(database, 'sessions', id)
  if (header['id'] !== undefined) ledger.settle(ledger.read(file, 0, null, header), 'metadata', 'what is known of the session')
  const session: Session = { file, ...factsOf(id, header, spentBelow(database, id)), messages: [], diagnostics: [] }
  // Times are in seconds, so that several messages share one.
  const order = storedColumns(database, 'messages').has('created_at') ? 'created_at, rowid' : 'rowid'
  const query = { table: 'messages', column: 'session_id', value: id, order }
  const listed = (text: unknown) => `{"parts":${typeof text === 'string' && text !== '' ? text : '[]'}}`
  for (const { row, entry } of storedRecords(ledger, database, file, query, row => listed(row['parts']), session.diagnostics)) {
    const { parts: _, ...rest } = row
    session.messages.push({ row: rest, entry })
  }
  return session
}

/** The session that spawned another, as a store has it. */
export async function storedParent(source: Source, file: string, id: string): Promise<string | null> {
  return stringOrNull(storedRow(await openStore(source, file), 'sessions', id)['parent_session_id'])
}

/** What the agents have cost that a session spawned. */
function spentBelow(database: DatabaseSync, id: string): number {
  const columns = storedColumns(database, 'sessions')
  if (!columns.has('parent_session_id') || !columns.has('cost')) return 0
  const sql = "SELECT sum(cost) AS spent FROM sessions WHERE parent_session_id = ? AND instr(id, '$$') > 0"
  for (const { spent } of rowsOf(database, sql, id)) return numberOrNull(spent) ?? 0
  return 0
}
