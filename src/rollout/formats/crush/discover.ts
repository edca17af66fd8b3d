import type { Unit } from '../../format.ts'
import type { Skipped, Source } from '../../log/source.ts'
import { keptUnits } from '../../log/stored-units.ts'
import { type Kind, kindByHead } from './sniff.ts'
import { listSessions } from './store.ts'

/** What discovery tells parsing: how the session is kept. */
export type UnitHint = { kind: Kind }

/** One unit per session: of a store, or printed. */
export function discover(source: Source, files: readonly string[], skipped: Skipped[]): Promise<Unit[]> {
  return keptUnits<Kind>({ source, files, skipped }, { kindByHead, list: listSessions, otherwise: 'print', noun: 'a Crush session' })
}
