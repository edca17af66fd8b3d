import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parsePythonLiteral } from '../../../python/literal.ts'
import { textOf } from '../../conversation/blocks.ts'
import { brokenInvariants } from '../../conversation/invariants.ts'
import type { RolloutRow } from '../../conversation/row.ts'
import { bucketSum } from '../../log/ledger.ts'
import { openRollouts, type ReadOptions } from '../../read.ts'
import { align } from './align.ts'
import { hermesAgent } from './index.ts'
import { isoTime } from './time.ts'

const here = import.meta.dirname
const folders: string[] = []
const newFolder = (): string => folders[folders.push(mkdtempSync(join(tmpdir(), 'tracewright-hermes-'))) - 1]!
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** Every row and reject below a folder; the invariants hold on all of them. */
async function readAll(path: string | null, options: Partial<ReadOptions> = {}) {
  const rollouts = await openRollouts({ format: 'hermes_agent', path, ...options })
  const rows: RolloutRow[] = []
  const rejects: string[] = []
  const ledgers = []
  const reasons: string[] = []
  for (const ref of rollouts.units) {
    const { outcomes, ledger, fates } = await rollouts.read(ref)
    ledgers.push(ledger)
    reasons.push(...fates.flatMap(({ bucket, reason }) => (reason === null ? [] : [`${bucket}: ${reason}`])))
    expect(bucketSum(ledger.buckets), ledger.key).toBe(ledger.records)
    expect(Object.keys(ledger.buckets.unparsed)).not.toContain('not accounted for')
    for (const outcome of outcomes) 'row' in outcome ? rows.push(outcome.row) : rejects.push(outcome.reject.reason)
  }
  rollouts.close()
  for (const row of rows) expect(brokenInvariants(row), row.trace_id).toEqual([])
  const row = (id: string) => rows.find(({ trace_id }) => trace_id === id)!
  return { rows, row, rejects, ledgers, reasons, skipped: rollouts.skipped, keys: rollouts.units.map(({ unit }) => unit.key) }
}

const fixture = (name: string) => join(here, 'fixtures', name, 'logs')
const texts = (row: RolloutRow) => row.messages.map(({ role, content }) => `${role}: ${textOf(content)}`)
const origins = (row: RolloutRow) => row.message_meta.map(({ origin }) => origin)
const codes = (row: RolloutRow) => row.diagnostics.map(({ code }) => code)

function buildStore(name: string, folder = newFolder()): string {
  const database = new DatabaseSync(join(folder, 'state.db'))
  database.exec(readFileSync(join(here, 'stores', `${name}.sql`), 'utf8'))
  database.close()
  return folder
}

describe('snapshots', () => {
  const session = async () => (await readAll(fixture('snapshot'))).row('20260302_090000_aa11bb')

  it('keep system prompt, tools, model and platform', async () => {
    const row = await session()
    expect(row.messages[0]).toEqual({ role: 'system', content: [{ type: 'text', text: 'You tend the garden log.' }] })
    expect(row.tools).toMatchObject({ status: 'recorded', schemas: [{ type: 'function', function: { name: 'terminal' } }] })
    expect(row.models).toEqual(['maple-2'])
    expect(row.source_meta).toMatchObject({ platform: 'cli', timezone_unknown: true })
    expect(row.started_at).toBe('2026-03-02T09:00:00.250000')
  })

  it('give reasoning once, from whichever field has it, without pads and tags', async () => {
    const { messages } = await session()
    const thought = messages.filter(({ role }) => role === 'assistant').map(message => message.reasoning_content)
    expect(thought).toEqual(['Read the moisture file.', 'Bed three is dry.', undefined, undefined, 'It is rust.', undefined])
    expect(textOf(messages[4]!.content)).toBe('Water bed 3.')
  })

  it('count encrypted reasoning instead of showing it', async () => {
    const row = await session()
    expect(row.fidelity).toMatchObject({ reasoning: 'encrypted', redacted_reasoning: 2 })
    expect(JSON.stringify(row)).not.toContain('b3BhcXVl')
  })

  it('keep arguments as the model wrote them', async () => {
    const calls = (await session()).messages.flatMap(message => message.tool_calls ?? [])
    expect(calls[0]!.function.arguments).toBe('{"zone":1.0,"10":"x","2":"y","big":12345678901234567890,"name":"Gießkanne"}')
    expect(calls[2]!.function.arguments).toBe('{"input":"not json"}')
  })

  it('pair calls and results without ids by their order, and say so', async () => {
    const row = await session()
    const results = row.messages.filter(({ role }) => role === 'tool')
    expect(results.map(result => result.tool_call_id)).toEqual(['call_a', 'call_6_0', 'call_6_1'])
    expect(codes(row).filter(code => code.endsWith('_without_id'))).toHaveLength(4)
    expect(row.message_meta.filter(({ is_error }) => is_error !== undefined).map(({ is_error }) => is_error)).toEqual([false, true])
  })

  it('keep pictures in what people and tools say', async () => {
    const { messages } = await session()
    const pictures = messages.filter(({ content }) => content.some(block => block.type === 'image_url')).map(({ role }) => role)
    expect(pictures).toEqual(['user', 'tool'])
  })

  it('tell turns that Hermes wrote from those of people and models', async () => {
    const row = await session()
    const written = row.message_meta.filter(({ origin, extra }) => origin === 'harness' && extra !== undefined)
    expect(written.map(({ extra }) => extra!['harness'])).toEqual(['empty_recovery_synthetic', 'empty_recovery_synthetic', 'review'])
    expect(written.every(({ train }) => !train)).toBe(true)
    const cron = (await readAll(fixture('snapshot'))).row('cron_ab12_20260303_060000')
    expect(origins(cron)).toEqual(['harness', 'harness', 'model'])
    expect(cron.messages[2]).toMatchObject({ reasoning_content: 'Minus two tonight.', content: [{ text: 'Cover the beds.' }] })
  })

  it('mark masked secrets and keep unknown roles out of the dialogue', async () => {
    const row = await session()
    expect(row.message_meta.filter(({ extra }) => extra?.['redacted'])).toHaveLength(1)
    expect(codes(row)).toContain('unknown_role')
  })

  it("of a delegate are sidechains, their task an agent's words", async () => {
    const row = (await readAll(fixture('snapshot'))).row('20260302_091500_cc22dd')
    expect(row).toMatchObject({ is_sidechain: true, agent_id: '20260302_091500_cc22dd', relation: 'subagent' })
    expect(origins(row)).toEqual(['harness', 'agent', 'model'])
  })
})

describe('gateway logs', () => {
  const session = async () => (await readAll(fixture('gateway'))).row('20260304_180000_ee33ff44')

  it('take tools, model and platform from session_meta rows, and cut where one recurs', async () => {
    const row = await session()
    expect(row.tools.schemas).toHaveLength(1)
    expect(row.models).toEqual(['maple-2', 'maple-3'])
    expect(row.source_meta).toMatchObject({ platform: 'telegram', timezone_unknown: true })
    expect(row.message_meta.findIndex(({ boundary }) => boundary === 'reset')).toBe(7)
    expect(row.started_at).toBe('2026-03-04T18:00:00')
  })

  it('keep every message, two glued on one line included', async () => {
    const row = await session()
    expect(texts(row).slice(-2)).toEqual(['assistant: It is stuck.', 'user: Thanks.'])
    expect(row.message_count).toBe(13)
    expect(texts(row)[0]).toBe('user: Is the shed\u2028locked?')
  })

  it('tell mirrored rows and notes from what was said here', async () => {
    const row = await session()
    expect(row.message_meta[4]).toMatchObject({ origin: 'harness', train: false, extra: { mirror_source: 'cron' } })
    expect(row.message_meta[5]).toMatchObject({ origin: 'human', extra: { harness_note: expect.stringContaining('[System note') } })
    expect(row.message_meta[7]).toMatchObject({ origin: 'human', extra: { observed: true } })
  })

  it('make reused call ids unique and move a stray result aside', async () => {
    const row = await session()
    expect(row.messages.flatMap(message => message.tool_calls ?? []).map(({ id }) => id)).toEqual(['call_0', 'call_0~2'])
    expect(codes(row)).toEqual(['duplicate_call_id', 'orphan_result'])
  })

  it('are joined with their entry in sessions.json; dumps and the index are no sessions', async () => {
    const { row, skipped } = await readAll(fixture('gateway'))
    expect(row('20260304_180000_ee33ff44')).toMatchObject({ usage: { input_tokens: 1000, cached_input_tokens: 300, cost_usd: 0.002 } })
    expect(skipped.map(({ reason }) => reason)).toEqual([
      'Dump of a failed API request, no session',
      'Index of gateway sessions: joined to the sessions it names',
    ])
  })
})

describe('several records of one session', () => {
  it('give one row: prompt and tools of the snapshot, times of the log, messages of both', async () => {
    const { rows, ledgers } = await readAll(fixture('twins'))
    expect(rows).toHaveLength(1)
    expect(texts(rows[0]!)).toEqual([
      'system: You tend the garden log.',
      'user: Good morning.',
      'assistant: Morning.',
      'user: Plant list?',
      'assistant: ',
      'tool: kale, leek',
      'assistant: Kale and leek.',
      'user: Add chard.',
      'assistant: Added.',
    ])
    expect(rows[0]!.messages[4]!.reasoning_content).toBe('Look it up.')
    expect(rows[0]!.message_meta[3]!.timestamp).toBe('2026-03-04T18:02:00')
    expect(rows[0]!.source_meta['merged_from']).toHaveLength(2)
    expect(ledgers[0]!.buckets).toMatchObject({ emitted: 8, merged: 2, replay: 2 })
  })

  it('prefer the database, and take from the others what it lacks', async () => {
    const folder = buildStore('oldest')
    mkdirSync(join(folder, 'sessions'))
    const log = [
      { role: 'session_meta', model: 'maple-1', platform: 'telegram', tools: [], timestamp: '2026-02-02T03:00:00' },
      { role: 'user', content: 'Rain?', timestamp: '2026-02-02T03:00:00' },
      { role: 'assistant', content: 'Tomorrow.', timestamp: '2026-02-02T03:00:00' },
      { role: 'user', content: 'Thanks.', timestamp: '2026-02-02T03:01:00' },
    ]
    writeFileSync(join(folder, 'sessions', 'first.jsonl'), log.map(line => `${JSON.stringify(line)}\n`).join(''))
    const { rows, keys } = await readAll(folder)
    expect(keys).toEqual(['state.db#first'])
    expect(texts(rows[0]!).slice(1)).toEqual(['user: Rain?', 'assistant: Tomorrow.', 'user: Thanks.'])
    expect(rows[0]!.message_meta[1]!.timestamp).toBe('2026-02-02T03:00:00')
    expect(rows[0]!.source_path).toMatch(/state\.db$/)
  })

  it('give back what a compaction took from one of them', async () => {
    const folder = newFolder()
    const said = [
      { role: 'user', content: 'Dig a pond.' },
      { role: 'assistant', content: 'Dug.' },
      { role: 'user', content: 'Fill it.' },
      { role: 'assistant', content: 'Filled.' },
    ]
    const summary = { role: 'user', content: '[CONTEXT COMPACTION — REFERENCE ONLY] A pond was dug.' }
    const id = '20260310_080000_abc123'
    writeFileSync(join(folder, `session_${id}.json`), JSON.stringify({ session_id: id, platform: 'cli', messages: said }))
    writeFileSync(join(folder, `${id}.jsonl`), [summary, ...said.slice(2)].map(line => `${JSON.stringify(line)}\n`).join(''))
    const { rows } = await readAll(folder)
    expect(rows[0]!.messages.map(({ content }) => textOf(content))).toEqual(['Dig a pond.', 'Dug.', summary.content, 'Fill it.', 'Filled.'])
    expect(rows[0]!.message_meta[2]!.boundary).toBe('compaction')
    expect((await readAll(folder, { context: 'as_sent' })).rows[0]!.message_count).toBe(3)
  })

  it('of equal ids in two profiles are two sessions', async () => {
    const { rows } = await readAll(fixture('profiles'))
    expect(rows.map(row => row.source_meta['profile'])).toEqual(['orchard', undefined])
    expect(new Set(rows.map(row => row.trace_id)).size).toBe(2)
  })
})

describe('state.db', () => {
  let folder = ''
  let read: Awaited<ReturnType<typeof readAll>>
  beforeAll(async () => {
    folder = buildStore('garden')
    read = await readAll(folder)
  })

  it('gives one row per session that has messages', () => {
    const ids = ['branch', 'cont', 'delegate', 'delegate-more', 'in-place', 'loop-a', 'loop-b', 'reset', 'root', 'stray', 'unlisted']
    expect(read.rows.map(row => row.trace_id)).toEqual(ids)
    expect(read.keys[0]).toBe('state.db#branch')
    expect(read.skipped).toEqual([{ path: 'state.db#silent', reason: 'Session without messages' }])
  })

  it('tells continuation, delegate, branch and reset apart', () => {
    const kin = (id: string) => [read.row(id).relation, read.row(id).parent_trace_id, read.row(id).root_session_id]
    expect(kin('cont')).toEqual(['continuation', 'root', 'root'])
    expect(kin('delegate')).toEqual(['subagent', 'root', 'root'])
    expect(kin('branch')).toEqual(['branch', 'cont', 'root'])
    expect(kin('reset')).toEqual(['reset', 'cont', 'root'])
    expect(kin('root')).toEqual([null, null, 'root'])
  })

  it('counts a marker only where it names the actual parent', () => {
    expect(read.row('delegate-more')).toMatchObject({ relation: 'continuation', is_sidechain: true, agent_id: 'delegate' })
    expect(read.rows.filter(row => row.is_sidechain).map(row => row.trace_id)).toEqual(['delegate', 'delegate-more'])
  })

  it('finds the call that started a delegate', () => {
    expect(read.row('delegate').spawn_tool_call_id).toBe('call_d1')
  })

  it('survives loops and missing parents', () => {
    expect(['loop-a', 'loop-b'].map(id => read.row(id).root_session_id)).toEqual(['loop-a', 'loop-a'])
    expect(read.row('stray')).toMatchObject({ root_session_id: 'gone', fidelity: { missing_history: true } })
  })

  it('does not count or train twice what a branch or continuation took over', () => {
    const replayed = (id: string) => read.row(id).message_meta.map(({ replay }) => replay ?? false)
    expect(replayed('branch')).toEqual([true, true, false, false])
    expect(replayed('cont')).toEqual([false, true, false, false])
  })

  it('reads the columns of a session', () => {
    expect(read.row('root')).toMatchObject({
      cwd: '/srv/garden/beds',
      project_path: '/srv/garden',
      git_branch: 'spring',
      models: ['maple-2'],
      usage: { input_tokens: 500, cached_input_tokens: 400, output_tokens: 20, cost_usd: 0.03 },
      outcome: { status: 'completed', detail: { end_reason: 'compression' } },
      source_meta: { title: 'Spring work', tool_names: ['terminal', 'delegate_task'], model_usage: [{ provider: 'grove' }] },
      started_at: '2026-03-05T08:40:00.000Z',
    })
    expect(read.row('reset').outcome.status).toBe('interrupted')
  })

  it('decodes structured content and keeps arguments as written', () => {
    const { messages } = read.row('root')
    expect(messages[0]!.role).toBe('system')
    expect(messages[2]!.tool_calls![0]!.function.arguments).toBe('{"goal": "Count the pea seeds", "n": 1.0, "big": 12345678901234567890}')
    expect(messages[4]!.content).toEqual([{ type: 'text', text: 'damp' }])
  })

  it('leaves out what was taken back, and gives it as branch rows on demand', async () => {
    expect(texts(read.row('root')).slice(-1)).toEqual(['assistant: Sow forty, shallow.'])
    const branch = (await readAll(folder, { branches: 'all' })).row('root~rewound-5')
    expect(branch).toMatchObject({ relation: 'branch', parent_trace_id: 'root', usage: null })
    expect(texts(branch).slice(-2)).toEqual(['assistant: Sow forty, deep.', 'user: Deeper.'])
    expect(branch.message_meta.map(({ train }) => train)).toEqual([false, false, false, false, false, true, false])
  })

  it('keeps what a compaction archived before its boundary, each message once', () => {
    const row = read.row('in-place')
    expect(texts(row)).toEqual([
      'user: Fence the plot.',
      'assistant: ',
      'tool: twelve posts',
      'assistant: Fenced.',
      'user: Twelve posts were set.',
      'user: Paint it.',
      'user: keep going',
      'assistant: Painted.',
    ])
    expect(row.message_meta[4]).toMatchObject({ boundary: 'compaction', origin: 'harness', train: false })
    expect(row.message_meta[6]!.origin).toBe('harness')
  })

  it('gives only what the model is sent with context as_sent', async () => {
    const { row, reasons } = await readAll(folder, { context: 'as_sent', trace: true })
    expect(reasons).toContain('metadata: before the last compaction')
    expect(reasons.join()).not.toContain('abandoned: before')
    expect(texts(row('in-place'))).toEqual([
      'user: Fence the plot.',
      'user: Twelve posts were set.',
      'assistant: Fenced.',
      'user: Paint it. (north side first)',
      'user: keep going',
      'assistant: Painted.',
    ])
  })

  it('reads a store of the oldest kind, which lacks most columns', async () => {
    const { rows } = await readAll(buildStore('oldest'))
    expect(texts(rows[0]!)).toEqual(['system: You tend the garden log.', 'user: Rain?', 'assistant: Tomorrow.'])
  })

  it('reads what is still in the write-ahead log and writes nothing beside the store', async () => {
    const live = newFolder()
    const writer = new DatabaseSync(join(live, 'state.db'))
    writer.exec(`PRAGMA journal_mode = WAL; ${readFileSync(join(here, 'stores', 'oldest.sql'), 'utf8')}`)
    const copy = newFolder()
    for (const name of ['state.db', 'state.db-wal']) copyFileSync(join(live, name), join(copy, name))
    writer.close()
    const bytes = () => readdirSync(copy).map(name => [name, readFileSync(join(copy, name)).toString('base64')])
    const before = bytes()
    expect((await readAll(copy)).rows).toHaveLength(1)
    expect(bytes()).toEqual(before)
  })

  it('rejects a store it cannot open or that is none, with the reason', async () => {
    const broken = newFolder()
    writeFileSync(join(broken, 'state.db'), 'SQLite format 3\0 and then nothing')
    expect((await readAll(broken)).rejects[0]).toMatch(/Cannot (open|read) store/)
    const other = newFolder()
    const database = new DatabaseSync(join(other, 'state.db'))
    database.exec('CREATE TABLE notes (text TEXT)')
    database.close()
    expect((await readAll(other)).rejects[0]).toContain('found no column messages.session_id')
  })
})

describe('exports', () => {
  it('give a row per session, the segments of a lineage included', async () => {
    const { rows } = await readAll(fixture('export'))
    expect(rows.map(row => [row.trace_id, row.relation])).toEqual([
      ['20260305_084000_aa0001', null],
      ['20260305_090000_bb0001', null],
      ['20260305_091700_bb0002', 'continuation'],
      ['20260305_084000_aa0001~3', 'copy'],
    ])
    expect(rows[2]!.root_session_id).toBe('20260305_090000_bb0001')
  })

  it('may show calls as Python does', async () => {
    const { rows } = await readAll(fixture('export'))
    expect(rows[0]!.messages[2]!.tool_calls![0]).toMatchObject({
      id: 'functions.map:0',
      function: { arguments: '{"item": "hose", "n": 1.0}' },
    })
  })

  it('mark what they hold a second time', async () => {
    const copy = (await readAll(fixture('export'))).rows[3]!
    expect(copy.message_meta.map(({ replay }) => replay ?? false)).toEqual([false, true, true, true, true, false])
  })
})

describe('trajectories', () => {
  it('are parsed back into thinking, calls, results and tools', async () => {
    const row = (await readAll(fixture('trajectories'))).row('trajectory_samples.jsonl:1')
    expect(row.messages.slice(2)).toEqual([
      {
        role: 'assistant',
        content: [{ type: 'text', text: 'Looking.' }],
        reasoning_content: 'Look in both sheds.',
        tool_calls: [
          { id: 'call_1', type: 'function', function: { name: 'terminal', arguments: '{"z": 1.0, "a": "é"}' } },
          { id: 'call_2', type: 'function', function: { name: 'terminal', arguments: '{"command": "ls b"}' } },
        ],
      },
      { role: 'tool', content: [{ type: 'text', text: 'rake' }], tool_call_id: 'call_1' },
      { role: 'tool', content: [{ type: 'text', text: '{"items": [1.0]}' }], tool_call_id: 'call_2' },
      { role: 'assistant', content: [{ type: 'text', text: 'A rake.' }] },
    ])
    expect(codes(row)).toEqual(['call_without_id', 'call_without_id'])
    expect(row.tools.schemas.map(schema => schema.function.name)).toEqual(['terminal'])
    expect(row.outcome.status).toBe('completed')
  })

  it('of batches keep their statistics; failed ones are not completed', async () => {
    const { row } = await readAll(fixture('trajectories'))
    expect(row('data/run/batch_0.jsonl:1')).toMatchObject({ models: ['maple-2'], source_meta: { api_calls: 1, prompt_index: 0 } })
    expect(row('data/run/batch_0.jsonl:1').message_meta[0]).toMatchObject({ origin: 'harness', boundary: 'compaction' })
    expect(row('failed_trajectories.jsonl:1').outcome.status).toBe('interrupted')
  })
})

describe('damage', () => {
  it('costs what is damaged and no more', async () => {
    const { row, ledgers } = await readAll(fixture('damaged'))
    expect(texts(row('20260308_080000_dead01')).slice(1)).toEqual(['user: First.', 'assistant: Whole.'])
    expect(texts(row('20260308_100000_dead03'))).toEqual(['user: Still here?', 'assistant: Yes.'])
    expect(ledgers.map(({ buckets }) => buckets.unparsed)).toEqual([
      { 'not JSON': 1, 'torn tail': 1 },
      { 'torn tail': 1 },
      { 'not a JSON object': 2 },
    ])
  })

  it('of types is survived in any field', async () => {
    expect((await readAll(fixture('damaged'))).row('20260308_090000_dead02').message_count).toBe(5)
  })
})

describe('discovery', () => {
  it('under the default root takes sessions, profiles and the database, and nothing else of the home', async () => {
    const home = newFolder()
    const hermes = join(home, '.hermes')
    cpSync(fixture('profiles'), hermes, { recursive: true })
    buildStore('oldest', hermes)
    mkdirSync(join(hermes, 'cache'))
    cpSync(join(fixture('export'), 'export_all.jsonl'), join(hermes, 'cache', 'export_all.jsonl'))
    const { keys } = await readAll(null, { env: { HOME: home } })
    expect(keys).toEqual([
      'profiles/orchard/sessions/session_20260306_120000_beef01.json',
      'sessions/session_20260306_120000_beef01.json',
      'state.db#first',
    ])
    expect((await readAll(null, { env: { HOME: '/nowhere', HERMES_HOME: hermes } })).keys).toEqual(keys)
    expect((await readAll(join(hermes, 'sessions'))).keys).toEqual(['session_20260306_120000_beef01.json'])
  })

  it('of a home without a session says where it looked and what it found', async () => {
    const home = newFolder()
    const sessions = join(home, '.hermes', 'sessions')
    mkdirSync(sessions, { recursive: true })
    for (const n of [1, 2]) writeFileSync(join(sessions, `request_dump_a_${n}.json`), '{"session_id":"a","request":{}}')
    writeFileSync(join(sessions, 'sessions.json'), '{}')
    const failure = readAll(null, { env: { HOME: home } })
    await expect(failure).rejects.toThrow(join(home, '.hermes', 'state.db'))
    await expect(failure).rejects.toThrow("2 × 'Dump of a failed API request, no session' (e.g. sessions/request_dump_a_1.json)")
  })

  it('of a single file of another agent says whose it is', async () => {
    const folder = newFolder()
    const file = join(folder, 'rollout-1.jsonl')
    writeFileSync(file, '{"timestamp":"2026-01-01T00:00:00Z","type":"session_meta","payload":{"id":"s","cwd":"/w"}}\n')
    await expect(readAll(file)).rejects.toThrow("format 'codex'")
  })

  it('knows its files by their content, and no others', () => {
    const store = buildStore('oldest')
    const head = (path: string) => readFileSync(path).subarray(0, 16384).toString('utf8')
    expect(hermesAgent.sniff('x/state.db', head(join(store, 'state.db')))).toBe(true)
    expect(hermesAgent.sniff('a.jsonl', '{"role":"session_meta","tools":[{"name":"x')).toBe(true)
    expect(hermesAgent.sniff('a.jsonl', '{"id":"s","source":"cli","model_config":"{}","system_prompt":"You')).toBe(true)
    expect(hermesAgent.sniff('a.json', '{"session_id":"s","model":"m","platform":null,"session_start":"2026')).toBe(true)
    expect(hermesAgent.sniff('a.json', '{"schema_version":"ATIF-v1.7","session_id":"s","steps":[]}')).toBe(false)
    expect(hermesAgent.sniff('a.jsonl', '{"type":"user","sessionId":"s","message":{"role":"user","content":"q"},"timestamp":"t"}')).toBe(
      false,
    )
    expect(hermesAgent.sniff('a.jsonl', '{"timestamp":"t","type":"session_meta","payload":{"id":"s"}}')).toBe(false)
    expect(hermesAgent.sniff('a.jsonl', '{"type":"session","version":3,"id":"s","timestamp":"t","cwd":"/"}')).toBe(false)
    expect(hermesAgent.sniff('a.json', '{"messages":[{"role":"user","content":"q"}]}')).toBe(false)
    expect(hermesAgent.sniff('a.jsonl', '{"messages":[{"role":"user","content":"q"}]}')).toBe(false)
  })
})

describe('align', () => {
  const rising = (pairs: [number, number][]) => pairs.every(([a, b], i) => i === 0 || (a > pairs[i - 1]![0] && b > pairs[i - 1]![1]))

  it('pairs as many equal elements as there are, in order', () => {
    expect(align([...'abcbdab'], [...'bdcaba'])).toHaveLength(4)
    expect(align([...'abc'], [...'xyz'])).toEqual([])
    expect(align([...'ab'], [...'ab'])).toEqual([
      [0, 0],
      [1, 1],
    ])
  })

  it('pairs long lists by what is unique in both', () => {
    const long = Array.from({ length: 6000 }, (_, i) => (i % 3 === 0 ? 'again' : `message ${i}`))
    const other = ['first', ...long.filter((_, i) => i % 7 !== 0), 'last']
    const pairs = align(['start', ...long], other)
    expect(pairs).toHaveLength(other.length - 2)
    expect(rising(pairs)).toBe(true)
    expect(pairs.every(([a, b]) => ['start', ...long][a] === other[b])).toBe(true)
  })
})

describe('values', () => {
  it('of times are ISO text, UTC where the zone is known', () => {
    expect(isoTime(1767225600.5)).toBe('2026-01-01T00:00:00.500Z')
    expect(isoTime(1767225600500)).toBe('2026-01-01T00:00:00.500Z')
    expect(isoTime('1767225600.5')).toBe('2026-01-01T00:00:00.500Z')
    expect(isoTime('2026-01-01T02:00:00+02:00')).toBe('2026-01-01T00:00:00.000Z')
    expect(isoTime('2026-01-01T02:00:00.123456')).toBe('2026-01-01T02:00:00.123456')
    for (const none of [null, '', 'soon', true, 1e300, {}]) expect(isoTime(none)).toBeNull()
  })

  it('that Python shows are read, anything else is not', () => {
    expect(parsePythonLiteral(`[{'a': "it's", "b": 'x\\n\\u00e9\\'', 'c': (1, -2.5e3, None, True), 'd': []}]`)).toEqual([
      { a: "it's", b: "x\n\u00e9'", c: [1, -2500, null, true], d: [] },
    ])
    expect(parsePythonLiteral('[0, -0.5, 07.5, 00]')).toEqual([0, -0.5, 7.5, 0])
    for (const text of ['', '[', "{'a'}", 'print(1)', '007', '[-01]', '[1] and more', '['.repeat(5000)])
      expect(parsePythonLiteral(text)).toBeUndefined()
  })
})
