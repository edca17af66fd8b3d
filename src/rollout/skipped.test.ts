import { gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { findUnits } from './find.ts'
import type { FormatName } from './known-formats.ts'
import { recover } from './log/recover.ts'
import { firstRecords, passedOver } from './passed-over.ts'
import { scanFolder } from './scan-folder.ts'
import { folderWith, jsonl, readLogs, removeFolders } from './testing/read-logs.ts'

afterAll(removeFolders)

const session = (n: number) => `aaaaaaaa-1111-4111-8111-00000000000${n}`
const claude = (n: number) =>
  jsonl([
    { type: 'user', uuid: `u${n}`, parentUuid: null, sessionId: session(n), message: { role: 'user', content: `Mend kite ${n}` } },
    {
      type: 'assistant',
      uuid: `a${n}`,
      parentUuid: `u${n}`,
      sessionId: session(n),
      message: { id: `m${n}`, type: 'message', role: 'assistant', content: [{ type: 'text', text: 'Mended.' }] },
    },
  ])

async function rejectsOf(files: { [path: string]: string }, format: FormatName | 'auto') {
  const { rows, units } = await readLogs(folderWith(files), { format })
  return { rows: rows.length, rejects: units.flatMap(({ outcomes }) => outcomes.flatMap(o => ('reject' in o ? [o.reject] : []))), units }
}

describe('a log of an agent that is not read', () => {
  it.each([
    [
      'threads.db',
      'SQLite format 3\0…CREATE TABLE threads (id TEXT PRIMARY KEY, summary TEXT NOT NULL, data_type TEXT NOT NULL, data BLOB NOT NULL)',
      /store of an agent/,
    ],
    [
      'sessions.db',
      'SQLite format 3\0…CREATE TABLE messages (id INTEGER PRIMARY KEY, session_id TEXT REFERENCES sessions(id), role TEXT, content_json TEXT)',
      /store of an agent/,
    ],
    [
      'transcript.jsonl',
      jsonl([{ step_index: 0, source: 'USER_EXPLICIT', type: 'USER_INPUT', created_at: '2026-01-01T00:00:00Z', content: 'Mend' }]),
      /log of an agent/,
    ],
    ['conversations/019c0000-0000-7000-8000-000000000001.pb', '\x8a\x01…', /Antigravity.*transcript in its folder in brain/],
    ['conversations/019c0000-0000-7000-8000-000000000001.db', 'SQLite format 3\0…', /Antigravity.*transcript in its folder in brain/],
  ])('%s is passed over loudly', (path, head, reason) => {
    expect(passedOver(path, head)).toMatchObject({ path, isLoud: true })
    expect(passedOver(path, head).reason).toMatch(reason)
  })

  it('is not what only speaks of one', () => {
    expect(passedOver('notes.md', 'We use aider. It writes "# aider chat started at 2026-06-09".')).not.toHaveProperty('isLoud')
    expect(passedOver('shop.db', 'SQLite format 3\0…CREATE TABLE thread (id INTEGER, colour TEXT)')).not.toHaveProperty('isLoud')
  })
})

describe('the first records of a file', () => {
  it.each([
    '{"a":1}\n{"b":2}\n{"c":',
    '{"a":1}\r\n{"b":{"c":2}}\r\n',
    '\uFEFF{"a":1}\n{"b":2}',
    '{"a":1}{"b":2}\n{"c":3}\nnot json\n{}\n[{"d":4}]\n',
    '{"a":1\n{"b":2}\n {"c":3} \n5\nnull',
    '{"a":"\\ud800","a":2}\n{"b":1e400}\n{"torn":{"x":1}',
  ])('%j are those that are found on each line however it is damaged', head => {
    const lines = head.replace(/^\uFEFF/, '').split('\n', 20)
    const found = lines.flatMap(line => [...recover(line, { isRecord: () => true })].flatMap(({ record }) => record ?? []))
    expect(firstRecords(head)).toEqual(found)
  })
})

describe('a log that gives no row', () => {
  it('is skipped where it holds no conversation or is empty, and rejected where something in it is lost', async () => {
    const title = jsonl([{ type: 'ai-title', aiTitle: 'Kites', sessionId: session(2) }])
    const files = { [`${session(1)}.jsonl`]: claude(1), [`${session(2)}.jsonl`]: title, [`${session(3)}.jsonl`]: '' }
    const { rows, rejects } = await rejectsOf(files, 'claude_code')
    expect(rows).toBe(1)
    const torn = { [`${session(1)}.jsonl`]: claude(1), [`${session(2)}.jsonl`]: `${title}{"type":"user","mess` }
    expect((await rejectsOf(torn, 'claude_code')).rejects).toEqual([{ at: `${session(2)}.jsonl`, reason: 'Holds no conversation' }])
    expect(rejects.map(({ reason, skipped = false }) => [reason, skipped])).toEqual([
      ['Holds no conversation', true],
      ['Empty file', true],
    ])
  })

  it('is loud where it is compressed and torn before anything of it unfolds', async () => {
    const name = 'sessions/2026/10/06/rollout-2026-10-06T10-00-00-019fa000-0000-7000-8000-000000000001.jsonl.zst'
    const whole = zstdCompressSync(claude(1).repeat(20))
    for (const length of [3, 9, whole.length >> 1, whole.length - 1]) {
      const root = folderWith({ [name]: whole.subarray(0, length) })
      const reason = 'Torn before its first block ends, so that nothing of it unfolds'
      expect((await findUnits({ format: 'auto', path: root })).skipped).toMatchObject([{ path: name, reason, isLoud: true }])
      const { units } = await readLogs(root, { format: 'codex' })
      expect(units[0]!.outcomes).toEqual([{ reject: { at: name, reason } }])
    }
    const empty = await findUnits({ format: 'auto', path: folderWith({ [name]: zstdCompressSync('') }) })
    expect(empty.skipped).toMatchObject([{ reason: 'Empty file' }])
  })

  it.each(['claude_code', 'codex'] as const)('is one reject where it is a console log, under %s', async format => {
    const console = Array.from({ length: 1200 }, (_, n) => `[${n}] INFO kite: { wind: ${n} }`).join('\n')
    const { rows, rejects, units } = await rejectsOf({ 'rollout-console.jsonl': console }, format)
    expect([rows, rejects.length]).toEqual([0, 1])
    expect(rejects[0]!.reason).toBe('Not JSON Lines: a text file without records')
    expect(units[0]!.ledger).toMatchObject({ records: 1, buckets: { unparsed: { 'not JSON Lines': 1 } } })
  })
})

describe('a log whose first record is nested deeper than anybody reads', () => {
  const deep = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`

  it.each([3000, 100_000])('is known by what stands beside and behind what is deep: %d levels', async levels => {
    const files = {
      [`${session(1)}.jsonl`]: `${deep(levels)}\n${claude(1)}`,
      [`${session(2)}.jsonl`]: claude(2).replace('{', `{"extra":${deep(levels)},`),
    }
    const { rows, rejects } = await rejectsOf(files, 'auto')
    expect([rows, rejects]).toEqual([2, []])
  })

  it.each([
    ['an object', deep(100_000)],
    ['a list', `${'['.repeat(3000)}${']'.repeat(3000)}`],
    ['one that does not end', '{"a":'.repeat(100_000)],
    ['a document', `{\n  "a": {\n    "b": ${deep(3000)}\n  }\n}`],
  ])('is passed over loudly for what it is, where nothing else tells it: %s', async (_, content) => {
    const path = folderWith({ 'a.jsonl': content, 'b.jsonl': claude(1) })
    const { skipped } = await findUnits({ format: 'auto', path })
    const reason = 'Looks like no known agent log: what it begins with is nested more than 128 levels deep'
    expect(skipped).toMatchObject([{ path: 'a.jsonl', reason, isLoud: true }])
  })

  it('is no list of many lines', () => {
    const torn = '{"a":[{"b":[\n'.repeat(100)
    expect(passedOver('a', torn).reason).not.toMatch(/nested/)
    expect(passedOver('a', JSON.stringify({ text: '[{'.repeat(500) })).reason).not.toMatch(/nested/)
  })
})

describe('a log that is read under another format', () => {
  it('gives no invented rows, torn or whole', async () => {
    const log = claude(1)
    const torn = [...Array(40).keys()].map(i => log.slice(0, Math.floor((log.length * (i + 1)) / 41)))
    const glued = torn.map(piece => `${piece}${log}`)
    const flipped = torn.map(piece => `${piece}?${log.slice(piece.length + 1)}`)
    for (const content of [log, ...torn, ...glued, ...flipped]) {
      const rows = await rejectsOf({ [`${session(1)}.jsonl`]: content }, 'codex').then(
        read => read.rows,
        () => 0, // where nothing else was there
      )
      expect(rows, content).toBe(0)
    }
    await expect(rejectsOf({ [`${session(1)}.jsonl`]: log }, 'codex')).rejects.toThrow(
      /Looks like Claude Code \(format 'claude_code'\): read it with that format, or with 'auto'/,
    )
  })
})

describe('a file that rows are made from too', () => {
  const event = {
    id: 'e',
    kind: 'MessageEvent',
    timestamp: '2026-06-01T10:00:00',
    source: 'user',
    llm_message: { role: 'user', content: [] },
  }
  it.each([
    [
      'messages that a person was shown',
      'Cline',
      {
        'tasks/1/api_conversation_history.json': JSON.stringify([{ role: 'user', content: [{ type: 'text', text: '<task>Dig</task>' }] }]),
        'tasks/1/ui_messages.json': JSON.stringify([{ ts: 1, type: 'say', say: 'text', from: 'user', text: 'Dig' }]),
      },
    ],
    [
      'the state of a conversation',
      'OpenHands',
      { 'c/events/event-00000-e.json': JSON.stringify(event), 'c/base_state.json': JSON.stringify({ id: 'c', agent: { kind: 'Agent' } }) },
    ],
    [
      'what is said of a spawned agent',
      'Claude Code',
      { [`s/subagents/${session(2)}.jsonl`]: claude(1), [`s/subagents/${session(2)}.meta.json`]: '{"agentType":"gardener"}' },
    ],
  ])('is said to be joined, and is not loud: %s', async (_, title, files) => {
    const path = folderWith(files)
    const { skipped } = await findUnits({ format: 'auto', path })
    expect((await scanFolder(path)).passed_over).toEqual([])
    expect(skipped).toMatchObject([{ reason: `Kept beside a log of ${title}, joined to its rows` }])
    expect(skipped[0]!.isLoud).toBeUndefined()
  })

  it('is a stranger where no log stands beside it', async () => {
    const files = {
      'ui_messages.json': JSON.stringify([{ ts: 1, type: 'say', say: 'text', from: 'user', text: 'Dig' }]),
      [`${session(1)}.jsonl`]: claude(1),
    }
    const { skipped } = await findUnits({ format: 'auto', path: folderWith(files) })
    expect(skipped).toMatchObject([{ path: 'ui_messages.json', reason: expect.stringMatching(/^Looks like /) }])
  })
})

describe('passedOver()', () => {
  it.each([
    ['lines', jsonl([{ ts: 1, role: 'user', text: 'Mend' }])],
    ['wrapped lines', jsonl([{ kind: 'x' }, { session_id: 's', message: { role: 'assistant' } }])],
    ['a document', JSON.stringify({ conversationId: 'c', messages: [{ role: 'user' }] }, null, 2)],
    [
      'authors',
      jsonl([
        { kind: 'meta', session_id: 's' },
        { author: 'User', text: 'Mend', ts: 1 },
      ]),
    ],
    ['senders', jsonl([{ sender: 'bot', text: 'Mended', ts: 1 }])],
    ['authors of messages', jsonl([{ id: 'x', create_time: 1, session_id: 's', message: { author: { role: 'user' } } }])],
    ['a list', JSON.stringify([{ timestamp: 1, from: 'human' }])],
  ])('is loud for %s of an agent nobody has described', (_, head) => {
    expect(passedOver('a', head)).toMatchObject({
      isLoud: true,
      reason: expect.stringMatching(/^Looks like a log of an agent that is not known; it begins with/),
    })
  })

  it.each([
    '{"name":"kite","version":"1.0.0"}',
    jsonl([{ id: 1, text: 'a' }]),
    jsonl([{ messages: [{ role: 'user', content: 'hi' }] }]),
    '',
    'words',
    '[1,2]',
  ])('is not for %j', head => expect(passedOver('a', head).isLoud).toBeUndefined())

  it('lets nothing of a file act in a terminal', () => {
    expect(passedOver('a', jsonl([{ time: 1, role: 'user', type: '\u001b[2J\u202e' }])).reason).not.toMatch(/[\u001b\u202e]/)
  })
})

describe('a log that gzip has packed', () => {
  const told = async (files: { [path: string]: string | Uint8Array }, format: FormatName | 'auto' = 'auto') => {
    const { sources, skipped } = await findUnits({ format, path: folderWith(files) })
    for (const source of sources) source[Symbol.dispose]()
    return skipped.map(({ path, reason, isLoud = false }) => [path, /log of ([\w ]+) that gzip has packed/.exec(reason)?.[1], isLoud])
  }

  it.each(['auto', 'claude_code'] as const)('is not passed over in silence (format %s)', async format => {
    const files = { 'a/now.jsonl': claude(1), 'a/old.jsonl.gz': gzipSync(claude(2)) }
    expect(await told(files, format)).toEqual([['a/old.jsonl.gz', 'Claude Code', true]])
  })

  it('is told where nothing else is there to be read', async () => {
    await expect(readLogs(folderWith({ 'old.jsonl.gz': gzipSync(claude(2)) }))).rejects.toThrow(/a log of Claude Code that gzip has packed/)
  })

  it('is not missed where it lies beside itself, nor is anything else that is packed so', async () => {
    const others = { 'words.txt.gz': gzipSync('words'), 'torn.jsonl.gz': gzipSync(claude(3)).subarray(0, 12), 'none.gz': '' }
    expect(await told({ 'a.jsonl': claude(1), 'a.jsonl.gz': gzipSync(claude(1)), ...others })).toEqual([])
  })
})
