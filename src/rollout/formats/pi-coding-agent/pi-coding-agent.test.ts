import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { brokenInvariants } from '../../conversation/invariants.ts'
import { bucketSum } from '../../log/ledger.ts'
import { Source } from '../../log/source.ts'
import { piCodingAgent } from './index.ts'
import { codes, fixture, readFolder, rowOf, said } from './testing/read-fixture.ts'

const folders: string[] = []
function folderWith(files: { [name: string]: string }): string {
  const folder = mkdtempSync(join(tmpdir(), 'tracewright-pi-'))
  folders.push(folder)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

describe('generations', () => {
  it('parse() reads the event log of 2025 with its system prompt, and its events are no messages', async () => {
    const row = await rowOf('generations', 'gen-0')
    expect(said(row)).toEqual(['system: You tend the garden.', 'user: Water the beans', 'assistant: Watered.'])
    expect((await fixture('generations')).ledgers.get('v0.jsonl')!.buckets.noise).toEqual({ 'agent event': 2 })
  })

  it('parse() reads a session without ids as one line of entries', async () => {
    const row = await rowOf('generations', 'gen-1')
    expect(row.message_count).toBe(9)
    expect(row.final_assistant_message).toBe('You are welcome.')
    expect(row.source_meta).toMatchObject({ version: 1, model: 'fable-1', thinking_levels: [{ record: 10, level: 'high' }] })
  })

  it('parse() counts the header line where a first-generation compaction says what it kept', async () => {
    const row = await rowOf('generations', 'gen-1', { context: 'as_sent' })
    expect(said(row).slice(1)).toEqual(['user: And the spades?', 'assistant: Three spades.', 'user: Thanks', 'assistant: You are welcome.'])
  })

  it("parse() says a hook's message in the second generation", async () => {
    const row = await rowOf('generations', 'gen-2')
    expect(said(row)[1]).toBe('user: It is spring.')
    expect(row.message_meta[1]).toMatchObject({ origin: 'hook', extra: { custom_type: 'season' } })
  })

  it('parse() reads version 4, where a lane says which leaf counts', async () => {
    const row = await rowOf('generations', 'gen-4')
    expect(said(row)).toEqual(['user: Rake the leaves', 'assistant: Raked once.'])
    expect(row.started_at).toBe('2026-05-04T09:00:00.000Z')
    expect((await fixture('generations')).ledgers.get('v4.jsonl')!.buckets).toMatchObject({ emitted: 2, abandoned: 2, metadata: 4 })
  })

  it('parse() loses nothing to a byte-order mark, CRLF or a line separator inside text', async () => {
    expect(said(await rowOf('generations', 'gen-crlf'))).toEqual(['user: One line\u2028two lines', 'assistant: Both read.'])
  })
})

describe('JSON mode', () => {
  it('parse() takes each message once from an event stream', async () => {
    const row = await rowOf('json-mode', 'json-1')
    expect(said(row)).toEqual(['user: List the seeds', 'assistant: ', 'tool: kale\n', 'assistant: Only kale.'])
    expect((await fixture('json-mode')).ledgers.get('stream.jsonl')!.buckets.noise).toEqual({
      'agent event': 7,
      'repeats earlier events': 3,
      'streamed piece': 1,
    })
  })

  it('parse() takes them from agent_end where nothing else reports them', async () => {
    expect(said(await rowOf('json-mode', 'json-2'))).toEqual(said(await rowOf('json-mode', 'json-1')))
  })

  it('parse() says so when a stream breaks off in a message', async () => {
    expect(codes(await rowOf('json-mode', 'json-3'))).toEqual(['unfinished_message'])
  })
})

describe('branches', () => {
  it('parse() follows the last entry and leaves other branches out', async () => {
    const row = await rowOf('branches', 'br-1')
    expect(said(row)).toEqual([
      'user: Name a herb',
      'user: The following is a summary of a branch that this conversation came back from:\n\n<summary>\nBasil and mint were named.</summary>',
      'user: Another',
      'assistant: Sage',
    ])
    expect(row.message_meta[1]!.origin).toBe('harness')
    expect(row.source_meta).toMatchObject({ other_branches: 2, labels: [{ entry: 's', label: 'second try' }] })
    expect((await fixture('branches')).ledgers.get('rewound.jsonl')!.buckets.abandoned).toBe(2)
  })

  it('parse() gives one row per leaf with all branches, the shared part marked as replay', async () => {
    const { rows, ledgers } = await fixture('branches', { branches: 'all' })
    const mine = rows.filter(({ trace_id }) => trace_id.startsWith('br-1'))
    expect(mine.map(({ trace_id, relation, parent_trace_id }) => [trace_id, relation, parent_trace_id])).toEqual([
      ['br-1', null, null],
      ['br-1#b', 'branch', 'br-1'],
      ['br-1#c', 'branch', 'br-1'],
    ])
    expect(mine[1]!.message_meta.map(({ replay }) => replay ?? false)).toEqual([true, false])
    expect(ledgers.get('rewound.jsonl')!.buckets.abandoned).toBe(0)
  })

  it('parse() honours a leaf entry over the last entry', async () => {
    expect(said(await rowOf('branches', 'br-2'))).toEqual(['user: Dig here', 'assistant: Dug.'])
    expect(said(await rowOf('branches', 'br-2#d', { branches: 'all' }))).toHaveLength(4)
  })

  it('parse() falls back to file order at an orphan, with a diagnostic', async () => {
    const row = await rowOf('branches', 'br-3')
    expect(row.message_count).toBe(4)
    expect(row.diagnostics).toMatchObject([{ code: 'orphan_parent', at: 'orphan.jsonl:4', detail: { parents: ['lost'] } }])
  })

  it('parse() survives parents that are lists, numbers, themselves or each other', async () => {
    const row = await rowOf('branches', 'br-4')
    expect(row.message_count).toBe(6)
    expect(row.diagnostics).toMatchObject([{ code: 'orphan_parent', detail: { entries: 4 } }])
  })

  it('parse() joins calls and results that concurrent writers put on siblings', async () => {
    const row = await rowOf('branches', 'br-5')
    expect(row.messages.flatMap(({ tool_call_id }) => tool_call_id ?? [])).toEqual(['w1', 'w2', 'w3'])
    expect(brokenInvariants(row)).toEqual([])
    expect(codes(row)).toEqual(['concurrent_writers'])
  })

  it('parse() keeps an entry without id where it stands in the file', async () => {
    expect(said(await rowOf('branches', 'br-6'))).toEqual(['user: Knock', 'assistant: Who is there?', 'user: Rose'])
  })
})

describe('damage', () => {
  it('parse() keeps all whole records before a torn tail', async () => {
    const row = await rowOf('damage', 'dm-1')
    expect(row.message_count).toBe(2)
    expect(codes(row)).toEqual(['torn_tail'])
  })

  it('parse() recovers records that share a line, and counts the rest with a reason', async () => {
    expect(said(await rowOf('damage', 'dm-2'))).toEqual(['user: One', 'assistant: Two', 'user: Three', 'assistant: Four'])
    expect((await fixture('damage')).ledgers.get('glued.jsonl')!.buckets.unparsed).toEqual({ 'not JSON': 1, 'torn record': 1 })
  })

  it('parse() is not stopped by a wrong type in any field', async () => {
    const row = await rowOf('damage', 'dm-3')
    expect(row.final_assistant_message).toBe('Nothing broke.')
    expect(row.cwd).toBeNull()
  })

  it('parse() reads what is left of a session whose header is lost', async () => {
    const line =
      '{"type":"message","id":"a","parentId":null,"timestamp":"2026-05-04T09:00:00.000Z","message":{"role":"user","content":"hello"}}'
    const { rows } = await readFolder(folderWith({ 'lost.jsonl': `{"type":"sess\n${line}\n` }))
    expect(rows.map(row => [row.trace_id, ...said(row), ...codes(row)])).toEqual([
      ['lost', 'user: hello', 'unparsed_record', 'missing_header'],
    ])
  })

  it('parse() gives no row for a session in which nothing was said', async () => {
    const { rows, ledgers } = await readFolder(
      folderWith({ 'empty.jsonl': '{"type":"session","version":3,"id":"e","timestamp":"2026-05-04T09:00:00.000Z","cwd":"/w"}\n' }),
    )
    expect(rows).toEqual([])
    expect(ledgers.get('empty.jsonl')!.buckets.metadata).toBe(1)
  })
})

describe('damaged headers', () => {
  const MESSAGES = [
    { type: 'message', id: 'a', parentId: null, message: { role: 'user', content: 'Mend the kite' } },
    { type: 'message', id: 'b', parentId: 'a', message: { role: 'assistant', content: [{ type: 'text', text: 'Mended.' }] } },
  ].map(record => JSON.stringify(record))
  const HEADER = '{"type":"session","version":3,"id":"kite","timestamp":"2026-05-01T10:00:00.000Z","cwd":"/srv/kite"}'

  for (const [name, content, id] of [
    ['glued to the first message, behind a blank line', `\r\n${HEADER}${MESSAGES.join('\r\n')}`, 'kite'],
    ['behind NUL bytes', `${'\0'.repeat(64)}${HEADER}\n${MESSAGES.join('\n')}\n`, 'kite'],
    ['with an id that is none', `${HEADER.replace('"kite"', '17')}\n${MESSAGES.join('\n')}\n`, 'log'],
  ] as const)
    it(`discover() knows a session by a header that stands ${name}`, async () => {
      const { rows } = await readFolder(folderWith({ 'log.jsonl': content }))
      expect(rows.map(({ trace_id, messages }) => [trace_id, messages.length])).toEqual([[id, 2]])
    })
})

describe('accounts', () => {
  it('parse() settles every record of every fixture, with all options', async () => {
    for (const options of [{}, { branches: 'all' }, { context: 'as_sent' }, { branches: 'all', context: 'as_sent' }] as const) {
      const { rows, ledgers } = await readFolder(join(import.meta.dirname, 'fixtures'), options)
      for (const [key, ledger] of ledgers) {
        expect(bucketSum(ledger.buckets), key).toBe(ledger.records)
        expect(ledger.buckets.unparsed['not accounted for'], key).toBeUndefined()
      }
      for (const row of rows) expect(brokenInvariants(row), row.trace_id).toEqual([])
    }
  })

  it('discover() opens no file whose name tells its session', async () => {
    const source = new Source(join(import.meta.dirname, 'fixtures', 'forks', 'logs'))
    const files = source.list({ patterns: piCodingAgent.patterns, recursive: true })
    await piCodingAgent.discover(source, files, [])
    expect(source.counts.opened).toBe(0)
  })
})

describe('parse() of files that were put together', () => {
  it('gives each session in a file a row of its own', async () => {
    const { rows, ledgers } = await fixture('put-together')
    expect(rows.map(row => [row.trace_id, row.started_at?.slice(11, 16), said(row)])).toEqual([
      ['pt-1', '09:00', ['user: Raise the dam', 'assistant: Raised by a hand.']],
      [
        'pt-2',
        '09:10',
        [
          'user: Lower the dam',
          'assistant: Lowered by a foot.',
          'user: And the weir',
          'assistant: The weir stays.',
          'user: Why?',
          'assistant: It is dry.',
        ],
      ],
      ['pt-3', '09:20', expect.arrayContaining(['user: Count the stones', 'assistant: Nine.', 'assistant: Twelve.', 'user: And now?'])],
    ])
    expect(ledgers.get('sessions.jsonl')!.buckets).toMatchObject({ abandoned: 0, unparsed: {} })
    expect(rows.map(row => row.usage!.input_tokens)).toEqual([150, 450, 300])
  })

  it('counts what a compaction of the first generation keeps from the header of its own session', async () => {
    const { rows } = await fixture('put-together', { context: 'as_sent' })
    expect(said(rows[2]!).slice(-3)).toEqual(['user: And the reeds', 'assistant: Twelve.', 'user: And now?'])
  })
})
