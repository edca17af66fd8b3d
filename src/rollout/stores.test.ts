import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { zstdCompressSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { textOf } from './conversation/blocks.ts'
import { findUnits } from './find.ts'
import { scanMachine } from './scan.ts'
import { folderWith, readLogs, removeFolders } from './testing/read-logs.ts'

/*
 * What holds for every format whose sessions lie in a database: what only the write-ahead log has is read, the file is left as it is,
 * nothing that it brings along is run, a damaged page costs what stands on it, and it is found in its usual places.
 */

afterAll(removeFolders)

type Store = {
  name: string
  schema: string
  add(database: DatabaseSync, text: string): void // a session's prompt, and an answer to it
  table: string // which holds what was said
  view: string // columns of that table, for a view in its place
  places: { [path: string]: { platform: NodeJS.Platform; env?: (home: string) => NodeJS.ProcessEnv } }
}

const STORES: { [format: string]: Store } = {
  goose: {
    name: 'sessions.db',
    schema: `CREATE TABLE sessions (id TEXT PRIMARY KEY, working_dir TEXT NOT NULL);
      CREATE TABLE messages (id INTEGER PRIMARY KEY AUTOINCREMENT, session_id TEXT, role TEXT, content_json TEXT, created_timestamp INTEGER);
      INSERT INTO sessions VALUES ('s', '/srv/kite')`,
    add(database, text) {
      const said = database.prepare(
        "INSERT INTO messages (session_id, role, content_json, created_timestamp) VALUES ('s', ?, ?, 1772359200)",
      )
      said.run('user', JSON.stringify([{ type: 'text', text: 'Mend' }]))
      said.run('assistant', JSON.stringify([{ type: 'text', text }]))
    },
    table: 'messages',
    view: 'n AS session_id, n AS role, n AS content_json',
    places: {
      '.local/share/goose/sessions/sessions.db': { platform: 'linux' },
      './.local/share/goose/sessions/sessions.db': { platform: 'darwin' },
      'AppData/Roaming/Block/goose/data/sessions/sessions.db': { platform: 'win32' },
      'elsewhere/data/sessions/sessions.db': { platform: 'linux', env: home => ({ GOOSE_PATH_ROOT: join(home, 'elsewhere') }) },
    },
  },
  zed: {
    name: 'threads.db',
    schema: `CREATE TABLE threads (id TEXT PRIMARY KEY, summary TEXT, updated_at TEXT, data_type TEXT, data BLOB)`,
    add(database, text) {
      const messages = [{ User: { id: 'u', content: [{ Text: 'Mend' }] } }, { Agent: { content: [{ Text: text }], tool_results: {} } }]
      const count = Number(database.prepare('SELECT count(*) AS n FROM threads').get()!['n'])
      const thread = JSON.stringify({ title: 'Kites', messages, updated_at: '2026-03-01T10:00:00Z', version: '0.3.0' })
      database
        .prepare("INSERT INTO threads VALUES (?, 'Kites', '2026-03-01T10:00:00Z', 'zstd', ?)")
        .run(`s${count}`, zstdCompressSync(thread))
    },
    table: 'threads',
    view: 'n AS id, n AS summary, n AS updated_at, n AS data_type, n AS data',
    places: {
      '.local/share/zed/threads/threads.db': { platform: 'linux' },
      '.var/app/dev.zed.Zed/data/zed/threads/threads.db': { platform: 'linux' },
      'Library/Application Support/Zed/threads/threads.db': { platform: 'darwin' },
      'AppData/Local/Zed/threads/threads.db': { platform: 'win32' },
    },
  },
  crush: {
    name: 'crush.db',
    schema: `CREATE TABLE sessions (id TEXT PRIMARY KEY, title TEXT);
      CREATE TABLE messages (id TEXT PRIMARY KEY, session_id TEXT, role TEXT, parts TEXT, created_at INTEGER);
      INSERT INTO sessions VALUES ('s', 'Kites')`,
    add(database, text) {
      const said = database.prepare("INSERT INTO messages VALUES (?, 's', ?, ?, 1772359200)")
      const count = Number(database.prepare('SELECT count(*) AS n FROM messages').get()!['n'])
      const parts = (words: string) => JSON.stringify([{ type: 'text', data: { text: words } }])
      said.run(`a${count}`, 'user', parts('Mend'))
      said.run(`b${count}`, 'assistant', parts(text))
    },
    table: 'messages',
    view: 'n AS id, n AS session_id, n AS role, n AS parts',
    places: {
      '.local/share/crush/.crush/crush.db': { platform: 'linux' },
      './.local/share/crush/.crush/crush.db': { platform: 'darwin' },
      'AppData/Local/crush/.crush/crush.db': { platform: 'win32' },
      'elsewhere/.crush/crush.db': { platform: 'linux', env: home => ({ CRUSH_GLOBAL_DATA: join(home, 'elsewhere') }) },
    },
  },
}

describe.each(Object.entries(STORES))('a store of %s', (format, { name, schema, add, table, view, places }) => {
  function made(answers: readonly string[], keep = false) {
    const root = folderWith({})
    const database = new DatabaseSync(join(root, name))
    if (keep) database.exec('PRAGMA journal_mode = WAL')
    database.exec(schema)
    database.exec('BEGIN')
    for (const answer of answers) add(database, answer)
    database.exec('COMMIT')
    if (!keep) database.close()
    return { root, database }
  }
  const printOf = (root: string) =>
    readdirSync(root).map(file => [
      file,
      createHash('sha256')
        .update(readFileSync(join(root, file)))
        .digest('hex'),
    ])

  it('is read with what only the write-ahead log has, and left as it is', async () => {
    const { root, database } = made(['Mended.'], true)
    const before = printOf(root)
    const { rows } = await readLogs(root)
    expect(rows).toMatchObject([{ source_kind: format, final_assistant_message: 'Mended.' }])
    expect(printOf(root)).toEqual(before)
    database.close()
  })

  it('is told by its tables, whatever its name', async () => {
    const { root } = made(['Mended.'])
    const elsewhere = folderWith({})
    cpSync(join(root, name), join(elsewhere, 'copy-of-it.db'))
    const { rows } = await readLogs(elsewhere)
    expect(rows).toMatchObject([{ source_kind: format }])
  })

  it('with a view that never ends in the place of a table is refused, beside one that is read', async () => {
    const root = folderWith({})
    const endless = new DatabaseSync(join(root, name))
    endless.exec(schema)
    endless.exec(`DROP TABLE ${table};
      CREATE VIEW ${table} AS WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT ${view} FROM t`)
    endless.close()
    const { units } = await readLogs(root, { format: format as 'auto' })
    expect(units[0]!.outcomes).toMatchObject([{ reject: { reason: expect.stringMatching(/found no stored column/) } }])
  })

  it('that is cut short costs what is missing, and says so', async () => {
    const { root } = made(Array.from({ length: 300 }, (_, i) => `Mended ${i}. ${'reed '.repeat(60)}`))
    const whole = readFileSync(join(root, name))
    const torn = folderWith({ [name]: whole.subarray(0, Math.floor(whole.length / 2 / 4096) * 4096) })
    const { rows, units } = await readLogs(torn, { format: format as 'auto' })
    const told = [...rows.flatMap(row => row.diagnostics.map(({ code }) => code)), ...units.flatMap(unit => rejectsOf(unit.outcomes))]
    expect(told.length).toBeGreaterThan(0)
    for (const row of rows) for (const message of row.messages) expect(typeof textOf(message.content)).toBe('string')
  })

  it.each(Object.entries(places))('is found at %s', async (path, { platform, env }) => {
    const { root } = made(['Mended.'])
    const home = folderWith({})
    mkdirSync(dirname(join(home, path)), { recursive: true })
    cpSync(join(root, name), join(home, path))
    const { units } = await findUnits({ format: format as 'auto', platform, env: { HOME: home, ...env?.(home) } })
    expect(units).toHaveLength(1)
  })
})

describe('folders that Crush has noted down', () => {
  const noted = (projects: unknown) => JSON.stringify({ projects })

  /** A home and two projects outside it, each with a store. */
  function machine(list: (projects: readonly string[]) => unknown) {
    const projects = ['kite', 'boat'].map(() => {
      const project = folderWith({ '.crush/init': '' })
      const database = new DatabaseSync(join(project, '.crush/crush.db'))
      database.exec(STORES['crush']!.schema)
      STORES['crush']!.add(database, 'Mended.')
      database.close()
      return project
    })
    return { projects, home: folderWith({ '.local/share/crush/projects.json': noted(list(projects)) }) }
  }

  it.each<[string, (projects: readonly string[]) => unknown, number]>([
    ['by the folder of the store', projects => projects.map(path => ({ path, data_dir: join(path, '.crush') })), 2],
    ['by the project alone', projects => projects.map(path => ({ path })), 2],
    ['by a folder in the project', projects => projects.map(path => ({ path, data_dir: '.crush' })), 2],
    ['twice', ([path]) => [path, path].map(same => ({ path: same, data_dir: join(same!, '.crush') })), 1],
    ['beside what is gone', ([path]) => [{ path, data_dir: '/nowhere/.crush' }, { path }], 1],
    ['beside what is no folder', ([path]) => [{ path, data_dir: '/dev/null' }, { path: 7 }, null, { path }], 1],
    ['as what they are not', () => 'kite', 0],
  ])('are searched: %s', async (_, list, expected) => {
    const { home } = machine(list)
    const { units } = await findUnits({ format: 'crush', env: { HOME: home } })
    expect(units).toHaveLength(expected)
  })

  it('are told by scan', async () => {
    const { home, projects } = machine(paths => paths.map(path => ({ path })))
    const found = (await scanMachine({ HOME: home }, 'linux')).find(({ format }) => format === 'crush')!
    expect(found.sessions).toBe(2)
    expect(found.roots).toEqual(expect.arrayContaining(projects.map(project => join(project, '.crush'))))
  })
})

describe('a thread of Zed', () => {
  const SAFE = JSON.stringify({ messages: [{ User: { id: 'u', content: [{ Text: 'Mend' }] } }], version: '0.3.0' })

  it.each<[string, string, Uint8Array]>([
    ['unpacks to more than any thread is', 'zstd', zstdCompressSync(Buffer.alloc((128 << 20) + 1, ' '))],
    ['is torn', 'zstd', zstdCompressSync(SAFE).subarray(0, 20)],
    ['is packed in a way that is not known', 'lz4', Buffer.from(SAFE)],
    ['is no text', 'json', Buffer.from([0, 1, 2, 255])],
  ])('that %s costs itself alone', async (_, type, data) => {
    const root = folderWith({})
    const database = new DatabaseSync(join(root, 'threads.db'))
    database.exec(STORES['zed']!.schema)
    STORES['zed']!.add(database, 'Mended.')
    database.prepare("INSERT INTO threads VALUES ('bad', 'Kites', '2026-03-01T10:00:00Z', ?, ?)").run(type, data)
    database.close()
    const { rows, units } = await readLogs(root)
    expect(rows.map(row => row.final_assistant_message)).toEqual(['Mended.'])
    expect(units.flatMap(({ outcomes }) => rejectsOf(outcomes))).toHaveLength(1)
  })
})

function rejectsOf(outcomes: readonly object[]): string[] {
  return outcomes.flatMap(outcome => ('reject' in outcome ? [JSON.stringify(outcome.reject)] : []))
}
