import type { Unit } from '../../format.ts'
import { judgeHead } from '../../log/head.ts'
import type { Skipped, Source } from '../../log/source.ts'
import { isDatabase, storeUnits } from '../../log/stored-units.ts'
import { type Kind, kindByHead } from './sniff.ts'
import { listSessions } from './store.ts'

/** What discovery tells parsing: how the session is kept. */
export type UnitHint = { kind: Kind }

/** One unit per session: of a store, or printed. */
export async function discover(source: Source, files: readonly string[], skipped: Skipped[]): Promise<Unit[]> {
  const units: Unit[] = []
  for (const file of files) {
    const kind = await judgeHead(source, file, head => kindByHead(file, head)).catch(() => 'unreadable' as const)
    // A file asked for alone becomes a unit whatever it is, so that its reject says why not.
    const isAsked = kind === null && files.length === 1
    if (kind === 'store' || (isAsked && isDatabase(source, file))) units.push(...(await storeUnits(source, file, skipped, listSessions)))
    else if (kind !== null || isAsked)
      units.push({ key: file, files: [file], hint: { kind: kind === 'unreadable' ? 'print' : (kind ?? 'print') } })
    else skipped.push({ path: file, reason: 'Not a Crush session' })
  }
  return units
}
