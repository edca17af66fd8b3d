import type { Source } from '../../source.ts'
import { below, isSessionId, logFile } from '../files.ts'
import { headsOf } from './heads.ts'

/**
 * The id of the session a file holds: the file's name, whatever its records say. A file that was renamed is known by the session most
 * of its records name, with its own name behind it where another file of the folder has a claim to that session.
 */
export async function sessionIdOf(source: Source, path: string, named: string | null): Promise<string> {
  const { stem, folder } = logFile(path)
  if (isSessionId(stem) || named === null || named === stem) return stem
  const heads = await headsOf(source, folder)
  const isTaken = (heads.bySession.get(named) ?? []).some(other => other !== path) || source.facts(below(folder, `${named}.jsonl`)) !== null
  return isTaken ? `${named}:${stem}` : named
}

/** The value counted most often, the first of equals. */
export function mostFrequent(counts: ReadonlyMap<string, number>): string | null {
  return [...counts].reduce<[string, number] | null>((best, one) => (best === null || one[1] > best[1] ? one : best), null)?.[0] ?? null
}
