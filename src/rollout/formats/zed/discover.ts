import type { Unit } from '../../format.ts'
import type { Skipped, Source } from '../../log/source.ts'
import { keptUnits } from '../../log/stored-units.ts'
import { type Kind, kindByHead } from './sniff.ts'
import { listThreads } from './store.ts'

/** What discovery tells parsing: how the thread is kept. */
export type UnitHint = { kind: Kind }

/** One unit per thread: of a store, or a document of its own. */
export function discover(source: Source, files: readonly string[], skipped: Skipped[]): Promise<Unit[]> {
  return keptUnits<Kind>({ source, files, skipped }, { kindByHead, list: listThreads, otherwise: 'document', noun: 'a Zed thread' })
}
