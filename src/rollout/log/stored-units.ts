import { judgeHead } from './head.ts'
import type { Skipped, Source } from './source.ts'
import type { Unit } from './unit.ts'

/** How an agent that has a store keeps sessions. */
export type Kept<Kind extends string> = {
  /** How a file keeps sessions, by its head; null where it is none of the agent's. */
  kindByHead(file: string, head: string): Kind | null
  /** The sessions of a store, and how many messages each has. */
  list(source: Source, file: string): Promise<ReadonlyMap<string, number>>
  /** As what a file is parsed that is none of the agent's, or cannot be read, so that its reject says why. */
  otherwise: Kind
  /** What one session is called, such as 'a Goose session'. */
  noun: string
}

/** One unit per session: each of a store, and each file that is one. */
export async function keptUnits<Kind extends string>(
  { source, files, skipped }: { source: Source; files: readonly string[]; skipped: Skipped[] },
  { kindByHead, list, otherwise, noun }: Kept<Kind>,
): Promise<Unit[]> {
  const units: Unit[] = []
  for (const file of files) {
    const kind = await judgeHead(source, file, head => kindByHead(file, head)).catch(() => 'unreadable' as const)
    // A file asked for alone becomes a unit whatever it is, so that its reject says why not.
    const isAsked = kind === null && files.length === 1
    if (kind === 'store' || (isAsked && isDatabase(source, file)))
      for (const unit of await storeUnits(source, file, skipped, list)) units.push(unit)
    else if (kind !== null || isAsked)
      units.push({ key: file, files: [file], hint: { kind: kind === 'unreadable' ? otherwise : (kind ?? otherwise) } })
    else skipped.push({ path: file, reason: `Not ${noun}` })
  }
  return units
}

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
function isDatabase(source: Source, file: string): boolean {
  return source.headOfPlain(file, MAGIC.length).toString('latin1') === MAGIC
}

const MAGIC = 'SQLite format 3\0'
