import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { SessionView } from '../src/view/session-items.ts'
import { startCli } from './cli-process.ts'
import { root } from './sources.ts'

/* One session with a sub-agent, a branch, a compaction and a failed call, and the sample logs beside it. */
const GARDEN = '11111111-1111-4111-8111-111111111111'
let folder: string
const run = (...args: string[]) => startCli(args, folder, { TZ: 'UTC', NO_COLOR: '1' }).output
const log = () => join('logs', 'garden', '-srv-garden', `${GARDEN}.jsonl`)

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tracewright-show-'))
  cpSync(join(root, 'examples', 'logs'), join(folder, 'logs'), { recursive: true })
  cpSync(join(root, 'src/rollout/formats/claude-code/fixtures/session/logs'), join(folder, 'logs', 'garden'), { recursive: true })
  expect((await run('ingest', 'logs', '-o', 'sessions', '--branches', 'all')).code).toBe(0)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('a session is read from prompt to end, with its sub-agents, branches and boundaries in place', async () => {
  const { stdout, code } = await run('show', '11111111-1111-4111-8111-111111111111', '--width', '80')
  expect(code).toBe(0)
  const order = [
    'Water the beds that are dry',
    '▌ person  #0 09:00:01',
    '○ thinks',
    '→ Read  /srv/garden/south  ✗ failed',
    '│ south: no such bed',
    '┏ branch',
    'The path is paved.',
    '──── compaction ─',
    'The garden is done.',
    '┏ sub-agent',
    'Two beds.',
  ]
  let at = 0
  for (const words of order) {
    const found = stdout.indexOf(words, at)
    expect(found, words).toBeGreaterThanOrEqual(at)
    at = found
  }
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
})

it('a log is shown as the store shows it', async () => {
  const strip = (text: string) => text.replace(/^.*\blog .*$|^ *┃? +\S*(?:\.jsonl|-srv-garden)\S*$/gm, '')
  const [ofStore, ofLog] = [await run('show', GARDEN, '--width', '400'), await run('show', log(), '--width', '400')]
  expect(strip(ofLog.stdout)).toBe(strip(ofStore.stdout))
})

it('ids are given by their beginning, by their place from the newest, or by selectors', async () => {
  const shown = async (...args: string[]): Promise<string> =>
    (JSON.parse((await run('show', ...args, '--json')).stdout) as SessionView).trace_id
  expect(await shown('5f3c1a70-1')).toBe('5f3c1a70-1111-4c1e-9d1a-aa0000000001')
  expect(await shown('last')).toBe('0199c0de-1234-7000-8000-00000000beef')
  expect(await shown('last:2')).toBe('count-the-ships-1')
  expect(await shown('--agent', 'codex')).toBe('019cb000-bbbb-7000-8000-000000000002')
  expect(await shown('sessions', '--agent', 'codex', '--until', '2026-03-04')).toBe('019cb000-aaaa-7000-8000-000000000001')
})

it.each<[string[], RegExp, number]>([
  [['show', '5f3c1a70'], /Cannot tell which session '5f3c1a70' is: found 5f3c1a70-.*, 5f3c1a70-.*Give more of the id/, 2],
  [['show', 'nobody'], /There is no session 'nobody' in/, 2],
  [['show', 'last:99'], /There is no session last:99 in .*: it has \d+/, 2],
  [['show', 'last', '--project', 'nowhere'], /There is no session last in .*: 0 of its \d+ sessions meet the selectors/, 2],
  [['show', '--project', 'nowhere'], /There is no session that meets the selectors/, 2],
  [['show', 'x', '-s', 'logs/none'], /there is no such file or folder/, 1],
  [['show', 'empty.jsonl'], /Cannot show|found no|no agent logs/, 1],
])('%j says what is wrong', async (args, says, code) => {
  writeFileSync(join(folder, 'empty.jsonl'), '')
  const result = await run(...args)
  expect(result.stderr).toMatch(says)
  expect(result.stderr).not.toMatch(/defect/)
  expect(result.code).toBe(code)
})

it('where several stores could be meant, one has to be named', async () => {
  const two = join(folder, 'two')
  for (const name of ['a', 'b']) {
    mkdirSync(join(two, name), { recursive: true })
    cpSync(join(folder, 'sessions', 'manifest.json'), join(two, name, 'manifest.json'))
  }
  const { stderr, code } = await startCli(['show', 'last'], two).output
  expect([stderr, code]).toEqual([expect.stringMatching(/Cannot tell which store is meant: found a, b here\. Name one: --store DIR/), 2])
})

it('a page, and Markdown, hold all that was said and write over nothing', async () => {
  expect((await run('show', GARDEN, '--html', 'page.html', '--markdown', 'page.md')).code).toBe(0)
  const [page, markdown] = ['page.html', 'page.md'].map(name => readFileSync(join(folder, name), 'utf8')) as [string, string]
  for (const words of [
    'Water the beds that are dry',
    'Which beds are there?',
    'south: no such bed',
    'The path is paved.',
    'Two beds.',
    'The garden is done.',
  ])
    for (const form of [page, markdown]) expect(form).toContain(words)
  expect(page).not.toMatch(/<script|https?:\/\/(?!www\.w3)/)
  expect(page.match(/ id="m\d+"/g)!.length).toBe(new Set(page.match(/ id="m\d+"/g)).size)
  expect(await run('show', GARDEN, '--html', 'page.html')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/it is there already.*--force/),
  })
  expect((await run('show', GARDEN, '--html', 'page.html', '--force')).code).toBe(0)
  expect((await run('show', GARDEN, '--markdown', '-')).stdout.trim()).toBe(markdown.trim())
})

it('--show talk leaves prompts and answers', async () => {
  const { stdout } = await run('show', GARDEN, '--show', 'talk')
  expect(stdout).toContain('The garden is done.')
  expect(stdout).not.toMatch(/→ Read|thinks/)
})

it('the store is taken where a person puts it, behind what is asked for', async () => {
  const named = await run('show', 'last', 'sessions')
  expect(named.code, named.stderr).toBe(0)
  expect(named.stdout).toBe((await run('show', 'last', '--store', 'sessions')).stdout)
  expect((await run('search', 'beds', 'sessions', '--count')).stdout).toMatch(/^\d+ places? in \d+ sessions?$/m)
  for (const command of [
    ['show', 'last'],
    ['search', 'beds'],
  ]) {
    const both = await run(...command, 'sessions', '--store', 'others')
    expect(both.stderr).toContain("Cannot tell which store is meant: found 'sessions' and --store 'others', expected one of them")
    expect(both.code).toBe(2)
  }
})

it('--redact replaces secrets and persons in every form, and says what was replaced', async () => {
  const token = `glpat-${'q7Zt2LmX9vBn4KpW8sDf'}` // put together here: no file holds what looks like a key
  const HOME = '/home'
  const row = {
    trace_id: 'told',
    cwd: `${HOME}/marwolde/beds`,
    messages: [{ role: 'user', content: [{ type: 'text', text: `Log in with ${token}` }] }],
  }
  writeFileSync(join(folder, 'told.jsonl'), `${JSON.stringify(row)}\n`)
  const shown = (...args: string[]) => run('show', 'told', '-s', 'told.jsonl', '--redact', ...args)
  for (const args of [['--html', '-'], ['--markdown', '-'], ['--json'], []]) {
    const { stdout, stderr, code } = await shown(...args)
    expect(code, stderr).toBe(0)
    expect(stdout).toContain('Log in with [gitlab-token-1]')
    expect(stdout + stderr).not.toMatch(/q7Zt2LmX9|marwolde/)
    expect(stderr).toMatch(/redacted 1 row by policy default \w+: .*gitlab-token 1 \(1 value\)/)
  }
  const plain = {
    ...row,
    trace_id: 'plain',
    cwd: '/srv/garden',
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Water the beds' }] }],
  }
  writeFileSync(join(folder, 'plain.jsonl'), `${JSON.stringify(plain)}\n`)
  expect((await run('show', 'plain', 'plain.jsonl', '--redact')).stderr).toMatch(
    /^redacted nothing: nothing was found by policy default \w+$/m,
  )
  expect((await shown('none.yaml')).stderr).toMatch(/Cannot read redaction policy 'none.yaml'/)
})
