import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findUnits } from '../../find.ts'
import { folderWith, readLogs, removeFolders } from '../../testing/read-logs.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tracewright-hermes-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
  removeFolders()
})

type Message = { role: string; content?: string | null; [column: string]: string | number | null | undefined }

const COLUMNS = 'session_id role content tool_calls tool_call_id timestamp finish_reason active compacted api_content display_kind'.split(
  ' ',
)

/** A store as Hermes Agent makes it; `extra` adds columns nobody knows yet. */
function store(sessions: { [id: string]: Message[] }, { extra = 0, endReason = null as string | null, wal = false } = {}): DatabaseSync {
  const database = new DatabaseSync(join(folder, 'state.db'))
  if (wal) database.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0')
  const more = (prefix: string) => Array.from({ length: extra }, (_, i) => `, ${prefix}_${i} TEXT DEFAULT 'x'`).join('')
  database.exec(
    `CREATE TABLE sessions (id TEXT PRIMARY KEY, source TEXT, started_at REAL, end_reason TEXT, last_activity_at REAL${more('s')})`,
  )
  database.exec(`CREATE TABLE messages (id INTEGER PRIMARY KEY AUTOINCREMENT, ${COLUMNS.map(name => `${name}`).join(', ')}${more('m')})`)
  const insert = database.prepare(`INSERT INTO messages (${COLUMNS.join(', ')}) VALUES (${COLUMNS.map(() => '?').join(', ')})`)
  for (const [id, messages] of Object.entries(sessions)) {
    database
      .prepare('INSERT INTO sessions (id, source, started_at, end_reason, last_activity_at) VALUES (?, ?, ?, ?, ?)')
      .run(id, 'cli', 1e9, endReason, 1e9)
    messages.forEach((message, i) => {
      const row = { active: 1, compacted: 0, timestamp: 1e9 + i, ...message, session_id: id }
      insert.run(...COLUMNS.map(name => (row as { [column: string]: string | number | null })[name] ?? null))
    })
  }
  if (!wal) database.close()
  return database
}

const read = (options = {}) => readLogs(folder, { format: 'hermes_agent', ...options })
const said = async (options = {}) => {
  const [row] = (await read(options)).rows
  return row!.messages.map((message, i) => `${row!.message_meta[i]!.train ? '*' : ''}${String(message.content[0]?.['text'] ?? '')}`)
}
const talk = (answer: Partial<Message> = {}): Message[] => [
  { role: 'user', content: 'Dig' },
  { role: 'assistant', content: 'Dug.', ...answer },
]
const SUMMARY = { role: 'user', content: '[CONTEXT COMPACTION — REFERENCE ONLY] They dug.' }

describe('Messages that were taken back and stand again', () => {
  const gone = { active: 0 }
  const pair = (n: number): Message[] => [
    { role: 'user', content: `ask ${n}`, timestamp: 2e9 + n },
    { role: 'assistant', content: `answer ${n}`, timestamp: 2e9 + n },
  ]
  const rewound = (messages: Message[]) => messages.map(message => ({ ...message, ...gone }))

  it('around a summary stand before it, and behind none', async () => {
    store({
      s: [
        ...pair(1).map(m => ({ ...m, ...gone, compacted: 1 })),
        ...rewound([...pair(2), ...pair(3)]),
        SUMMARY,
        ...pair(2),
        ...pair(3),
        ...pair(4),
      ],
    })
    const expected = ['ask 1', '*answer 1', 'ask 2', '*answer 2', 'ask 3', '*answer 3', SUMMARY.content, 'ask 4', '*answer 4']
    expect(await said()).toEqual(expected)
    const { rows, units } = await read({ branches: 'all' })
    expect(rows).toHaveLength(1)
    expect(units[0]!.ledger.buckets).toMatchObject({ replay: 4, abandoned: 0 })
  })

  it('without a summary stand where they are active', async () => {
    store({ s: [...rewound(pair(1)), ...pair(1), ...pair(2)] })
    expect(await said()).toEqual(['ask 1', '*answer 1', 'ask 2', '*answer 2'])
    expect((await read()).units[0]!.ledger.buckets).toMatchObject({ replay: 2, abandoned: 0 })
  })

  it('only in part leave a path that was given up', async () => {
    const other: Message = { role: 'assistant', content: 'another answer', timestamp: 2e9 + 9 }
    store({ s: [...rewound([pair(1)[0]!, other]), ...pair(1)] })
    const { rows } = await read({ branches: 'all' })
    expect(rows.map(row => row.messages.map(({ content }) => content[0]!['text']))).toEqual([
      ['ask 1', 'answer 1'],
      ['ask 1', 'another answer'],
    ])
  })

  it('with words alike and another time were taken back', async () => {
    store({ s: [...rewound(pair(1)), ...pair(1).map((m, i) => ({ ...m, timestamp: 3e9 + i }))] })
    expect((await read()).units[0]!.ledger.buckets).toMatchObject({ replay: 0, abandoned: 2 })
  })
})

describe('Replies that were cut', () => {
  const cuts: [string, Partial<Message>][] = [
    ['by the reason they ended for', { finish_reason: 'interrupted' }],
    ['by an error', { finish_reason: 'error' }],
    ['by other words in their place', { api_content: 'Context of the cut reply: Dug' }],
    ['by a notice in their place', { content: '[This response was interrupted by a user correction.]' }],
  ]
  for (const [how, answer] of cuts)
    it(`${how} are not trained on`, async () => {
      store({ s: talk(answer) })
      for (const context of ['recorded', 'as_sent']) expect((await said({ context })).filter(text => text.startsWith('*'))).toEqual([])
    })

  it('are none where the same was sent', async () => {
    store({ s: talk({ api_content: 'Dug.', finish_reason: 'stop' }) })
    expect(await said()).toEqual(['Dig', '*Dug.'])
  })
})

describe('The end of a session', () => {
  const ends: [string | null, Message[], string][] = [
    [null, talk({ finish_reason: 'stop' }), 'completed'],
    [null, talk({ finish_reason: 'interrupted' }), 'interrupted'],
    [null, talk({ finish_reason: 'error' }), 'failed'],
    [null, talk({ finish_reason: 'length' }), 'unknown'],
    [null, talk(), 'unknown'],
    ['user_exit', talk(), 'completed'],
    ['user_exit', [{ role: 'user', content: 'Dig' }], 'unknown'],
    ['sigterm', talk({ finish_reason: 'stop' }), 'interrupted'],
    ['api_error', talk({ finish_reason: 'stop' }), 'failed'],
    ['timed_out', talk({ finish_reason: 'stop' }), 'failed'],
    [null, talk({ finish_reason: 'tool_calls', tool_calls: '[{"id":"c","function":{"name":"dig","arguments":"{}"}}]' }), 'unknown'],
  ]
  for (const [endReason, messages, status] of ends)
    it(`is ${status} by ${endReason ?? 'no reason'} and ${messages.at(-1)!.finish_reason ?? messages.at(-1)!.role}`, async () => {
      store({ s: messages }, { endReason })
      expect((await read()).rows[0]!.outcome.status).toBe(status)
    })
})

describe('A store that means harm', () => {
  it('with a view that never ends in the place of a table is no store', async () => {
    const database = new DatabaseSync(join(folder, 'state.db'))
    database.exec(`CREATE VIEW messages AS WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n)
      SELECT id, 's' AS session_id, 'user' AS role, 'x' AS content FROM n`)
    database.close()
    const { rows, units } = await read()
    expect(rows).toEqual([])
    expect(units[0]!.outcomes[0]).toMatchObject({ reject: { reason: expect.stringContaining('found no column messages.session_id') } })
  })

  it('with such a view in the place of sessions gives its messages', async () => {
    store({ s: talk() })
    const database = new DatabaseSync(join(folder, 'state.db'))
    database.exec(
      'DROP TABLE sessions; CREATE VIEW sessions AS WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n) SELECT id FROM n',
    )
    database.close()
    expect(await said()).toEqual(['Dig', '*Dug.'])
  })

  it('with a message longer than any is read without it', async () => {
    store({ long: [{ role: 'user', content: 'Dig' }, ...talk()], short: talk() })
    const database = new DatabaseSync(join(folder, 'state.db'))
    database.exec("UPDATE messages SET content = CAST(zeroblob(80000000) AS TEXT) WHERE session_id = 'long' AND id = 1")
    database.close()
    const { rows } = await read()
    expect(rows.map(row => row.trace_id)).toEqual(['long', 'short'])
    expect(rows[0]!.diagnostics).toContainEqual({ code: 'value_too_long', at: 'state.db:1', detail: ['content'] })
    expect(rows[1]!.diagnostics).toEqual([])
  })
})

describe('A store of a later version', () => {
  it('is read by the columns it has, with what only its log holds, and is not touched', async () => {
    const open = store({ s: talk({ finish_reason: 'stop' }) }, { extra: 40, wal: true })
    const before = ['state.db', 'state.db-wal'].map(name => statSync(join(folder, name)).mtimeMs)
    expect(await said()).toEqual(['Dig', '*Dug.'])
    expect(['state.db', 'state.db-wal'].map(name => statSync(join(folder, name)).mtimeMs)).toEqual(before)
    open.close()
  })
})

describe('The index of a gateway', () => {
  const index = (id: string) =>
    JSON.stringify({
      'agent:main:dm:7': { session_key: 'agent:main:dm:7', session_id: id, platform: 'dm', input_tokens: 120, output_tokens: 7 },
    })
  const log =
    '{"role":"session_meta","model":"m","timestamp":"2026-03-01T10:00:00"}\n{"role":"user","content":"Dig","timestamp":"2026-03-01T10:00:01"}\n'
  for (const [name, format] of [
    ['sessions.json', 'auto'],
    ['routing-backup.json', 'auto'],
    ['index.json', 'hermes_agent'],
  ] as const)
    it(`is known by what it says, as ${name} under ${format}`, async () => {
      const home = folderWith({ 'sessions/20260301_100000_aaaaaa.jsonl': log, [`sessions/${name}`]: index('20260301_100000_aaaaaa') })
      const { rows, skipped } = await readLogs(home, { format })
      expect(rows[0]!.usage).toMatchObject({ input_tokens: 120, output_tokens: 7 })
      expect(skipped).toMatchObject([{ path: `sessions/${name}`, reason: 'Index of gateway sessions: joined to the sessions it names' }])
    })
})

describe('The index of a gateway, without a session beside it', () => {
  it.each(['sessions.json', 'routing.json'])('is not said to be joined: %s', async name => {
    const index = JSON.stringify({ 'agent:main:dm:7': { session_key: 'agent:main:dm:7', session_id: 'gone' } })
    const log = '{"role":"session_meta","model":"m"}\n{"role":"user","content":"Dig","timestamp":"2026-03-01T10:00:01"}\n'
    const home = folderWith({ [`old/sessions/${name}`]: index, 'new/sessions/20260301_100000_aaaaaa.jsonl': log })
    const { skipped } = await readLogs(home, { format: 'hermes_agent' })
    expect(skipped.find(({ path }) => path.endsWith(name))?.reason).toMatch(/: none of the sessions it names is beside it$/)
  })
})

describe('Chat messages in JSON Lines', () => {
  const say = (role: string, content: string, rest: object = {}) =>
    `${JSON.stringify({ role, content, timestamp: '2026-03-01T10:00:01', ...rest })}\n`
  const call = { id: 'c', call_id: 'c', type: 'function', function: { name: 'dig', arguments: '{}' } }

  it.each([
    ['of a role, a content and a time', {}],
    ['with an id', { message_id: '7' }],
    ['with a model and how it ended', { model: 'm', finish_reason: 'stop' }],
    ['with what was thought', { reasoning_content: 'Deep.' }],
    ['with calls as everybody has them', { tool_calls: [{ id: 'c', type: 'function', function: { name: 'dig', arguments: '{}' } }] }],
  ])('are not taken for a log of the gateway: %s', async (_, rest) => {
    const folder = folderWith({ 'chat.jsonl': say('user', 'Dig') + say('assistant', 'Dug.', rest) })
    const { units } = await findUnits({ format: 'auto', path: folder })
    expect(units.map(({ format }) => format.name)).not.toContain('hermes_agent')
  })

  it.each([
    ['its name', '20260301_100000_aaaaaa.jsonl', {}, ''],
    ['its first record', 'chat.jsonl', {}, '{"role":"session_meta","platform":"x","tools":[]}\n'],
    ['the ids of its calls', 'chat.jsonl', { tool_calls: [{ ...call, response_item_id: 'fc_c' }] }, ''],
    ['a mirrored message', 'chat.jsonl', { mirror: true, mirror_source: 'cron' }, ''],
  ])("are the gateway's by %s", async (_, name, rest, first) => {
    const folder = folderWith({ [name]: first + say('user', 'Dig') + say('assistant', 'Dug.', rest) })
    const { units } = await findUnits({ format: 'auto', path: folder })
    expect(units.map(({ format }) => format.name)).toEqual(['hermes_agent'])
  })
})

describe('Prompts nobody typed', () => {
  const prompts: [string, string, string][] = [
    ['[IMPORTANT: You are running as a scheduled cron job.]', 'harness', 'cron'],
    ['[Continuing toward your standing goal: dig]', 'harness', 'goal'],
    ['[Current user objective preserved from compacted history]\nDig', 'harness', 'objective'],
    ['[Earlier conversation digest — older turns] USER: dig', 'harness', 'prior_context'],
    ['[System: Your previous response was truncated]', 'harness', 'system'],
  ]
  for (const [content, origin, harness] of prompts)
    it(`are told: ${harness}`, async () => {
      store({
        s: [
          { role: 'user', content },
          { role: 'assistant', content: 'Yes.' },
        ],
      })
      expect((await read()).rows[0]!.message_meta[0]).toMatchObject({ origin, extra: { harness } })
    })

  it('before what somebody typed leave it theirs', async () => {
    store({
      s: [
        { role: 'user', content: '[Note: model was just switched to x.]\n\nDig on' },
        { role: 'assistant', content: 'Yes.' },
      ],
    })
    expect((await read()).rows[0]!.message_meta[0]).toMatchObject({
      origin: 'human',
      extra: { harness_note: '[Note: model was just switched to x.]' },
    })
  })
})
