import type { Conversation } from '../conversation/conversation.ts'

/** A commit that a session made: the first letters of its hash, and the message of the row that says so. */
export type CommitMade = { hash: string; message: number }

/** Commits by what git prints when it makes one, in results of calls that ask for one. */
export function commitsMade({ parts }: Conversation): CommitMade[] {
  const asked = new Set<string>()
  const found = new Map<string, CommitMade>()
  for (const { role, calls, callId, text, source } of parts.flat()) {
    for (const call of calls)
      if (/\bgit\b[^\n]{0,200}?\b(?:commit|merge|cherry-pick|revert|rebase)\b|commit/i.test(call.arguments)) asked.add(call.id)
    if (role !== 'tool' || source === null || callId === null || !asked.has(callId)) continue
    for (const [, hash] of text.matchAll(MADE)) if (!found.has(hash!)) found.set(hash!, { hash: hash!, message: source })
  }
  return [...found.values()]
}

/** `[main 1a2b3c4] subject`, `[detached HEAD 1a2b3c4]`, `[main (root-commit) 1a2b3c4]`. */
const MADE = /^\[[^\s\]][^\]\n]{0,200} ([0-9a-f]{7,40})\] /gm
