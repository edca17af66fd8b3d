import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DatasetSeedSource } from '../src/seed/dataset.ts'
import { AgentRolloutSeedSource } from '../src/seed/rollouts.ts'
import { startCli } from './cli-process.ts'

/** Two sessions of yesterday in two projects, and one of long ago; in one a tool fails and the person says so. */
let folder: string
const DAY = 86_400_000
const record = (more: object, at: number, cwd: string, id: string, n: number) =>
  JSON.stringify({
    parentUuid: n === 1 ? null : `${id}-${n - 1}`,
    uuid: `${id}-${n}`,
    sessionId: id,
    cwd,
    version: '2.0.0',
    timestamp: new Date(at + n * 1000).toISOString(),
    ...more,
  })

function writeSession(id: string, cwd: string, at: number, { fails, corrected }: { fails: boolean; corrected: boolean }): void {
  const user = (content: unknown) => ({ type: 'user', message: { role: 'user', content } })
  const model = (n: number, ...content: object[]) => ({
    type: 'assistant',
    message: {
      id: `msg_${id}_${n}`,
      role: 'assistant',
      model: 'claude-sonnet-4-5',
      content,
      stop_reason: 'end_turn',
      usage: { input_tokens: 10, output_tokens: 5 },
    },
  })
  const lines = [
    user(`Plant the ${id} in rows`),
    model(1, { type: 'tool_use', id: `toolu_${id}`, name: 'Bash', input: { command: 'plant' } }),
    user([{ type: 'tool_result', tool_use_id: `toolu_${id}`, content: 'done', is_error: fails }]),
    model(2, { type: 'text', text: `All of ${id} planted` }),
    ...(corrected ? [user(`No, the ${id} lie on the ground`), model(3, { type: 'text', text: 'Now they stand' })] : []),
  ]
  mkdirSync(join(folder, 'logs', '-p'), { recursive: true })
  writeFileSync(join(folder, 'logs', '-p', `${id}.jsonl`), lines.map((line, i) => `${record(line, at, cwd, id, i + 1)}\n`).join(''))
}

const run = (...args: string[]) => startCli(args, folder).output

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tracewright-seeing-'))
  const yesterday = Date.now() - DAY
  writeSession('beans', '/srv/garden', yesterday, { fails: true, corrected: true })
  writeSession('peas', '/srv/garden', yesterday, { fails: true, corrected: false })
  writeSession('stones', '/srv/wall', yesterday, { fails: true, corrected: true })
  writeSession('roses', '/srv/garden', yesterday - 30 * DAY, { fails: true, corrected: true })
  expect((await run('ingest', 'logs', '-o', 'store')).code).toBe(0)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const SELECT = ['--project', 'garden', '--since', '7d', '--failed', '--corrected'] as const

it('selectors hold for every table that SQL of a query asks for', async () => {
  const ids = async (table: string) => (await run('query', 'store', ...SELECT, '--json', `select trace_id from ${table}`)).stdout
  expect(await ids('facts')).toBe('{"trace_id":"beans"}\n')
  expect(await ids('facts')).toBe(await ids('rows'))
  expect((await run('query', 'store', ...SELECT, '--json', 'select count(*) as n, min(children) as c from facts')).stdout).toBe(
    '{"n":1,"c":0}\n',
  )
})

it('a query that finds nothing says so, and whether the selectors left anything; what is piped on stays empty', async () => {
  const none = await run('query', 'store', '--since', '2999-01-01', 'select trace_id from rows')
  expect([none.code, none.stdout, none.stderr.trim()]).toEqual([0, '', 'No rows: no session meets the selectors'])
  const few = await run('query', 'store', '--project', 'garden', "select trace_id from rows where trace_id = 'oaks'")
  expect([few.code, few.stdout, few.stderr.trim()]).toEqual([0, '', 'No rows'])
  const lines = await run('query', 'store', '--since', '2999-01-01', 'select trace_id from rows', '--json')
  expect([lines.code, lines.stdout, lines.stderr]).toEqual([0, '', ''])
})

describe('sessions of one project of the last week in which a tool failed and the person corrected it', () => {
  it('are one command of query', async () => {
    const { stdout, code } = await run('query', 'store', ...SELECT, '--json', 'select trace_id from rows')
    expect([stdout, code]).toEqual(['{"trace_id":"beans"}\n', 0])
  })

  it('are exported', async () => {
    const { stdout, code } = await run('export', 'store', ...SELECT, '--session-model', 'sonnet', '-o', 'out', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout).funnel.rows).toBe(1)
    expect(JSON.parse((await run('export', 'store', '--session-model', 'opus', '-o', 'none', '--json')).stdout).funnel.rows).toBe(0)
  })

  it.each([[], ['-o', 'rows.jsonl'], ['-o', 'rows.parquet']])('are all that is written of logs (%s %s)', async (...output) => {
    const { stdout, stderr, code } = await run('ingest', 'logs', ...SELECT, ...output)
    expect(code).toBe(0)
    expect(stderr).toMatch(/3 rows of them not selected, 1 written/)
    const rows = output.length === 0 ? stdout : (await run('query', output[1]!, '--json', 'select trace_id from rows')).stdout
    expect(
      rows
        .trim()
        .split('\n')
        .map(line => JSON.parse(line).trace_id),
    ).toEqual(['beans'])
  })

  it('are a seed', async () => {
    const seed = new DatasetSeedSource({
      path: join(folder, 'store'),
      select: { project: 'garden', since: '7d', failed: true, corrected: true },
    })
    const open = await seed.open()
    try {
      expect(open.size).toBe(1)
      expect((await open.read(0))[0]).toMatchObject({ row: { trace_id: 'beans' } })
    } finally {
      open.close()
    }
    expect(seed.toJSON()).toMatchObject({ select: { project: 'garden', since: '7d', failed: true, corrected: true } })
  })

  it('are a seed of logs', async () => {
    const select = { project: 'garden', since: '7d', failed: true, corrected: true }
    const seed = new AgentRolloutSeedSource({ format: 'claude_code', path: join(folder, 'logs'), select })
    const open = await seed.open()
    try {
      const outcomes = await Promise.all(Array.from({ length: open.size }, (_, i) => open.read(i)))
      expect(outcomes.flat().map(outcome => 'row' in outcome && outcome.row['trace_id'])).toEqual(['beans'])
    } finally {
      open.close()
    }
    expect(seed.toJSON()).toMatchObject({ select })
    writeFileSync(
      join(folder, 'logs.yaml'),
      `columns: [{ name: a, column_type: expression, expr: '{{ trace_id }}' }]\nmodel_configs: []\nseed_config: { source: { seed_type: agent_rollout, format: claude_code, path: logs, select: { project: garden, since: 7d, failed: true, corrected: true } } }\n`,
    )
    expect((await run('create', 'logs.yaml', '-o', 'seeded')).code).toBe(0)
    expect((await run('query', 'seeded', '--json', 'select a from rows')).stdout).toBe('{"a":"beans"}\n')
  })

  it.each([
    ['select: { projekt: web }', /projekt/],
    ['select: { since: soon }', /Cannot read --since: found 'soon'/],
    ['select: { failed: 3 }', /select\.failed: found 3, expected true or false/],
    ['select: web', /select: found "web", expected selectors/],
  ])('a config says %s, and is told', async (select, says) => {
    writeFileSync(
      join(folder, 'config.yaml'),
      `columns: [{ name: a, column_type: expression, expr: '{{ trace_id }}' }]\nmodel_configs: []\nseed_config: { source: { seed_type: dataset, path: store, ${select} } }\n`,
    )
    const { stderr, code } = await run('validate', 'config.yaml')
    expect(stderr).toMatch(says)
    expect(code).toBe(2)
  })
})

it('a store takes whole logs', async () => {
  const { stderr, code } = await run('ingest', 'logs', '-o', 'other', '--failed')
  expect([stderr, code]).toEqual([expect.stringMatching(/a store takes whole logs\. Select when you read it/), 2])
})

describe('words are found in a store, and what they are found in is selected', () => {
  it('by search, newest first, with what stands around them', async () => {
    const { stdout, stderr, code } = await run('search', 'LIE ON THE')
    expect(code).toBe(0)
    expect(stdout.match(/^\S+/gm)!.slice(0, 3).sort()).toEqual(['beans', 'roses', 'stones'])
    expect(stdout.trim().split('\n').at(-1)).toContain('No, the roses lie on the ground')
    expect(stderr).toMatch(/3 places in 3 sessions\nTo read one: tracewright show ID/)
    expect((await run('search', 'lie on the', '--project', 'wall', '--count')).stdout).toBe('1 place in 1 session\n')
    expect(await run('search', 'lie upon the')).toMatchObject({ code: 1, stdout: '' })
    const [hit] = (await run('search', '(bean|pea)s lie', '-E', '--json')).stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(hit).toMatchObject({ trace_id: 'beans', hits: [{ whose: 'human', match: 'beans lie' }] })
  })

  it('by query, cost, show and export', async () => {
    const flags = ['--search', 'lie on the', '--project', 'garden', '--since', '7d']
    expect((await run('query', 'store', ...flags, '--json', 'select trace_id from rows')).stdout).toBe('{"trace_id":"beans"}\n')
    expect(JSON.parse((await run('cost', 'store', ...flags, '--json')).stdout).total.sessions).toBe(1)
    expect(JSON.parse((await run('show', 'store', ...flags, '--json')).stdout).trace_id).toBe('beans')
    expect(JSON.parse((await run('export', 'store', ...flags, '-o', 'found', '--json')).stdout).funnel.rows).toBe(1)
    expect(JSON.parse((await run('cost', 'store', '--search', 'nowhere', '--json')).stdout).total.sessions).toBe(0)
  })

  it('an ingest keeps up with what is searched', async () => {
    writeSession('leeks', '/srv/garden', Date.now(), { fails: false, corrected: false })
    await run('ingest', 'logs', '-o', 'store', '-q')
    const { shards } = JSON.parse(readFileSync(join(folder, 'store', 'manifest.json'), 'utf8'))
    expect(readdirSync(join(folder, 'store', 'search'))).toHaveLength(shards.length)
    expect((await run('search', 'the leeks', '--count')).stdout).toBe('1 place in 1 session\n')
  })
})

describe('what a person says of sessions', () => {
  it('tells that there is none yet', async () => {
    expect(await run('label', '--list')).toMatchObject({ code: 0, stdout: '', stderr: expect.stringMatching(/Nothing is labelled yet/) })
    expect(await run('label', 'beans', '--list')).toMatchObject({ stderr: expect.stringMatching(/Nothing was said of a session 'beans'/) })
  })

  it('is kept by one command, for one session, a message, or all that selectors take', async () => {
    expect(await run('label', 'beans', 'accept', '--tag', 'tidy', '--by', 'ada')).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/1 session labelled; 2 labels on 1 row/),
    })
    expect((await run('label', 'beans', 'reject', '-m', '#3', '--note', 'not so', '--by', 'ada')).code).toBe(0)
    expect(await run('label', 'all', 'reject', '--project', 'wall', '--by', 'bob')).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/1 session labelled/),
    })
    const listed = (await run('label', '--list', '--json')).stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(listed.map(({ trace_id, name, value, by, message }) => [trace_id, name, value, by, message])).toEqual([
      ['beans', 'verdict', 'accept', 'ada', null],
      ['beans', 'tag', 'tidy', 'ada', null],
      ['beans', 'verdict', 'reject', 'ada', 3],
      ['beans', 'note', 'not so', 'ada', 3],
      ['stones', 'verdict', 'reject', 'bob', null],
    ])
    expect(await run('label', 'beans', 'maybe')).toMatchObject({ code: 2 })
    expect(await run('label')).toMatchObject({ code: 2, stderr: expect.stringMatching(/Cannot label: found no session/) })
  })

  it('is read by query, export and its masks, and pipelines', async () => {
    expect((await run('query', 'store', '--json', 'select trace_id, label from rows where label is not null order by 1')).stdout).toBe(
      '{"trace_id":"beans","label":"accept"}\n{"trace_id":"stones","label":"reject"}\n',
    )
    const exported = JSON.parse(
      (await run('export', 'store', '--where', "label = 'accept'", '--mask', 'flags,replay,message_accepted', '-o', 'labelled', '--json'))
        .stdout,
    )
    expect(exported.funnel.rows).toBe(1)
    expect(Object.keys(exported.funnel.masked)).toContain('column message_accepted')
    writeFileSync(
      join(folder, 'labels.yaml'),
      `columns: [{ name: said, column_type: expression, expr: '{{ trace_id }} is {{ label }}: {{ label_tags | join }}' }]\nmodel_configs: []\nseed_config: { source: { seed_type: dataset, path: store, where: "label = 'accept'" } }\n`,
    )
    const { stderr, code } = await run('create', 'labels.yaml', '-o', 'made')
    expect([code, stderr]).toEqual([0, expect.anything()])
    expect((await run('query', 'made', '--json', 'select said from rows')).stdout).toBe('{"said":"beans is accept: tidy"}\n')
  })

  it('is declared, summed up and written into a file', async () => {
    expect(await run('label', '--declare', 'quality=1..3', 'tag=tidy')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/quality {2}1, 2, 3/),
    })
    for (const [words, args] of [
      [/found quality '4', expected one of 1, 2, 3/, ['--set', 'quality=4']],
      [/found the name 'qualty', expected one of quality/, ['--set', 'qualty=1']],
      [/found tag 'messy', expected one of tidy/, ['--tag', 'messy']],
    ] as const)
      expect(await run('label', 'peas', ...args)).toMatchObject({ code: 2, stderr: expect.stringMatching(words) })
    for (const [by, value] of [
      ['ada', '3'],
      ['bob', '2'],
    ] as const)
      expect((await run('label', 'peas', '--set', `quality=${value}`, '--by', by)).code).toBe(0)
    const { stdout } = await run('label', '--summary')
    expect(stdout).toMatch(/^7 labels on 3 sessions by ada \(5\), bob \(2\)$/m)
    expect(stdout).toMatch(/^verdict +reject +2 +ada 1, bob 1$/m)
    expect(stdout).toMatch(/^quality +ada, bob +1 +0 % +0.00$/m)
    const sums = JSON.parse((await run('label', '--summary', '--json')).stdout)
    expect(sums).toMatchObject({ labels: 7, sessions: 3, agreement: [{ name: 'quality', items: 1, agreed: 0 }] })
    expect((await run('label', '--list', '-o', 'said.csv')).code).toBe(0)
    const lines = readFileSync(join(folder, 'said.csv'), 'utf8').trim().split('\r\n')
    expect([lines[0], lines.length]).toEqual(['trace_id,message,name,value,by,at', 8])
    expect((await run('label', '--list', '-o', 'said.csv')).code).toBe(2)
    expect(await run('label', '-o', 'said.csv', '--force')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--output goes with --list/),
    })
    for (const by of ['ada', 'bob']) await run('label', 'peas', '--set', `quality=${by === 'ada' ? 3 : 2}`, '--undo', '--by', by)
    await run('label', '--declare', 'quality=', 'tag=')
    expect((await run('label', '--declare')).stderr).toMatch(/Nothing is declared/)
  }, 60_000)

  it('stays with its message when the log goes on, and the store is brought up to date', async () => {
    await run('ingest', 'logs', '-o', 'store', '-q')
    expect(
      (await run('query', 'store', '--json', "select message_labels[1].notes as notes from rows where trace_id = 'beans'")).stdout,
    ).toBe('{"notes":["not so"]}\n')
  })
})
