import type { Unit } from '../format.ts'
import type { Skipped, Source } from './source.ts'

/**
 * One unit per session of a store. `list`: its sessions, and how many messages each has. A store that cannot be opened is one unit, so
 * that parsing fails on it in turn, and says why.
 */
export async function storeUnits(
  source: Source,
  file: string,
  skipped: Skipped[],
  list: (source: Source, file: string) => Promise<ReadonlyMap<string, number>>,
): Promise<Unit[]> {
  const hint = { kind: 'store' }
  try {
    const sessions = await list(source, file)
    if (sessions.size === 0) skipped.push({ path: file, reason: 'Store without sessions' })
    return [...sessions].flatMap(([id, messages]): Unit[] => {
      if (messages > 0) return [{ key: `${file}#${id}`, files: [file], member: id, hint }]
      skipped.push({ path: `${file}#${id}`, reason: 'Session without messages' })
      return []
    })
  } catch {
    return [{ key: file, files: [file], hint }]
  }
}

/** Whether a file is a database. */
export function isDatabase(source: Source, file: string): boolean {
  return source.headOfPlain(file, MAGIC.length).toString('latin1') === MAGIC
}

const MAGIC = 'SQLite format 3\0'
