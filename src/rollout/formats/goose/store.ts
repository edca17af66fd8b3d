import type { DatabaseSync } from 'node:sqlite'
import { type Json, numberOrNull } from '../../../json/json.ts'
import type { Usage } from '../../conversation/row.ts'
import { NO_USAGE } from '../../conversation/usage.ts'
import type { ParseJob } from '../../format.ts'
import type { Source } from '../../log/source.ts'
import { storedColumns } from '../../log/stored-columns.ts'
import { sessionCounts, storedRecords, storedRow } from '../../log/stored-records.ts'
import { openTables, rowsOf } from '../../log/stored-rows.ts'
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
  const facts = factsOf(header)
  const ledgered = answeredIn(database, id)
  const session: Session = { id, file, ...facts, messages: [], diagnostics: [] }
  if (ledgered.models.length > 0) session.models = ledgered.models
  session.usage ??= ledgered.usage
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

/** Which models answered and what they took, by the ledger of responses that newer stores keep. */
function answeredIn(database: DatabaseSync, id: string): { models: string[]; usage: Usage | null } {
  const columns = storedColumns(database, 'usage_ledger')
  if (!LEDGER.every(column => columns.has(column))) return { models: [], usage: null }
  const models = new Set<string>()
  const total: Usage = { ...NO_USAGE }
  const add = (key: keyof Usage, value: Json | undefined) => {
    const count = numberOrNull(value)
    if (count !== null) total[key] = (total[key] ?? 0) + count
  }
  const sql = `SELECT ${LEDGER.join(', ')} FROM usage_ledger WHERE session_id = ? ORDER BY rowid`
  for (const row of rowsOf(database, sql, id)) {
    if (typeof row['model'] === 'string' && row['model'] !== '') models.add(row['model'])
    add('input_tokens', row['input_tokens'])
    add('output_tokens', row['output_tokens'])
    add('cached_input_tokens', row['cache_read_tokens'])
    add('cache_write_tokens', row['cache_write_tokens'])
    add('cost_usd', row['cost'])
  }
  return { models: [...models], usage: total.input_tokens || total.output_tokens ? total : null }
}

const LEDGER = ['session_id', 'model', 'input_tokens', 'output_tokens', 'cache_read_tokens', 'cache_write_tokens', 'cost'] as const
