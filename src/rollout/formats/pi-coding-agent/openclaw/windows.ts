import type { SQLOutputValue } from 'node:sqlite'
import type { JsonObject } from '../../../../json/json.ts'
import type { Source } from '../../../log/source.ts'
import { storedColumns } from '../../../log/stored-columns.ts'
import { openStore } from './store.ts'

/** What a store says of one session: a window of a conversation that goes on under one key. */
export type Window = {
  id: string
  key: string | null
  reason: string | null // why it began
  previous: string | null // window of the same key before it
  forkedFrom: string | null
  spawnedBy: string | null // key of the conversation that spawned it
  createdAt: number | null
  status: string | null // of the last run in it
  isScheduled: boolean
  described: JsonObject
}

/** The windows of a store, and which of a key's is current. */
export type Windows = { byId: ReadonlyMap<string, Window>; byKey: ReadonlyMap<string, readonly Window[]> }

const WINDOW =
  `session_id session_key previous_session_id reason created_at status parent_session_key spawned_by channel chat_type display_name
  hook_external_content_source agent_harness_id`.split(/\s+/)
const NODE = `session_key fork_source_session_id created_via parent_session_key spawned_by label`.split(/\s+/)

/** Read the windows of a store, once. */
export function windowsOf(source: Source, file: string): Promise<Windows> {
  return source.shared(`openclaw windows ${file}`, async () => {
    const database = await openStore(source, file)
    const rows = (table: string, wanted: readonly string[], key: string) => {
      const stored = storedColumns(database, table)
      const columns = wanted.filter(column => stored.has(column))
      if (!stored.has(key)) return []
      const statement = database.prepare(`SELECT ${columns.join(', ')} FROM ${table}`)
      statement.setReadBigInts(true) // a number may be larger than one can be
      return statement.all()
    }
    const nodes = new Map(rows('session_nodes', NODE, 'session_key').map(node => [String(node['session_key']), node]))
    const windows = rows('session_windows', WINDOW, 'session_id').map(row => windowOf(row, nodes.get(String(row['session_key'])) ?? {}))
    const byKey = Map.groupBy(windows, ({ key }) => key ?? '')
    for (const group of byKey.values()) group.sort((a, b) => (a.createdAt ?? 0) - (b.createdAt ?? 0))
    return { byId: new Map(windows.map(window => [window.id, window])), byKey }
  })
}

type Row = { [column: string]: SQLOutputValue }

function windowOf(row: Row, node: Row): Window {
  const key = text(row['session_key'])
  const via = text(node['created_via'])
  const described: JsonObject = {}
  for (const name of ['session_key', 'reason', 'status', 'channel', 'chat_type', 'display_name', 'agent_harness_id'])
    if (text(row[name]) !== null) described[name] = text(row[name])
  if (via !== null) described['created_via'] = via
  if (text(node['label']) !== null) described['label'] = text(node['label'])
  return {
    id: String(row['session_id']),
    key,
    reason: text(row['reason']),
    previous: text(row['previous_session_id']),
    forkedFrom: text(node['fork_source_session_id']),
    spawnedBy:
      text(row['spawned_by']) ??
      text(node['spawned_by']) ??
      parentKey(key, text(row['parent_session_key']) ?? text(node['parent_session_key'])),
    createdAt: typeof row['created_at'] === 'bigint' ? Number(row['created_at']) : null,
    status: text(row['status']),
    isScheduled: via === 'cron' || /(?:^|:)cron:/.test(key ?? ''),
    described,
  }
}

/** A parent that spawned: other keys have parents too, such as the threads of a channel. */
function parentKey(key: string | null, parent: string | null): string | null {
  return key !== null && /(?:^|:)subagent:/.test(key) ? parent : null
}

function text(value: SQLOutputValue | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}
