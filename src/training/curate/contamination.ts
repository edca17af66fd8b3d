import { codecFor } from '../../codec/codec-for.ts'
import { NumberLookup } from '../../disk/number-lookup.ts'
import type { NumberRuns } from '../../disk/number-runs.ts'
import { readText } from '../../disk/read-file.ts'
import { TracewrightError } from '../../errors.ts'
import type { Row } from '../../row.ts'
import { systemReason } from '../../system-error.ts'
import type { Scratch } from '../scratch/scratch.ts'
import { textsIn } from './facts.ts'
import { runsOf, wordHash, wordsIn } from './words.ts'

/** What evaluations ask, by runs of words and by repository and commit: what is trained on must not hold it. */
export class Contamination {
  /** Items that have too few words and no commit, and cannot be found. */
  short = 0
  items = 0
  private readonly scratch: Scratch
  private readonly runs: NumberRuns
  private lookup: NumberLookup | null = null
  private readonly commits = new Map<string, string>() // first letters of a commit → repository

  constructor(scratch: Scratch) {
    this.scratch = scratch
    this.runs = scratch.runs(1)
  }

  /** Read what is not to be met from files of rows (`.jsonl`, `.parquet`, `.csv`) or of text. Throws where one cannot be read. */
  static async from(paths: readonly string[], scratch: Scratch): Promise<Contamination> {
    const found = new Contamination(scratch)
    for (const path of paths) {
      try {
        if (/\.(?:txt|md)$/i.test(path)) found.add({ text: readText(path) })
        else for await (const row of codecFor(path).read(path)) found.add(row)
      } catch (error) {
        found[Symbol.dispose]()
        if (error instanceof TracewrightError) throw error
        throw new TracewrightError('usage', `Cannot read '${path}', which was to be kept out: ${systemReason(error)}`, { cause: error })
      }
    }
    return found
  }

  /** Take the files away. */
  [Symbol.dispose](): void {
    this.runs[Symbol.dispose]()
    this.lookup?.[Symbol.dispose]()
  }

  /** An item: every text in it counts. */
  add(item: Row): void {
    this.items++
    const texts = [...textsIn(item)]
    const commit = item['base_commit'] ?? item['commit'] ?? item['commit_id'] ?? item['environment_setup_commit']
    const repository = item['repo'] ?? item['repository'] ?? item['repo_name']
    let isKnown = false
    const enter = (repo: string, hash: string) => {
      this.commits.set(hash.slice(0, SHORT).toLowerCase(), repo.toLowerCase())
      isKnown = true
    }
    if (typeof commit === 'string' && typeof repository === 'string' && /^[0-9a-f]{7,64}$/i.test(commit)) enter(repository, commit)
    for (const text of texts) for (const [, repo, hash] of text.matchAll(AT_COMMIT)) enter(repo!, hash!)
    for (const text of texts) {
      for (const run of runsOf(hashes(text), RUN)) {
        this.runs.add(run)
        isKnown = true
      }
    }
    if (!isKnown) this.short++
  }

  /** Why a row is not to be trained on; null where it holds nothing of this. */
  reason(texts: Iterable<string>, repositories: readonly string[]): string | null {
    this.lookup ??= new NumberLookup(this.runs, this.scratch.path('evaluations'), this.scratch.paging)
    const all = [...texts]
    for (const text of all)
      for (const run of runsOf(hashes(text), RUN)) if (this.lookup.has(run)) return `${RUN} words in a row of an evaluation`
    if (this.commits.size === 0) return null
    const folded = () => [...all, ...repositories].map(text => text.toLowerCase())
    for (const text of [...all, ...repositories]) {
      for (const [hash] of text.matchAll(HASH)) {
        const repo = this.commits.get(hash.slice(0, SHORT).toLowerCase())
        if (repo === undefined) continue
        const name = repo.slice(repo.indexOf('/') + 1)
        if (hash.length >= 12 || folded().some(one => one.includes(name))) return 'repository and commit of an evaluation'
      }
    }
    return null
  }
}

/** So many words in a row are no coincidence. */
const RUN = 13

const SHORT = 7
const HASH = /(?<![0-9A-Za-z])[0-9a-f]{7,64}(?![0-9A-Za-z])/gi
const AT_COMMIT = /([\w.-]+\/[\w.-]+)@([0-9a-f]{7,64})(?![\w])/gi

function hashes(text: string): number[] {
  return wordsIn(text).map(wordHash)
}
