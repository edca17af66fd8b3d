import type { Unit } from '../../format.ts'
import { onePerFile } from '../../log/one-per-file.ts'
import type { Skipped, Source } from '../../log/source.ts'
import { withSideFiles } from './side-files.ts'
import { aside, sniff } from './sniff.ts'

/** Each file of messages is a unit, with what is kept beside it. */
export async function discover(source: Source, files: readonly string[], skipped: Skipped[]): Promise<Unit[]> {
  const passed: Skipped[] = []
  const tasks = await onePerFile(source, files, passed, { is: sniff, title: 'Cline', aside })
  const units = tasks.map(unit => withSideFiles(source, unit))
  const joined = new Set(units.flatMap(unit => unit.files))
  for (const { path, reason } of passed) skipped.push({ path, reason: aside(path, joined.has(path)) ?? reason })
  return units
}
