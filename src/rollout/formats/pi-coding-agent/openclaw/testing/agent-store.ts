import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { zstdCompressSync } from 'node:zlib'

/** Where a store lies below the folder of OpenClaw's state. */
export const STORE = 'agents/main/agent/openclaw-agent.sqlite'

const SCHEMA = `
  CREATE TABLE session_nodes (session_key TEXT PRIMARY KEY, current_session_id TEXT, entry_json TEXT, created_via TEXT, parent_session_key TEXT,
    spawned_by TEXT, fork_source_session_id TEXT, label TEXT);
  CREATE TABLE session_windows (session_id TEXT PRIMARY KEY, session_key TEXT, previous_session_id TEXT, reason TEXT, created_at INTEGER,
    status TEXT, parent_session_key TEXT, spawned_by TEXT, channel TEXT);
  CREATE TABLE transcript_events (session_id TEXT, seq INTEGER, event_json TEXT, created_at INTEGER, event_zstd BLOB, event_utf8_bytes INTEGER,
    navigation_json TEXT, PRIMARY KEY (session_id, seq));
  CREATE TABLE session_transcript_archives (session_id TEXT, generation TEXT, session_key TEXT, reason TEXT, encoding TEXT, archive_blob BLOB,
    archive_name TEXT, created_at INTEGER, PRIMARY KEY (session_id, generation));`

const folders: string[] = []

/** A folder of OpenClaw's state with a store that `fill` has filled, and the folder's path. */
export function stateFolder(fill: (database: DatabaseSync) => void, schema = SCHEMA): string {
  const { folder, database } = openState(schema)
  fill(database)
  database.close()
  return folder
}

/** The same with the store still open, as a running gateway has it. */
export function openState(schema = SCHEMA): { folder: string; database: DatabaseSync } {
  const folder = mkdtempSync(join(tmpdir(), 'tracewright-openclaw-'))
  folders.push(folder)
  mkdirSync(join(folder, dirname(STORE)), { recursive: true })
  const database = new DatabaseSync(join(folder, STORE))
  database.exec(schema)
  return { folder, database }
}

/** Remove the folders. */
export function removeStates(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
}

/** A session as entries, each the child of the one before it: the header, then who said what. */
export function entries(id: string, said: readonly (readonly ['user' | 'assistant', string])[], head: object = {}): object[] {
  return [
    { type: 'session', version: 4, id, timestamp: '2026-09-01T08:00:00.000Z', cwd: '/w', ...head },
    ...said.map(([role, text], i) =>
      messageEntry(`${text}`, i === 0 ? null : said[i - 1]![1], {
        role,
        content: [{ type: 'text', text }],
        ...(role === 'assistant' ? ANSWER : {}),
      }),
    ),
  ]
}

/** An entry that holds a message. */
export function messageEntry(id: string, parentId: string | null, message: object): object {
  return { type: 'message', id, parentId, timestamp: '2026-09-01T08:00:01.000Z', message }
}

const ANSWER = { model: 'm', provider: 'p', stopReason: 'stop', usage: { input: 10, output: 1, cacheRead: 0, cacheWrite: 0 } }

/** Put a live session into a store; events for which `isLarge` holds are kept compressed. */
export function putLive(
  database: DatabaseSync,
  id: string,
  events: readonly object[],
  isLarge: (i: number) => boolean = () => false,
): void {
  const insert = database.prepare(
    'INSERT INTO transcript_events (session_id, seq, event_json, event_zstd, event_utf8_bytes) VALUES (?, ?, ?, ?, ?)',
  )
  for (const [i, event] of events.entries()) {
    const text = JSON.stringify(event)
    if (isLarge(i)) insert.run(id, i, null, zstdCompressSync(Buffer.from(text)), Buffer.byteLength(text))
    else insert.run(id, i, text, null, null)
  }
}

/** Put an archived transcript into a store. */
export function putArchive(
  database: DatabaseSync,
  id: string,
  generation: string,
  events: readonly object[],
  encoding: string,
  reason = 'deleted',
): void {
  const text = Buffer.from(events.map(event => `${JSON.stringify(event)}\n`).join(''))
  const blob = encoding === 'zstd' ? zstdCompressSync(text) : text
  database
    .prepare(
      'INSERT INTO session_transcript_archives (session_id, generation, session_key, reason, encoding, archive_blob) VALUES (?, ?, ?, ?, ?, ?)',
    )
    .run(id, generation, 'agent:main:main', reason, encoding, blob)
}

/** Say of a session which window of which conversation it is. */
export function putWindow(
  database: DatabaseSync,
  id: string,
  key: string,
  reason: string,
  previous: string | null = null,
  more: { [column: string]: string | number } = {},
): void {
  const columns = { session_id: id, session_key: key, reason, previous_session_id: previous, ...more }
  const names = Object.keys(columns)
  database
    .prepare(`INSERT INTO session_windows (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`)
    .run(...Object.values(columns))
}

/** Say of a conversation where it comes from. */
export function putNode(database: DatabaseSync, key: string, more: { [column: string]: string }): void {
  const columns = { session_key: key, ...more }
  const names = Object.keys(columns)
  database
    .prepare(`INSERT INTO session_nodes (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`)
    .run(...Object.values(columns))
}
