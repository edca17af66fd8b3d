import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { textOf } from '../../../conversation/blocks.ts'
import { brokenInvariants } from '../../../conversation/invariants.ts'
import type { RolloutRow } from '../../../conversation/row.ts'
import { bucketSum } from '../../../log/ledger.ts'
import { openRollouts } from '../../../read.ts'
import { scanMachine } from '../../../scan.ts'
import type { UnitResult } from '../../../unit-result.ts'
import {
  entries,
  messageEntry,
  openState,
  putArchive,
  putLive,
  putNode,
  putWindow,
  removeStates,
  STORE,
  stateFolder,
} from './testing/agent-store.ts'

afterAll(removeStates)

async function read(path: string, format: 'auto' | 'pi_coding_agent' = 'auto') {
  const rollouts = await openRollouts({ format, path })
  try {
    const units: UnitResult[] = []
    for (const ref of rollouts.units) units.push(await rollouts.read(ref))
    for (const { ledger } of units) expect(bucketSum(ledger.buckets)).toBe(ledger.records)
    const rows = units.flatMap(({ outcomes }) => outcomes.flatMap(outcome => ('row' in outcome ? [outcome.row] : [])))
    for (const row of rows) expect(brokenInvariants(row)).toEqual([])
    const rejects = units.flatMap(({ outcomes }) => outcomes.flatMap(outcome => ('reject' in outcome ? [outcome.reject.reason] : [])))
    return { rows, rejects, units, skipped: rollouts.skipped, row: (id: string) => rows.find(row => row.trace_id === id)! }
  } finally {
    rollouts.close()
  }
}

const words = ({ messages }: RolloutRow) => messages.map(({ content }) => textOf(content))
const sha = (path: string) => createHash('sha1').update(readFileSync(path)).digest('hex')
const talk = [
  ['user', 'Hello'],
  ['assistant', 'Good morning'],
] as const

describe('a session of a store', () => {
  it.each(['auto', 'pi_coding_agent'] as const)('gives the row its file would give, under %s', async format => {
    const folder = stateFolder(database => putLive(database, 's1', entries('s1', talk), i => i === 2))
    const { rows } = await read(folder, format)
    writeFileSync(
      join(folder, 'agents/main/agent/s1.jsonl'),
      entries('s1', talk)
        .map(entry => `${JSON.stringify(entry)}\n`)
        .join(''),
    )
    const ofFile = (await read(join(folder, 'agents/main/agent/s1.jsonl'))).rows
    expect(rows).toEqual(ofFile.map(row => ({ ...row, source_path: rows[0]!.source_path })))
  })

  it('is found at the usual place, and counted by a scan', async () => {
    const folder = stateFolder(database => {
      putLive(database, 's1', entries('s1', talk))
      putLive(database, 's2', entries('s2', talk))
    })
    const found = (await scanMachine({ HOME: '/nowhere', OPENCLAW_STATE_DIR: folder })).find(({ format }) => format === 'pi_coding_agent')!
    expect([found.sessions, found.files]).toEqual([2, 1])
  })

  it('is known by what the file holds, under another name', async () => {
    const folder = stateFolder(database => putLive(database, 's1', entries('s1', talk)))
    copyFileSync(join(folder, STORE), join(folder, 'kept.db'))
    expect((await read(join(folder, 'kept.db'))).rows.map(row => row.trace_id)).toEqual(['s1'])
  })

  it('is read with what only the log of the running gateway has, and nothing of the original changes', async () => {
    const { folder, database } = openState()
    database.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0')
    putLive(database, 's1', entries('s1', talk))
    const path = join(folder, STORE)
    const before = [sha(path), sha(`${path}-wal`), readdirSync(dirname(path)).sort()]
    expect(words((await read(folder)).row('s1'))).toEqual(['Hello', 'Good morning'])
    expect([sha(path), sha(`${path}-wal`), readdirSync(dirname(path)).sort()]).toEqual(before)
    database.close()
  })

  it('that was archived is read from its blob, compressed or not', async () => {
    const folder = stateFolder(database => {
      putArchive(database, 'a1', 'g1', entries('a1', talk), 'zstd')
      putArchive(database, 'a2', 'g1', entries('a2', talk), 'identity', 'reset')
    })
    const { row } = await read(folder)
    expect(words(row('a1'))).toEqual(['Hello', 'Good morning'])
    expect([row('a1').source_meta['archived'], row('a2').source_meta['archived']]).toEqual(['deleted', 'reset'])
  })

  it('gives one row where its archive was published as a file too', async () => {
    const id = '0a0a0a0a-0000-4000-8000-000000000001'
    const folder = stateFolder(database => putArchive(database, id, 'g1', entries(id, talk), 'zstd'))
    const published = entries(id, talk)
      .map(entry => `${JSON.stringify(entry)}\n`)
      .join('')
    writeFileSync(join(folder, `agents/main/${id}.jsonl.deleted.2026-09-02T00-00-00.000Z`), published)
    const { rows, rejects } = await read(folder)
    expect([rows.length, rejects.length]).toEqual([1, 1])
  })
})

it('gives what an archive and the live session share once', async () => {
  const all = entries('s1', [...talk, ['user', 'More'], ['assistant', 'And more']])
  const longer = entries('s1', [...talk, ['user', 'Other'], ['assistant', 'And other']])
  const folder = stateFolder(database => {
    putLive(database, 's1', all)
    putArchive(database, 's1', 'g1', all.slice(0, 3), 'zstd', 'reset')
    putArchive(database, 's1', 'g2', longer, 'zstd', 'reset')
  })
  const { rows } = await read(folder)
  const trained = rows.map(row => words(row).filter((_, i) => row.message_meta[i]!.train))
  expect(trained).toEqual([['Good morning', 'And more'], ['And other']])
})

it('gives one row of a session that went on in the store behind the file it began in', async () => {
  const id = '0a0a0a0a-0000-4000-8000-000000000002'
  const all = entries(id, [...talk, ['user', 'More'], ['assistant', 'And more']])
  const folder = stateFolder(database => putLive(database, id, all))
  mkdirSync(join(folder, 'agents/main/sessions'))
  const old = all
    .slice(0, 3)
    .map(entry => `${JSON.stringify(entry)}\n`)
    .join('')
  writeFileSync(join(folder, `agents/main/sessions/${id}.jsonl`), old)
  const { rows, rejects } = await read(folder)
  expect(rows.map(words)).toEqual([['Hello', 'Good morning', 'More', 'And more']])
  expect(rejects).toHaveLength(1)
})

describe('windows of a conversation', () => {
  const longer = [...talk, ['user', 'More'], ['assistant', 'And more']] as const
  const KEY = 'agent:main:main'

  it.each([
    ['reset', 'reset'],
    ['rollover', 'reset'],
    ['compaction', 'continuation'],
    ['recovery', 'continuation'],
    ['rewind', 'fork'],
    ['fork', 'fork'],
    ['switch', null],
    ['initial', null],
  ])('that begin by %s are related as %s', async (reason, relation) => {
    const folder = stateFolder(database => {
      putLive(database, 's1', entries('s1', talk))
      putLive(
        database,
        's2',
        entries('s2', [
          ['user', 'Anew'],
          ['assistant', 'Yes'],
        ]),
      )
      putWindow(database, 's1', KEY, 'initial')
      putWindow(database, 's2', KEY, reason, 's1')
    })
    const s2 = (await read(folder)).row('s2')
    expect([s2.relation, s2.parent_trace_id, s2.root_session_id]).toEqual([relation, ...(relation === null ? [null, 's2'] : ['s1', 's1'])])
  })

  it('count what they carry over once, also from a parent that was archived since', async () => {
    for (const put of [
      putLive,
      (database: Parameters<typeof putLive>[0], id: string, events: readonly object[]) => putArchive(database, id, 'g', events, 'zstd'),
    ]) {
      const folder = stateFolder(database => {
        put(database, 's1', entries('s1', talk))
        putLive(database, 's2', entries('s2', longer))
        putNode(database, 'agent:main:fork', { fork_source_session_id: 's1' })
        putWindow(database, 's2', 'agent:main:fork', 'fork')
      })
      const { rows, row } = await read(folder)
      expect(row('s2')).toMatchObject({ relation: 'fork', parent_trace_id: 's1' })
      expect(row('s2').message_meta.map(({ replay, train }) => [replay ?? false, train])).toEqual([
        [true, false],
        [true, false],
        [false, false],
        [false, true],
      ])
      expect(rows.reduce((sum, { usage }) => sum + usage!.output_tokens!, 0)).toBe(2)
    }
  })

  it("link an agent's session to the call that spawned it", async () => {
    const child = 'agent:main:subagent:7'
    const spawn = {
      role: 'assistant',
      content: [{ type: 'toolCall', id: 'c1', name: 'sessions_spawn', arguments: {} }],
      stopReason: 'toolUse',
    }
    const spawned = { role: 'toolResult', toolCallId: 'c1', content: [], details: { childSessionKey: child } }
    const folder = stateFolder(database => {
      putLive(database, 's1', [...entries('s1', talk), messageEntry('k1', 'Good morning', spawn), messageEntry('k2', 'k1', spawned)])
      putLive(
        database,
        's2',
        entries('s2', [
          ['user', 'Find it'],
          ['assistant', 'Found'],
        ]),
      )
      putWindow(database, 's1', KEY, 'initial', null, { created_at: 1 })
      putWindow(database, 's2', child, 'initial', null, { created_at: 2, parent_session_key: KEY, status: 'done' })
    })
    const { row } = await read(folder)
    expect(row('s2')).toMatchObject({
      relation: 'subagent',
      parent_trace_id: 's1',
      spawn_tool_call_id: 'c1',
      is_sidechain: true,
      agent_id: 's2',
    })
    expect(row('s2').message_meta[0]!.origin).toBe('agent')
    expect(row('s2').source_meta['openclaw']).toMatchObject({ session_key: child, status: 'done' })
  })

  it('end where they go round in a circle', async () => {
    const folder = stateFolder(database => {
      for (const [id, previous] of [
        ['s1', 's2'],
        ['s2', 's1'],
      ] as const) {
        putLive(database, id, entries(id, talk))
        putWindow(database, id, KEY, 'reset', previous)
      }
    })
    expect((await read(folder)).rows).toHaveLength(2)
  })
})

describe('a damaged or hostile store', () => {
  const ENDLESS = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT 's' || i AS session_id, i AS seq, '{}' AS event_json FROM n`

  it.each([
    ['a view that never ends', `CREATE VIEW transcript_events AS ${ENDLESS}`],
    [
      'a computed column',
      `CREATE TABLE transcript_events (session_id TEXT, seq INTEGER, n INTEGER, event_json TEXT AS (hex(zeroblob(n))))`,
    ],
    ['a virtual table', `CREATE VIRTUAL TABLE transcript_events USING fts5(session_id, seq, event_json)`],
    ['another table', `CREATE TABLE transcript_events (a TEXT)`],
  ])('is refused: %s', async (_, schema) => {
    const { rejects } = await read(
      stateFolder(() => {}, schema),
      'pi_coding_agent',
    )
    expect(rejects).toMatchObject([expect.stringContaining('no stored column transcript_events.')])
  })

  it('has views beside its transcripts: they are not asked', async () => {
    const schema = `CREATE TABLE transcript_events (session_id TEXT, seq INTEGER, event_json TEXT, event_zstd BLOB, event_utf8_bytes INTEGER);
      CREATE VIEW session_windows AS ${ENDLESS.replace('event_json', 'session_key')};
      CREATE VIEW session_transcript_archives AS ${ENDLESS.replace('i AS seq', "i AS generation, '' AS encoding").replace('event_json', 'archive_blob')};
      CREATE VIEW session_nodes AS ${ENDLESS.replace('session_id', 'session_key')};`
    const { row } = await read(stateFolder(database => putLive(database, 's1', entries('s1', talk)), schema))
    expect(words(row('s1'))).toEqual(['Hello', 'Good morning'])
  })

  it('costs itself what cannot be unfolded, and nothing else', async () => {
    const folder = stateFolder(database => {
      putLive(database, 's1', entries('s1', talk))
      database.exec(`INSERT INTO transcript_events (session_id, seq, event_zstd) VALUES ('s1', 7, x'28b52ffd00')`)
      database.exec(`INSERT INTO transcript_events (session_id, seq, event_json) VALUES ('s1', 8, 'no JSON')`)
      database.exec(`INSERT INTO transcript_events (session_id, seq) VALUES ('s1', 9)`)
      putArchive(database, 'a1', 'g1', entries('a1', talk), 'brotli')
    })
    const { row, rejects, units } = await read(folder)
    expect(words(row('s1'))).toEqual(['Hello', 'Good morning'])
    const of = (key: string) => units.find(({ ledger }) => ledger.key.endsWith(key))!.ledger.buckets.unparsed
    expect(of('/s1.jsonl')).toEqual({ 'compressed event that cannot be unfolded': 1, 'not a JSON object': 1, 'event without content': 1 })
    expect(rejects).toHaveLength(1)
  })

  it('keeps what a torn archive gives', async () => {
    const many = Array.from(
      { length: 400 },
      (_, i) => [i % 2 === 0 ? 'user' : 'assistant', `${i} ${createHash('sha1').update(String(i)).digest('hex').repeat(40)}`] as const,
    )
    const folder = stateFolder(database => {
      putArchive(database, 'a1', 'g1', entries('a1', many), 'zstd')
      database.exec('UPDATE session_transcript_archives SET archive_blob = substr(archive_blob, 1, length(archive_blob) / 2)')
    })
    const { row, units } = await read(folder)
    expect(row('a1').messages.length).toBeGreaterThan(20)
    expect(Object.keys(units[0]!.ledger.buckets.unparsed)).toHaveLength(1)
  })

  it('holds numbers that are larger than one can be, and tables of another make', async () => {
    const schema = `CREATE TABLE transcript_events (session_id TEXT, seq INTEGER, event_json TEXT, PRIMARY KEY (session_id, seq)) WITHOUT ROWID;
      CREATE TABLE session_windows (session_id TEXT PRIMARY KEY, session_key TEXT, created_at INTEGER) WITHOUT ROWID;
      CREATE TABLE session_transcript_archives (session_id TEXT, generation TEXT, encoding TEXT, archive_blob BLOB, PRIMARY KEY (session_id, generation)) WITHOUT ROWID;`
    const folder = stateFolder(database => {
      const insert = database.prepare('INSERT INTO transcript_events VALUES (?, ?, ?)')
      for (const [i, entry] of entries('s1', talk).entries()) insert.run('s1', 9007199254740993n + BigInt(i), JSON.stringify(entry))
      database.exec("INSERT INTO session_windows VALUES ('s1', 'agent:main:main', 9223372036854775807)")
    }, schema)
    expect(words((await read(folder)).row('s1'))).toEqual(['Hello', 'Good morning'])
  })

  it('is refused where it is no database', async () => {
    const folder = stateFolder(() => {})
    writeFileSync(join(folder, STORE), `SQLite format 3\0${'x'.repeat(9000)}`)
    expect((await read(folder, 'pi_coding_agent')).rejects).toMatchObject([expect.stringContaining('Cannot open store')])
  })
})
