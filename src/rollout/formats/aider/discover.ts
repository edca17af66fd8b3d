import type { Unit } from '../../format.ts'
import { onePerFile } from '../../log/one-per-file.ts'
import type { Skipped, Source } from '../../log/source.ts'
import { sniff } from './sniff.ts'

/** Each history is a unit, whose runs are its rows. */
export function discover(source: Source, files: readonly string[], skipped: Skipped[]): Promise<Unit[]> {
  return onePerFile(source, files, skipped, { is: sniff, title: 'Aider' })
}
