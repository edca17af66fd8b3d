import type { Unit } from '../../format.ts'
import { judgeHead } from '../../log/head.ts'
import type { Skipped, Source } from '../../log/source.ts'
import { type Kind, kindByHead } from './sniff.ts'
import { listSessions } from './store.ts'

/** What discovery tells parsing: how the session is kept. */
export type UnitHint = { kind: Kind }

/** One unit per session: of a store, in a file of its own, or exported. */
export async function discover(source: Source, files: readonly string[], skipped: Skipped[]): Promise<Unit[]> {
  const units: Unit[] = []
  for (const file of files) {
    const kind = await judgeHead(source, file, head => kindByHead(file, head)).catch(() => 'unreadable' as const)
    if (kind === 'store') units.push(...(await storeUnits(source, file, skipped)))
    else if (kind !== null) units.push({ key: file, files: [file], hint: { kind: kind === 'unreadable' ? 'lines' : kind } })
    // A file asked for alone becomes a unit whatever it is, so that its reject says why not.
    else if (files.length === 1) units.push({ key: file, files: [file], hint: { kind: 'lines' } })
    else skipped.push({ path: file, reason: 'Not a Goose session' })
  }
  return units
}

async function storeUnits(source: Source, file: string, skipped: Skipped[]): Promise<Unit[]> {
  try {
    const sessions = await listSessions(source, file)
    if (sessions.size === 0) skipped.push({ path: file, reason: 'Store without sessions' })
    return [...sessions].flatMap(([id, messages]): Unit[] => {
      if (messages > 0) return [{ key: `${file}#${id}`, files: [file], member: id, hint: { kind: 'store' } }]
      skipped.push({ path: `${file}#${id}`, reason: 'Session without messages' })
      return []
    })
  } catch {
    return [{ key: file, files: [file], hint: { kind: 'store' } }] // parsing fails on it in turn, and says why
  }
}
