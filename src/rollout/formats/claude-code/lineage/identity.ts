import { isSessionId, logFile } from '../files.ts'

/** The session a file holds: the one it is named for, whatever its records say, else the one most of its records name. */
export function sessionOf(path: string, named: string | null): string {
  const { stem } = logFile(path)
  return isSessionId(stem) || named === null ? stem : named
}

/** The value counted most often, the first of equals. */
export function mostFrequent(counts: ReadonlyMap<string, number>): string | null {
  return [...counts].reduce<[string, number] | null>((best, one) => (best === null || one[1] > best[1] ? one : best), null)?.[0] ?? null
}
