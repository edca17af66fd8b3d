import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startCli } from './cli-process.ts'
import { root } from './sources.ts'

const logs = join(root, 'examples', 'logs')
const jsonl = (records: readonly object[]) => records.map(record => `${JSON.stringify(record)}\n`).join('')
const claude = jsonl([
  {
    type: 'user',
    uuid: 'u1',
    parentUuid: null,
    sessionId: 's',
    timestamp: '2026-02-03T08:00:00Z',
    message: { role: 'user', content: 'Hi' },
  },
])

/** Files that are passed over: what they begin with, and whether they may be sessions. */
const PASSED: { [path: string]: { content: string | Buffer; begins: RegExp; isLoud: boolean } } = {
  'notes.txt': { content: 'Water the roses.', begins: /^text$/, isLoud: false },
  'nothing.jsonl': { content: '', begins: /^nothing$/, isLoud: false },
  'table.jsonl': { content: jsonl([{ colour: 'red', height: 3 }]), begins: /^the keys colour, height$/, isLoud: false },
  'picture.png': { content: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3]), begins: /^bytes$/, isLoud: false },
  'other/session.jsonl': {
    content: jsonl([{ kind: 'prompt', conversationId: 'c', role: 'user', text: 'Mend' }]),
    begins: /^a record of role 'user'$/,
    isLoud: true,
  },
  'other/chat.json': {
    content: JSON.stringify({ sessionId: 's', history: [{ role: 'user', parts: ['Mend'.repeat(9000)] }] }, null, 2),
    begins: /^the keys sessionId, history$/,
    isLoud: true,
  },
  'other/task.json': {
    content: JSON.stringify([{ role: 'assistant', step: 1, content: [{ type: 'tool_use', id: 't', name: 'dig', input: {} }] }]),
    begins: /^a record of role 'assistant'$/,
    isLoud: true,
  },
  'renamed.log': { content: claude, begins: /^a record of type 'user'$/, isLoud: true },
  'packed.jsonl.gz': { content: gzipSync(claude), begins: /^gzip$/, isLoud: true },
}

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tracewright-scan-'))
  cpSync(join(logs, 'codex'), join(folder, 'logs', 'codex'), { recursive: true })
  for (const [path, { content }] of Object.entries(PASSED)) {
    mkdirSync(dirname(join(folder, 'logs', path)), { recursive: true })
    writeFileSync(join(folder, 'logs', path), content)
  }
  const database = new DatabaseSync(join(folder, 'logs', 'agent.db'))
  database.exec('CREATE TABLE message (id TEXT, session_id TEXT, role TEXT, content TEXT)')
  database.close()
  cpSync(join(folder, 'logs', 'codex'), join(folder, 'clean'), { recursive: true })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const scan = (args: readonly string[], env: { [name: string]: string } = {}) =>
  startCli(['scan', ...args], folder, { HOME: join(folder, 'nobody'), ...env }).output

describe('scan PATH', () => {
  it('lists every file that is passed over, with its size and what it begins with', async () => {
    const { code, stdout } = await scan(['logs', '--json'])
    expect(code).toBe(0)
    const { found, passed_over: passed } = JSON.parse(stdout)
    expect(found).toMatchObject([{ format: 'codex', sessions: 2, files: 2 }])
    expect(passed.map((entry: { path: string }) => entry.path).sort()).toEqual([...Object.keys(PASSED), 'agent.db'].sort())
    for (const { path, size, begins_with: begins, is_loud: isLoud, reason } of passed) {
      if (path === 'agent.db') expect([begins, isLoud]).toEqual(['a SQLite database', true])
      else {
        const { content, ...expected } = PASSED[path]!
        expect(size, path).toBe(Buffer.byteLength(content))
        expect(begins, path).toMatch(expected.begins)
        expect(isLoud, `${path}: ${reason}`).toBe(expected.isLoud)
      }
    }
  })

  it('shows what may be sessions first, and says what to run', async () => {
    const { stdout } = await scan(['logs'])
    expect(stdout).toMatch(/^Agent +Format +Sessions +Bytes +First +Last\nCodex +codex +2 /)
    expect(stdout.indexOf('PASSED OVER, AND MAY BE SESSIONS: 6 files')).toBeGreaterThan(0)
    expect(stdout).toMatch(/ {2}other\/session\.jsonl\n {4}\d+ B, begins with a record of role 'user'\n {4}Looks like a log of an agent/)
    expect(stdout).toMatch(/renamed\.log\n.*\n.*Looks like a log of Claude Code under a name/)
    expect(stdout).toMatch(/packed\.jsonl\.gz\n.*\n.*log of Claude Code that gzip has packed/)
    expect(stdout).toMatch(/\nPassed over: 4 files\n/)
    expect(stdout).toMatch(/tracewright ingest logs -o agent-rows\n$/)
  })

  it('shows ten files of a reason that many have, and how many more there are', async () => {
    for (let i = 0; i < 14; i++) {
      mkdirSync(join(folder, 'many'), { recursive: true })
      writeFileSync(join(folder, 'many', `${i}.txt`), 'Water the roses.')
    }
    writeFileSync(join(folder, 'many', 'zinnia.txt'), '')
    const { stdout } = await scan(['many'])
    expect(stdout).toContain('Passed over: 15 files\n')
    expect(stdout.match(/^ {2}\d+\.txt$/gm)).toHaveLength(10)
    expect(stdout).toMatch(/\n {2}and 4 more \(--json has them all\)\n {4}Looks like no known agent log: it holds no JSON object\n/)
    expect(stdout).toContain('zinnia.txt')
    expect(JSON.parse((await scan(['many', '--json'])).stdout).passed_over).toHaveLength(15)
  })

  it.each([
    ['logs', 3],
    ['clean', 0],
    ['logs/notes.txt', 0],
    ['logs/other/session.jsonl', 3],
  ])('--strict: %s ends with %i', async (path, code) => expect((await scan([path, '--strict'])).code).toBe(code))

  it('--strict fails on a file that cannot be read', async () => {
    if (process.getuid?.() === 0) return // who may read everything finds nothing closed
    cpSync(join(folder, 'clean'), join(folder, 'closed'), { recursive: true })
    writeFileSync(join(folder, 'closed', 'a.jsonl'), claude)
    chmodSync(join(folder, 'closed', 'a.jsonl'), 0)
    expect((await scan(['closed', '--strict'])).code).toBe(3)
  })

  it('a path that is not there, and --strict without one, are told', async () => {
    expect(await scan(['nowhere'])).toMatchObject({ code: 1, stderr: expect.stringMatching(/Cannot read '.*nowhere'/) })
    expect(await scan(['--strict'])).toMatchObject({ code: 2, stderr: expect.stringMatching(/found no path/) })
  })

  it('ingest tells the size of what it passes over, too', async () => {
    const { stderr } = await startCli(['ingest', 'logs', '--strict'], folder).output
    expect(stderr).toMatch(/begins with a record of role 'user' \(other\/session\.jsonl, \d+ B\)/)
  })
})

describe('scan', () => {
  it('fits 80 columns, names only what is there, and suggests one command for all agents', async () => {
    const HOME = join(folder, 'home')
    for (const [format, place] of [
      ['codex', '.codex/sessions'],
      ['claude_code', '.claude/projects'],
      ['hermes_agent', '.hermes'],
      ['pi_coding_agent', '.pi/agent/sessions'],
    ] as const)
      cpSync(join(logs, format), join(HOME, place), { recursive: true })
    const { code, stdout } = await scan([], { HOME })
    expect(code).toBe(0)
    for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
    for (const place of ['.codex/sessions', '.claude/projects', '.hermes/sessions', '.pi/agent/sessions'])
      expect(stdout).toMatch(new RegExp(` ~/${place.replaceAll('.', '\\.')}\n`))
    expect(stdout).not.toMatch(/archived_sessions|\.config\/claude|\.omp|openclaw|profiles|state\.db/)
    const [, command] = /all of them: tracewright (.+)\n/.exec(stdout)!
    const ran = await startCli(command!.split(' '), folder, { HOME }).output
    expect(ran.code, ran.stderr).toBe(0)
    const counted = await startCli(['query', 'agent-rows', 'select count(distinct source_kind) n from rows', '--json'], folder).output
    expect(JSON.parse(counted.stdout).n).toBe(4)
  })
})
