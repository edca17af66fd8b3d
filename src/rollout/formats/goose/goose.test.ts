import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, describe, expect, it } from 'vitest'
import { folderWith, readLogs, removeFolders } from '../../testing/read-logs.ts'

afterAll(removeFolders)

/** A store of the newest version: a session that spawned two agents in one message, which each spawn may be told of. */
function storeWith(told: { parent?: string; delegation?: object }, more = ''): string {
  const root = folderWith({})
  const database = new DatabaseSync(join(root, 'sessions.db'))
  database.exec(`CREATE TABLE sessions (id TEXT PRIMARY KEY, session_type TEXT, working_dir TEXT, accumulated_input_tokens INTEGER,
      accumulated_output_tokens INTEGER, accumulated_cache_read_tokens INTEGER, accumulated_cache_write_tokens INTEGER, accumulated_cost REAL,
      parent_session_id TEXT, parent_delegation TEXT);
    CREATE TABLE messages (id INTEGER PRIMARY KEY AUTOINCREMENT, message_id TEXT, session_id TEXT, role TEXT, content_json TEXT, created_timestamp INTEGER);
    CREATE TABLE usage_ledger (id INTEGER PRIMARY KEY AUTOINCREMENT, session_id TEXT, created_timestamp INTEGER, model TEXT, input_tokens INTEGER,
      output_tokens INTEGER, total_tokens INTEGER, cache_read_tokens INTEGER, cache_write_tokens INTEGER, cost REAL, cost_source TEXT, is_compaction INTEGER)`)
  const session = database.prepare(
    "INSERT INTO sessions (id, session_type, working_dir, parent_session_id, parent_delegation) VALUES (?, ?, '/srv/nest', ?, ?)",
  )
  session.run('top', 'user', null, null)
  session.run('main', 'sub_agent', 'top', null)
  session.run('egg', 'sub_agent', told.parent ?? null, told.delegation === undefined ? null : JSON.stringify(told.delegation))
  const say = database.prepare(
    'INSERT INTO messages (message_id, session_id, role, content_json, created_timestamp) VALUES (?, ?, ?, ?, 1772359200)',
  )
  const text = (words: string) => JSON.stringify([{ type: 'text', text: words }])
  const call = (id: string, task: string) => ({
    type: 'toolRequest',
    id,
    toolCall: { status: 'success', value: { name: 'subagent__delegate', arguments: { task } } },
  })
  say.run('m1', 'main', 'user', text('Hatch'))
  say.run('m2', 'main', 'assistant', JSON.stringify([call('c1', 'Warm it'), call('c2', 'Turn it')]))
  say.run('m3', 'main', 'assistant', JSON.stringify([call('c3', 'Turn it')]))
  say.run('e1', 'egg', 'user', text('Turn it'))
  say.run('e2', 'egg', 'assistant', text('Turned.'))
  database.exec(more)
  database.close()
  return root
}

describe('an agent of Goose', () => {
  it.each<[string, Parameters<typeof storeWith>[0], (string | null)[]]>([
    [
      'by session and message',
      { parent: 'main', delegation: { execution_mode: 'foreground', parent_delegate_message_id: 'm2' } },
      ['main', 'c2'],
    ],
    ['by another message', { parent: 'main', delegation: { parent_delegate_message_id: 'm3' } }, ['main', 'c3']],
    ['by the call', { parent: 'main', delegation: { parent_delegate_message_id: 'm2', tool_call_id: 'c1' } }, ['main', 'c1']],
    ['by session alone, where two calls have its words', { parent: 'main' }, ['main', null]],
    ['by a session that is gone', { parent: 'gone', delegation: { parent_delegate_message_id: 'm9' } }, ['gone', null]],
    ['by nothing, where two calls have its words', {}, [null, null]],
    ['by itself', { parent: 'egg' }, ['egg', null]],
    ['by what is no delegation', { parent: 'main', delegation: [7] }, ['main', null]],
  ])('is linked to what spawned it as the store tells it: %s', async (_, told, [parent, call]) => {
    const { rows } = await readLogs(storeWith(told))
    const row = rows.find(({ trace_id }) => trace_id === 'egg')!
    const linked = parent === 'egg' ? null : parent // nothing spawns itself
    expect([row.relation, row.parent_trace_id, row.spawn_tool_call_id]).toEqual(['subagent', linked, call])
    if (parent === 'main') expect(row.root_session_id).toBe('top')
  })
})

describe('tokens of a session of Goose', () => {
  it.each<[string, string, object | null, string[]]>([
    [
      'with what the cache gave',
      `UPDATE sessions SET accumulated_input_tokens = 900, accumulated_output_tokens = 40, accumulated_cache_read_tokens = 600,
        accumulated_cache_write_tokens = 50, accumulated_cost = 0.5 WHERE id = 'egg'`,
      { input_tokens: 900, output_tokens: 40, cached_input_tokens: 600, cache_write_tokens: 50, cost_usd: 0.5 },
      [],
    ],
    [
      'summed out of the ledger',
      `INSERT INTO usage_ledger (session_id, model, input_tokens, output_tokens, cache_read_tokens, cost, is_compaction)
        VALUES ('egg', 'hen-2', 10, 1, 4, 0.25, 0), ('egg', 'hen-1', 20, 2, NULL, NULL, 1), ('main', 'cock', 7, 7, 7, 7, 0), ('egg', 'hen-2', 1, 1, 1, 0.25, 0)`,
      { input_tokens: 31, output_tokens: 4, cached_input_tokens: 5, cache_write_tokens: null, cost_usd: 0.5 },
      ['hen-2', 'hen-1'],
    ],
    [
      'as the session has them, by models of the ledger',
      `UPDATE sessions SET accumulated_input_tokens = 900 WHERE id = 'egg';
        INSERT INTO usage_ledger (session_id, model, input_tokens) VALUES ('egg', 'hen-2', 10)`,
      { input_tokens: 900, output_tokens: null, cached_input_tokens: null },
      ['hen-2'],
    ],
    ['unknown where none were counted', `INSERT INTO usage_ledger (session_id, model) VALUES ('egg', '')`, null, []],
  ])('are told: %s', async (_, sql, usage, models) => {
    const { rows } = await readLogs(storeWith({ parent: 'main' }, sql))
    const row = rows.find(({ trace_id }) => trace_id === 'egg')!
    if (usage === null) expect(row.usage).toBeNull()
    else expect(row.usage).toMatchObject(usage)
    expect(row.models).toEqual(models)
  })

  it('are told of an export', async () => {
    const said = (role: string, text: string) => ({ role, created: 1772359200, content: [{ type: 'text', text }], metadata: {} })
    const session = {
      id: '20260301_1',
      working_dir: '/srv/nest',
      session_type: 'user',
      accumulated_usage: { input_tokens: 9, output_tokens: 2, total_tokens: 11, cache_read_input_tokens: 4, cache_write_input_tokens: 1 },
      conversation: [said('user', 'Hatch'), said('assistant', 'Hatched.')],
    }
    const { rows } = await readLogs(folderWith({ 'session.json': JSON.stringify(session) }))
    expect(rows[0]!.usage).toMatchObject({ input_tokens: 9, output_tokens: 2, cached_input_tokens: 4, cache_write_tokens: 1 })
  })
})
