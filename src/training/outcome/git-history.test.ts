import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { Row } from '../../row.ts'
import { conversationOf } from '../conversation/conversation.ts'
import { GitHistory } from './git-history.ts'
import { signalsOf } from './signals.ts'

const base = mkdtempSync(join(tmpdir(), 'git-history-'))
afterAll(() => rmSync(base, { recursive: true, force: true }))
let count = 0

/** A repository of its own, with nothing of this machine's settings in it. */
class Repository {
  readonly folder = mkdtempSync(join(base, `${count++}-`))
  private clock = 0

  constructor() {
    this.git('init', '--quiet', '--initial-branch=main')
    this.commit('README', ['The garden, and what grows in it'])
  }

  git(...args: string[]): string {
    const date = `2026-03-04T05:00:${String(this.clock++ % 60).padStart(2, '0')}Z`
    const who = { GIT_AUTHOR_NAME: 'A', GIT_AUTHOR_EMAIL: 'a@b.example', GIT_COMMITTER_NAME: 'A', GIT_COMMITTER_EMAIL: 'a@b.example' }
    const env = { ...process.env, ...who, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date, GIT_CONFIG_GLOBAL: '/dev/null', HOME: base }
    return execFileSync('git', args, { cwd: this.folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  }

  /** Its hash. */
  commit(file: string, lines: readonly string[]): string {
    writeFileSync(join(this.folder, file), lines.map(line => `${line}\n`).join(''))
    this.git('add', '--all')
    this.git('commit', '--quiet', '--message', `Write ${file}`)
    return this.git('rev-parse', 'HEAD')
  }
}

const LINES = ['const beds = 2', 'const paths = 3', '}', 'water(beds)', 'sweep(paths)']

it.each<[what: string, then: (repository: Repository, commit: string) => void, fate: object]>([
  ['stands', () => {}, { isMerged: true, isReverted: false, added: 4, left: 4 }],
  ['was half rewritten', it => it.commit('a.ts', ['const beds = 2', 'const paths = 3', 'rest()']), { isMerged: true, added: 4, left: 2 }],
  ['was taken back', (it, commit) => it.git('revert', '--no-edit', commit), { isMerged: true, isReverted: true, left: 0 }],
  [
    'was taken back, and that was taken back',
    (it, commit) => {
      it.git('revert', '--no-edit', commit)
      it.git('revert', '--no-edit', 'HEAD')
    },
    { isMerged: true, isReverted: false, left: 4 },
  ],
  [
    'is in a file that was moved',
    it => {
      renameSync(join(it.folder, 'a.ts'), join(it.folder, 'a garden "of" its own.ts'))
      it.git('add', '--all')
      it.git('commit', '--quiet', '--message', 'Move it')
    },
    { added: 4, left: 4 },
  ],
  [
    'is in a file that is gone',
    it => {
      it.git('rm', '--quiet', 'a.ts')
      it.git('commit', '--quiet', '--message', 'Take it away')
    },
    { isMerged: true, isReverted: false, added: 4, left: 0 },
  ],
])('knows what became of a commit that %s', (_, then, fate) => {
  const repository = new Repository()
  const commit = repository.commit('a.ts', LINES)
  then(repository, commit)
  expect(new GitHistory(repository.folder).fate(commit.slice(0, 7))).toMatchObject({ commit, ...fate })
})

it.each<[how: string, merge: (repository: Repository) => void, fate: object]>([
  ['not at all', () => {}, { isMerged: false, left: 0 }],
  ['by a merge', it => it.git('merge', '--quiet', '--no-ff', '--no-edit', 'work'), { isMerged: true, left: 4 }],
  ['by rebasing it', it => it.git('cherry-pick', 'work'), { isMerged: true, left: 4 }],
  [
    'squashed with others',
    it => {
      it.git('merge', '--quiet', '--squash', 'work')
      writeFileSync(join(it.folder, 'b.ts'), 'const more = 1\n')
      it.git('add', '--all')
      it.git('commit', '--quiet', '--message', 'All of it')
    },
    { isMerged: false, left: 4 },
  ],
])('knows a commit of a branch that was taken over %s', (_, merge, fate) => {
  const repository = new Repository()
  repository.git('checkout', '--quiet', '-b', 'work')
  const commit = repository.commit('ein Beet für "Rüben".ts', LINES)
  repository.git('checkout', '--quiet', 'main')
  repository.commit('c.ts', ['const other = 1'])
  merge(repository)
  expect(new GitHistory(repository.folder).fate(commit)).toMatchObject({ commit, added: 4, ...fate })
})

it('knows nothing of commits that are not there, and says what is no repository', () => {
  const repository = new Repository()
  expect(new GitHistory(repository.folder).fate('0123456')).toBeNull()
  expect(() => new GitHistory(mkdtempSync(join(base, 'none-')))).toThrow(/Cannot read the history of .*: not a git repository/)
  expect(() => new GitHistory(join(base, 'nowhere'))).toThrow(/Cannot read the history of/)
})

it('runs nothing that the repository names, and leaves it as it was', () => {
  const repository = new Repository()
  const trap = join(base, 'trap.sh')
  writeFileSync(trap, `#!/bin/sh\ntouch ${join(base, 'sprung')}\ncat "$@"\n`, { mode: 0o755 })
  for (const name of ['core.fsmonitor', 'core.pager', 'diff.external', 'diff.all.textconv', 'pager.show', 'gpg.program'])
    repository.git('config', name, trap)
  const commit = repository.commit('.gitattributes', ['* diff=all', 'and a line that stays'])
  rmSync(join(base, 'sprung'), { force: true }) // springing it once more is what is looked for
  const before = readFileSync(join(repository.folder, '.git', 'index'))
  expect(new GitHistory(repository.folder).fate(commit)).toMatchObject({ isMerged: true, left: 2 })
  expect(existsSync(join(base, 'sprung'))).toBe(false)
  expect(readFileSync(join(repository.folder, '.git', 'index')).equals(before)).toBe(true)
})

it('tells of a session’s commits together', () => {
  const repository = new Repository()
  const [good, bad] = [repository.commit('a.ts', LINES), repository.commit('b.ts', ['const wrong = 1'])]
  repository.git('revert', '--no-edit', bad)
  const messages = [
    {
      role: 'assistant',
      content: '',
      tool_calls: [{ id: 'c', type: 'function', function: { name: 'run', arguments: '{"command":"git commit"}' } }],
    },
    { role: 'tool', tool_call_id: 'c', content: `[main ${good.slice(0, 9)}] Add\n[main ${bad.slice(0, 9)}] Err\n[main 0123456] Elsewhere` },
  ]
  const read = conversationOf({ trace_id: 'a', messages } as unknown as Row, 1, { count: text => text.length, tools: 'none' })
  if ('reason' in read) throw new Error(read.reason)
  const git = new GitHistory(repository.folder)
  expect(signalsOf(read, git)).toMatchObject({
    merged: { value: true, confidence: 0.9, evidence: `${good.slice(0, 12)}, ${bad.slice(0, 12)} as of ${git.head}` },
    reverted: { value: true },
    survival: { value: 0.8, evidence: expect.stringContaining('4 of 5 lines') },
  })
  expect(signalsOf(read)).toMatchObject({ merged: null, reverted: null, survival: null })
})
