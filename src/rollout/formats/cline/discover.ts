import type { Unit } from '../../format.ts'
import { onePerFile } from '../../log/one-per-file.ts'
import type { Skipped, Source } from '../../log/source.ts'
import { withSideFiles } from './side-files.ts'
import { aside, sniff } from './sniff.ts'

/** Each file of messages is a unit, with what is kept beside it. */
export async function discover(source: Source, files: readonly string[], skipped: Skipped[]): Promise<Unit[]> {
  const units = await onePerFile(source, files, skipped, { is: sniff, title: 'Cline', aside })
  return units.map(unit => withSideFiles(source, unit))
}
