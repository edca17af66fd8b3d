import { isObject, type JsonObject } from '../../json/json.ts'
import type { Conversation } from '../conversation/conversation.ts'
import { type CommitMade, commitsMade } from './commits-made.ts'
import type { GitHistory } from './git-history.ts'
import type { Signal } from './signal.ts'
import { lastTests } from './test-results.ts'

/** What is known of how a session went. Null: nothing says it. */
export type Signals = {
  reward: Signal | null // from a verifier
  status: Signal | null // as the log has it
  tests_passed: Signal | null // of the last test run seen in a result
  exit_code: Signal | null // of the last command that tells one
  commits: Signal | null // hashes that the session made
  merged: Signal | null // whether all its commits that a repository has are in the history of its HEAD
  reverted: Signal | null // whether any of them was taken back
  survival: Signal | null // share of the lines they added that still stand, 0 to 1
}

/** Signals of a conversation. `confidence` is 1 for what was measured, less for what is read out of words. `git`: where its commits may be. */
export function signalsOf(conversation: Conversation, git: GitHistory | null = null): Signals {
  const outcome: JsonObject = isObject(conversation.row['outcome'] ?? null) ? (conversation.row['outcome'] as JsonObject) : {}
  const { reward, status } = outcome
  const tests = lastTests(conversation)
  const commits = commitsMade(conversation)
  return {
    reward: typeof reward === 'number' ? { value: reward, confidence: 1, evidence: 'outcome.reward' } : null,
    status: typeof status === 'string' && status !== 'unknown' ? { value: status, confidence: 0.9, evidence: 'outcome.status' } : null,
    tests_passed: tests,
    exit_code: lastExit(conversation),
    commits:
      commits.length === 0
        ? null
        : {
            value: commits.map(({ hash }) => hash),
            confidence: 0.9,
            evidence: commits.map(({ message }) => `message ${message}`).join(', '),
          },
    ...fateOf(commits, git),
  }
}

/** What became of commits that are in the repository. Hashes are read out of words, so that another repository's could be meant. */
function fateOf(commits: readonly CommitMade[], git: GitHistory | null): Pick<Signals, 'merged' | 'reverted' | 'survival'> {
  const fates = git === null ? [] : commits.flatMap(({ hash }) => git.fate(hash) ?? [])
  if (fates.length === 0) return { merged: null, reverted: null, survival: null }
  const evidence = `${fates.map(({ commit }) => commit.slice(0, 12)).join(', ')} as of ${git!.head}`
  const [added, left] = [fates.reduce((sum, fate) => sum + fate.added, 0), fates.reduce((sum, fate) => sum + fate.left, 0)]
  return {
    merged: { value: fates.every(({ isMerged }) => isMerged), confidence: 0.9, evidence },
    reverted: { value: fates.some(({ isReverted }) => isReverted), confidence: 0.9, evidence },
    survival: added === 0 ? null : { value: left / added, confidence: 0.8, evidence: `${evidence}: ${left} of ${added} lines` },
  }
}

const EXIT =
  /(?:^|\n|[{,] ?)"?(?:Process exited with code|Exit code:?|exit_code"?:|exited with (?:exit )?code|returned non-zero exit status|command failed with exit code)\s*:?\s*(-?\d{1,5})\b/i

/** Of results one after the other, the last exit code that is told in words. */
function lastExit({ parts }: Conversation): Signal | null {
  for (const { role, text, source } of parts.flat().reverse()) {
    if (role !== 'tool' || source === null) continue
    const found = EXIT.exec(text.slice(0, 4000)) ?? EXIT.exec(text.slice(-4000))
    if (found !== null) return { value: Number(found[1]), confidence: 0.8, evidence: `message ${source}` }
  }
  return null
}
