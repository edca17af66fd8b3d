import { posix } from 'node:path'
import type { Unit } from '../../format.ts'
import { onePerFile } from '../../log/one-per-file.ts'
import type { Skipped, Source } from '../../log/source.ts'
import { sniff } from './sniff.ts'

/** One unit per session: its history, with the files that say what is known of it. */
export async function discover(source: Source, files: readonly string[], skipped: Skipped[]): Promise<Unit[]> {
  const aside = (path: string) =>
    /(?:^|\/)(?:updates|rewind_points|feedback|btw_history)\.jsonl$/.test(path) ? 'Kept beside the history of a session' : null
  const units = await onePerFile(source, files, skipped, { is: sniff, title: 'Grok Build', aside })
  return units.map(unit => ({ ...unit, files: [unit.key, ...besides(unit.key).filter(path => source.facts(path) !== null)] }))
}

/** Where what is known of a session lies. */
export function besides(file: string): string[] {
  return ['summary.json', 'signals.json'].map(name => posix.join(posix.dirname(file), name))
}
