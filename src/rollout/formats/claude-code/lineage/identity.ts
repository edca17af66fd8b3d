import type { Source } from '../../../log/source.ts'
import { isSessionId, type LogFile, logFile } from '../files.ts'

/** The session a file holds: the one it is named for, whatever its records say, else the one most of its records name. */
export function sessionOf(path: string, named: string | null): string {
  const { stem } = logFile(path)
  return isSessionId(stem) || named === null ? stem : named
}

/** The value counted most often, the first of equals. */
export function mostFrequent(counts: ReadonlyMap<string, number>): string | null {
  return [...counts].reduce<[string, number] | null>((best, one) => (best === null || one[1] > best[1] ? one : best), null)?.[0] ?? null
}

/** The session, or the agent of one, that a log names before anything is said in it; null where it names none. */
export function namedSession(source: Source, { path, stem, session, agentId }: LogFile): string | null {
  const named = agentId === null ? stem : session
  if (named !== null && isSessionId(named)) return agentId === null ? named : `${named}:${agentId}`
  if (path.endsWith('.zst')) return null
  const first = FIRST_ID.exec(source.headOfPlain(path, HEAD_BYTES).toString('latin1'))?.[1] ?? null
  return first !== null && agentId !== null ? `${first}:${agentId}` : first
}

const HEAD_BYTES = 8192
const FIRST_ID = /"session_?[iI]d"\s*:\s*"([^"\\]+)"/
