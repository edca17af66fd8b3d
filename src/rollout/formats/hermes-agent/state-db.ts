import { messageOf } from '../../../errors.ts'
import { readJsonOr } from '../../../json/exact.ts'
import { isObject, type Json, type JsonObject, numberOrNull, stringOrNull } from '../../../json/json.ts'
import type { Ledger } from '../../log/ledger.ts'
import type { Source } from '../../log/source.ts'
import { boundedColumns, rowsOf } from '../../log/stored-rows.ts'
import { columnsOf, openStore } from './database.ts'
import { type Entry, stateOf } from './entry.ts'
import type { StoredSession } from './stored-session.ts'

/** Sessions of a store and how many messages each has, sessions that only messages name included. */
export async function listSessions(source: Source, file: string): Promise<Map<string, number>> {
  const database = await openStore(source, file)
  const counts = new Map<string, number>()
  if (columnsOf(database, 'sessions').has('id'))
    for (const { id } of rowsOf(database, 'SELECT id FROM sessions')) if (id !== null && id !== undefined) counts.set(String(id), 0)
  for (const { session_id: id, n } of rowsOf(database, 'SELECT session_id, count(*) AS n FROM messages GROUP BY session_id'))
    if (id !== null && id !== undefined) counts.set(String(id), numberOrNull(n) ?? 0)
  return counts
}

/** Tables that say more of a session, and the name their rows go by in the row. */
const SIDE_TABLES = [
  ['session_model_usage', 'model_usage'],
  ['gateway_routing', 'gateway_index'],
] as const

/** The columns that tell lineage, of all sessions of a store; read once. */
export function familyOf(source: Source, file: string): Promise<Map<string, JsonObject>> {
  return source.shared(`hermes family ${file}`, async () => {
    const database = await openStore(source, file)
    const columns = columnsOf(database, 'sessions')
    const wanted = ['id', 'parent_session_id', 'source', 'model_config', 'started_at', 'ended_at', 'end_reason'].filter(name =>
      columns.has(name),
    )
    if (!columns.has('id')) return new Map()
    return new Map([...rowsOf(database, `SELECT ${boundedColumns(new Set(wanted))} FROM sessions`)].map(row => [String(row['id']), row]))
  })
}

/** Read one session of `state.db`, whatever columns its version has. A page that cannot be read costs what stands on it. */
export async function readStored(source: Source, ledger: Ledger, file: string, id: string): Promise<StoredSession> {
  const database = await openStore(source, file)
  const sessions = columnsOf(database, 'sessions')
  const { _too_long: _, ...header }: JsonObject =
    (sessions.has('id') ? first(rowsOf(database, `SELECT ${boundedColumns(sessions)} FROM sessions WHERE id = ?`, id)) : null) ?? {}
  if (header['id'] !== undefined) ledger.settle(ledger.read(file, 0, null, header), 'metadata', 'session settings')
  const session: StoredSession = {
    id,
    file,
    header,
    systemPrompt: stringOrNull(header['system_prompt']) ?? promptOf(),
    tools: null,
    entries: [],
    diagnostics: [],
  }
  for (const [table, name] of SIDE_TABLES) {
    if (!columnsOf(database, table).has('session_id')) continue
    const rows = [...rowsOf(database, `SELECT * FROM ${table} WHERE session_id = ?`, id)]
    if (rows.length > 0) header[name] = rows
  }
  const order = columnsOf(database, 'messages').has('id') ? 'id' : 'rowid'
  let last = 0
  try {
    const columnList = boundedColumns(columnsOf(database, 'messages'))
    for (const record of rowsOf(
      database,
      `SELECT rowid AS _rowid, ${columnList} FROM messages WHERE session_id = ? ORDER BY ${order}`,
      id,
    )) {
      const { _rowid, _too_long: tooLong, ...columns } = record
      last = numberOrNull(columns['id']) ?? numberOrNull(_rowid) ?? last + 1
      if (tooLong) session.diagnostics.push({ code: 'value_too_long', at: `${file}:${last}`, detail: String(tooLong).trim().split('\n') })
      const entry: Entry = { record: opened(columns), place: ledger.read(file, last, null, columns), text: null, state: stateOf(columns) }
      session.entries.push(entry)
    }
  } catch (error) {
    ledger.settle(ledger.read(file, last + 1), 'unparsed', 'damaged store')
    session.diagnostics.push({ code: 'damaged_store', at: `${file}:${last + 1}`, detail: messageOf(error) })
  }
  return session

  /** Newer stores keep each prompt once, under its hash. */
  function promptOf(): string | null {
    const hash = stringOrNull(header['system_prompt_hash'])
    const columns = columnsOf(database, 'system_prompts')
    if (hash === null || !columns.has('hash') || !columns.has('prompt')) return null
    return stringOrNull(first(rowsOf(database, 'SELECT prompt FROM system_prompts WHERE hash = ?', hash))?.['prompt'])
  }
}

/** A `session_meta` row keeps its settings as the text of its content. */
function opened(columns: JsonObject): JsonObject {
  if (columns['role'] !== 'session_meta') return columns
  const settings: Json | undefined = readJsonOr(String(columns['content'] ?? '').replace(/^\0json:/, ''))
  return isObject(settings) ? { ...columns, ...settings, role: 'session_meta' } : columns
}

function first(rows: Iterable<JsonObject>): JsonObject | null {
  for (const row of rows) return row
  return null
}
