import { spawnSync } from 'node:child_process'
import { TracewrightError } from '../../errors.ts'
import { linesLeft } from './lines-left.ts'

/** What became of a commit: whether it is in the history of HEAD, whether it was taken back, how many of its lines still stand. */
export type CommitFate = { commit: string; isMerged: boolean; isReverted: boolean; added: number; left: number }

/** A repository on disk, read only. Nothing that its own configuration names is run, and nothing is fetched. */
export class GitHistory {
  /** Short hash of the commit that all is judged by. */
  readonly head: string
  private readonly folder: string
  private readonly fates = new Map<string, CommitFate | null>()

  /** Throws where there is no repository, or git. */
  constructor(folder: string) {
    this.folder = folder
    const { status, stdout, stderr, error } = this.run('rev-parse', '--verify', '--short=12', 'HEAD^{commit}')
    if (status !== 0)
      throw new TracewrightError(
        'usage',
        `Cannot read the history of '${folder}': ${error?.message ?? (stderr.split('\n')[0]!.replace(/^fatal: /, '') || 'git failed')}`,
        { hint: 'Name the folder of a git repository with a commit; git has to be installed' },
      )
    this.head = stdout.trim()
  }

  /** What became of the commit; null where it is not in the repository. */
  fate(hash: string): CommitFate | null {
    const known = this.fates.get(hash)
    if (known !== undefined) return known
    const fate = this.look(hash)
    this.fates.set(hash, fate)
    return fate
  }

  private look(hash: string): CommitFate | null {
    const commit = this.text('rev-parse', '--verify', '--quiet', `${hash}^{commit}`)?.trim()
    if (!commit) return null
    const patch = this.text('show', '--format=', '--unified=0', '--no-renames', '--diff-merges=first-parent', ...PLAIN, commit)
    const lines = patch === null ? { added: 0, left: 0 } : linesLeft(patch, path => this.atHead(path, commit))
    return { commit, isMerged: this.isMerged(commit), isReverted: this.isReverted(commit), ...lines }
  }

  /** In the history of HEAD, or a commit of the same changes is: it was rebased. */
  private isMerged(commit: string): boolean {
    if (this.run('merge-base', '--is-ancestor', commit, 'HEAD').status === 0) return true
    return this.text('cherry', 'HEAD', commit, `${commit}^`)?.startsWith('- ') === true
  }

  /** A commit in the history of HEAD says that it takes this one back, and none that it takes that one back. */
  private isReverted(commit: string, depth = 0): boolean {
    const reverts = this.text('log', 'HEAD', '--format=%H', '--fixed-strings', `--grep=This reverts commit ${commit}`) ?? ''
    return depth < 10 && reverts.split('\n').some(revert => revert !== '' && !this.isReverted(revert, depth + 1))
  }

  /** A file as it is at HEAD, wherever it was moved to; null where it is gone. */
  private atHead(path: string, commit: string): string | null {
    const here = this.text('show', ...PLAIN, `HEAD:${path}`)
    if (here !== null) return here
    const moves = this.text('diff', '--name-status', '--diff-filter=R', '-M', '-z', ...PLAIN, commit, 'HEAD')?.split('\0') ?? []
    const from = moves.indexOf(path)
    return from < 0 ? null : this.text('show', ...PLAIN, `HEAD:${moves[from + 1]}`)
  }

  private text(...args: string[]): string | null {
    const { status, stdout } = this.run(...args)
    return status === 0 ? stdout : null
  }

  private run(...args: string[]) {
    return spawnSync('git', ['--no-pager', ...SETTINGS, '-C', this.folder, ...args], {
      encoding: 'utf8',
      env: { ...process.env, GIT_OPTIONAL_LOCKS: '0', GIT_NO_LAZY_FETCH: '1', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' },
      maxBuffer: 64 * 1024 * 1024,
      timeout: 60_000,
    })
  }
}

const PLAIN = ['--no-ext-diff', '--no-textconv', '--no-color']

/** The repository's own configuration may name programs. */
const SETTINGS = ['core.fsmonitor=false', 'core.hooksPath=/dev/null', 'core.quotePath=false', 'log.showSignature=false'].flatMap(
  setting => ['-c', setting],
)
