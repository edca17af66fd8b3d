import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, describe, expect, it } from 'vitest'
import { scanMachine } from './scan.ts'
import { dayInName, SAMPLED_FILES } from './session-days.ts'

const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

const jsonl = (records: readonly object[]) => records.map(record => `${JSON.stringify(record)}\n`).join('')
const session = (n: number) => `aaaaaaaa-0000-4000-8000-${String(n).padStart(12, '0')}`
const claude = (n: number, times: readonly string[], words = 'Mend') =>
  jsonl(
    times.map((timestamp, i) => ({
      type: 'user',
      uuid: `u${n}-${i}`,
      parentUuid: i === 0 ? null : `u${n}-${i - 1}`,
      sessionId: session(n),
      message: { role: 'user', content: words },
      timestamp,
    })),
  )

function home(files: { [path: string]: string }, changed = new Date('2031-01-01')): NodeJS.ProcessEnv {
  const HOME = mkdtempSync(join(tmpdir(), 'tracewright-days-'))
  folders.push(HOME)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(HOME, path)), { recursive: true })
    writeFileSync(join(HOME, path), text)
    utimesSync(join(HOME, path), changed, changed)
  }
  return { HOME }
}

async function daysOf(format: string, env: NodeJS.ProcessEnv) {
  const { oldest, newest } = (await scanMachine(env)).find(entry => entry.format === format)!
  return [oldest, newest]
}

describe('a day in a name', () => {
  it.each([
    ['rollout-2026-03-04T10-11-12-019cb000-0000-7000-8000-000000000001.jsonl', '2026-03-04'],
    ['session_20260304_101112_ab12cd.json', '2026-03-04'],
    ['2026-03-04T10-11-12-123Z_aaaaaaaa-0000-4000-8000-000000000001.jsonl', '2026-03-04'],
    ['20260304_101112_ab12cd', '2026-03-04'],
    ['aaaaaaaa-0000-4000-8000-202603041011.jsonl', null],
    ['agent-a20260304b.jsonl', null],
    ['2026-13-04T10.jsonl', null],
    ['session.jsonl', null],
  ])('%s → %s', (name, day) => expect(dayInName(name)).toBe(day))
})

describe('days are those of sessions, whenever files were copied', () => {
  it('by what stores say of all that they hold', async () => {
    const env = home({})
    const stores: [string, string, (database: DatabaseSync) => void][] = [
      [
        '.local/share/opencode/opencode.db',
        `CREATE TABLE message (id, session_id, time_created INTEGER, time_updated INTEGER, data);
        CREATE TABLE part (id, message_id, session_id, data)`,
        database => {
          for (const [id, begun] of [
            ['a', '2026-03-04'],
            ['b', '2026-05-06'],
          ] as const)
            database
              .prepare('INSERT INTO message VALUES (?, ?, ?, ?, ?)')
              .run(id, 's', Date.parse(begun), Date.parse(begun) + 1000, JSON.stringify({ role: 'user' }))
        },
      ],
      [
        '.config/Cursor/User/globalStorage/state.vscdb',
        'CREATE TABLE cursorDiskKV (key TEXT, value BLOB)',
        database => {
          const insert = database.prepare('INSERT INTO cursorDiskKV VALUES (?, ?)')
          insert.run('composerData:1', JSON.stringify({ createdAt: Date.parse('2026-02-03'), lastUpdatedAt: Date.parse('2026-02-05') }))
          insert.run('composerData:2', Buffer.from(JSON.stringify({ createdAt: Date.parse('2026-02-04') })))
          insert.run('composerData:3', '{"broken')
          insert.run('composerData:4', JSON.stringify({ createdAt: 'never' }))
        },
      ],
    ]
    for (const [path, schema, fill] of stores) {
      mkdirSync(dirname(join(env['HOME']!, path)), { recursive: true })
      const database = new DatabaseSync(join(env['HOME']!, path))
      database.exec(schema)
      fill(database)
      database.close()
    }
    expect(await daysOf('opencode', env)).toEqual(['2026-03-04', '2026-05-06'])
    const entries = await scanMachine(env, 'linux')
    const { oldest, newest } = entries.find(({ format }) => format === 'cursor')!
    expect([oldest, newest]).toEqual(['2026-02-03', '2026-02-05'])
  })

  it('by what lies beside their messages, where these have no times', async () => {
    const folder = '.vibe/logs/session/session_x'
    const env = home({
      [`${folder}/messages.jsonl`]: jsonl([{ role: 'user', content: 'Mend', message_id: 'm' }]),
      [`${folder}/meta.json`]: JSON.stringify({
        session_id: 'x',
        start_time: '2026-03-04T10:00:00+00:00',
        end_time: '2026-03-05T10:00:00+00:00',
      }),
    })
    expect(await daysOf('mistral_vibe', env)).toEqual(['2026-03-04', '2026-03-05'])
  })

  it('by their names', async () => {
    const meta = jsonl([{ timestamp: '2026-01-01T00:00:00Z', type: 'session_meta', payload: { id: 'x' } }])
    const env = home({
      '.codex/sessions/2025/09/01/rollout-2025-09-01T10-00-00-019cb000-0000-7000-8000-000000000001.jsonl': meta,
      '.codex/sessions/2026/03/04/rollout-2026-03-04T10-00-00-019cb000-0000-7000-8000-000000000002.jsonl': meta,
    })
    expect(await daysOf('codex', env)).toEqual(['2025-09-01', '2026-03-04'])
  })

  it('by their first and last records', async () => {
    const env = home({
      [`.claude/projects/p/${session(1)}.jsonl`]: claude(1, ['2026-02-03T08:00:00Z', '2026-02-05T08:00:00Z']),
      [`.claude/projects/p/${session(2)}.jsonl`]: claude(2, ['2025-12-31T08:00:00Z']),
    })
    expect(await daysOf('claude_code', env)).toEqual(['2025-12-31', '2026-02-05'])
  })

  it('where records are longer than what is looked at', async () => {
    const long = 'timber '.repeat(20_000)
    const env = home({ [`.claude/projects/p/${session(1)}.jsonl`]: claude(1, ['2026-02-03T08:00:00Z', '2026-02-09T08:00:00Z'], long) })
    expect(await daysOf('claude_code', env)).toEqual(['2026-02-03', '2026-02-09'])
  })

  it('and not by words that look like a time', async () => {
    const env = home({
      [`.claude/projects/p/${session(1)}.jsonl`]: claude(1, ['2026-02-03T08:00:00Z'], '{"timestamp":"2020-01-01T00:00:00Z"}'),
    })
    expect(await daysOf('claude_code', env)).toEqual(['2026-02-03', '2026-02-03'])
  })

  it('by what a store holds', async () => {
    const env = home({ '.hermes/state.db': '' })
    const database = new DatabaseSync(join(env['HOME']!, '.hermes/state.db'))
    database.exec(`CREATE TABLE sessions (id TEXT PRIMARY KEY, started_at REAL);
      CREATE TABLE messages (id INTEGER PRIMARY KEY, session_id TEXT, role TEXT, content TEXT, timestamp REAL);
      INSERT INTO messages VALUES (1, 'garden', 'user', 'Dig', 1767261600), (2, 'garden', 'assistant', 'Dug', 1769940000);`)
    database.close()
    expect(await daysOf('hermes_agent', env)).toEqual(['2026-01-01', '2026-02-01'])
  })

  it('and unknown where nothing tells', async () => {
    const text = jsonl([{ type: 'user', uuid: 'u', parentUuid: null, sessionId: session(1), message: { role: 'user', content: 'x' } }])
    expect(await daysOf('claude_code', home({ [`.claude/projects/p/${session(1)}.jsonl`]: text }))).toEqual([null, null])
  })

  it('of many files, of those changed first and last', async () => {
    const files = Object.fromEntries(
      Array.from({ length: SAMPLED_FILES + 20 }, (_, i) => [`.claude/projects/p/${session(i)}.jsonl`, claude(i, ['2026-02-03T08:00:00Z'])]),
    )
    const env = home(files)
    const put = (n: number, changed: string, time: string) => {
      const path = join(env['HOME']!, `.claude/projects/p/${session(n)}.jsonl`)
      writeFileSync(path, claude(n, [time]))
      utimesSync(path, new Date(changed), new Date(changed))
    }
    put(300, '2030-01-01', '2025-05-05T00:00:00Z')
    put(301, '2032-01-01', '2026-05-05T00:00:00Z')
    expect(await daysOf('claude_code', env)).toEqual(['2025-05-05', '2026-05-05'])
  })
})
