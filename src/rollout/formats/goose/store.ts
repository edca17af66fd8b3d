import type { DatabaseSync } from 'node:sqlite'
import type { ParseJob } from '../../format.ts'
import type { Source } from '../../log/source.ts'
import { storedColumns } from '../../log/stored-columns.ts'
import { sessionCounts, storedRecords, storedRow } from '../../log/stored-records.ts'
import { openTables } from '../../log/stored-rows.ts'
import { factsOf, type Session } from './entry.ts'

/** Open a store: `sessions.db`. */
export function openStore(source: Source, file: string): Promise<DatabaseSync> {
  return openTables(source, file, { messages: ['session_id', 'role', 'content_json'] }, "Goose's sessions.db")
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
  const session: Session = { id, file, ...factsOf(header), messages: [], diagnostics: [] }
  // Times are in seconds, so that several messages share one.
  const order = storedColumns(database, 'messages').has('created_timestamp') ? 'created_timestamp, rowid' : 'rowid'
  const query = { table: 'messages', column: 'session_id', value: id, order }
  const listed = (text: unknown) => `{"content":${typeof text === 'string' && text !== '' ? text : '[]'}}`
  for (const { row, entry } of storedRecords(ledger, database, file, query, row => listed(row['content_json']), session.diagnostics))
    session.messages.push({
      id: row['message_id'] ?? null,
      role: row['role'] ?? null,
      created: row['created_timestamp'] ?? null,
      metadata: row['metadata_json'] ?? null,
      entry,
    })
  return session
}
