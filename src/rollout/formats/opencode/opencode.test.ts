import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, describe, expect, it } from 'vitest'
import { textOf } from '../../conversation/blocks.ts'
import type { RolloutRow } from '../../conversation/row.ts'
import { findUnits } from '../../find.ts'
import { folderWith, readLogs, removeFolders } from '../../testing/read-logs.ts'

afterAll(removeFolders)

const fixture = (name: string) => join(import.meta.dirname, 'fixtures', name, 'logs')
const wordsOf = (row: RolloutRow) => row.messages.map(({ role, content }) => `${role}: ${textOf(content)}`)

const SCHEMA = `
  CREATE TABLE session (id TEXT, parent_id TEXT, directory TEXT, revert TEXT, time_created INTEGER);
  CREATE TABLE message (id TEXT, session_id TEXT, time_created INTEGER, data TEXT);
  CREATE TABLE part (id TEXT, message_id TEXT, session_id TEXT, data TEXT);`

/** A store with one session of these messages, each a role and a text. */
function storeWith(schema: string, messages: readonly (readonly [string, string])[], keepOpen = false) {
  const root = folderWith({})
  const database = new DatabaseSync(join(root, 'opencode.db'))
  database.exec(schema)
  if (keepOpen) database.exec('PRAGMA journal_mode = WAL')
  add(database, messages, 0)
  if (!keepOpen) database.close()
  return { root, database }
}

function add(database: DatabaseSync, messages: readonly (readonly [string, string])[], from: number): void {
  messages.forEach(([role, text], i) => {
    const id = `msg_${String(from + i).padStart(4, '0')}`
    database.prepare('INSERT INTO message VALUES (?, ?, ?, ?)').run(id, 's', from + i + 1, JSON.stringify({ role, finish: 'stop' }))
    database.prepare('INSERT INTO part VALUES (?, ?, ?, ?)').run(`prt_${id}`, id, 's', JSON.stringify({ type: 'text', text }))
  })
}

describe('OpenCode', () => {
  it('gives what the model was sent last: the summary, what was kept of before, and what followed', async () => {
    const { rows } = await readLogs(fixture('store'), { context: 'as_sent' })
    expect(wordsOf(rows.find(({ trace_id }) => trace_id === 'ses_root')!)).toEqual([
      'assistant: Summary: hole at plank 3.',
      'assistant: ',
      'tool: At plank 3',
      'user: Continue if you have next steps',
      'assistant: ',
      'tool: [Old tool result content cleared]',
      'assistant: Plugged plank 3.',
    ])
  })

  it('gives what a revert took back as a branch', async () => {
    const { rows } = await readLogs(fixture('store'), { branches: 'all' })
    const branch = rows.find(({ relation }) => relation === 'branch')!
    expect(branch).toMatchObject({ trace_id: 'ses_root#msg_revert', parent_trace_id: 'ses_root' })
    expect(wordsOf(branch).slice(-2)).toEqual(['user: Paint it green', 'assistant: Painted.'])
    expect(branch.message_meta.map(({ replay }) => replay === true).lastIndexOf(true)).toBe(branch.message_count - 3)
  })

  it('reads what is only in the write-ahead log, and leaves the store as it is', async () => {
    const { root, database } = storeWith(SCHEMA, [['user', 'Row']], true)
    add(database, [['assistant', 'Rowed.']], 1)
    const { rows } = await readLogs(root, { format: 'opencode' })
    expect(wordsOf(rows[0]!)).toEqual(['user: Row', 'assistant: Rowed.'])
    expect(database.prepare('SELECT count(*) AS n FROM part').get()).toEqual({ n: 2 })
    database.close()
  })

  it.each(['sessionId', 'sessionID'])('links a session to the call that spawned it, by %s of the call', async key => {
    const { root, database } = storeWith(SCHEMA, [['user', 'Row']], true)
    add(database, [['assistant', 'Rowed.']], 1)
    database.exec("INSERT INTO session (id) VALUES ('s'); INSERT INTO session (id, parent_id) VALUES ('kid', 's')")
    const part = {
      type: 'tool',
      tool: 'task',
      callID: 'c1',
      state: { status: 'completed', input: {}, output: 'Done.', metadata: { [key]: 'kid' } },
    }
    database.prepare('INSERT INTO part VALUES (?, ?, ?, ?)').run('prt_z', 'msg_0001', 's', JSON.stringify(part))
    for (const role of ['user', 'assistant']) {
      database.prepare('INSERT INTO message VALUES (?, ?, ?, ?)').run(`msg_k${role}`, 'kid', 9, JSON.stringify({ role, finish: 'stop' }))
      const text = JSON.stringify({ type: 'text', text: role })
      database.prepare('INSERT INTO part VALUES (?, ?, ?, ?)').run(`prt_k${role}`, `msg_k${role}`, 'kid', text)
    }
    const { rows } = await readLogs(root, { format: 'opencode' })
    expect(rows.find(row => row.trace_id === 'kid')).toMatchObject({ relation: 'subagent', spawn_tool_call_id: 'c1' })
    database.close()
  })

  it('runs nothing that a store brings along', async () => {
    const endless = `CREATE TABLE session (id TEXT); CREATE TABLE message (id TEXT, session_id TEXT, data TEXT);
      CREATE VIEW part AS WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT n AS id, n AS message_id, n AS session_id, n AS data FROM t;`
    const root = folderWith({})
    const database = new DatabaseSync(join(root, 'opencode.db'))
    database.exec(endless)
    database.close()
    const { units } = await readLogs(root, { format: 'opencode' })
    expect(units[0]!.outcomes).toMatchObject([{ reject: { reason: expect.stringMatching(/found no stored column part\.id/) } }])
  })

  it('finds stores of every channel, and of what is made from OpenCode', async () => {
    const home = folderWith({})
    const { root } = storeWith(SCHEMA, [['user', 'Row']])
    const { cpSync, mkdirSync } = await import('node:fs')
    for (const path of ['opencode/opencode.db', 'opencode/opencode-dev.db', 'kilo/kilo.db']) {
      mkdirSync(join(home, '.local/share', path, '..'), { recursive: true })
      cpSync(join(root, 'opencode.db'), join(home, '.local/share', path))
    }
    const { units } = await findUnits({ format: 'opencode', env: { HOME: home } })
    expect(units.map(({ unit }) => unit.key).sort()).toEqual(['kilo.db#s', 'opencode-dev.db#s', 'opencode.db#s'])
    const elsewhere = await findUnits({ format: 'opencode', env: { HOME: '/none', XDG_DATA_HOME: join(home, '.local/share') } })
    expect(elsewhere.units).toHaveLength(3)
  })
})
