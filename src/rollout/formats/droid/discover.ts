import type { Unit } from '../../format.ts'
import { onePerFile } from '../../log/one-per-file.ts'
import type { Skipped, Source } from '../../log/source.ts'
import { sniff } from './sniff.ts'

/** Each session is a unit, by where its file lies or how it begins. */
export function discover(source: Source, files: readonly string[], skipped: Skipped[]): Promise<Unit[]> {
  const is = (path: string, head: string) => /(?:^|\/)sessions\/.+\.jsonl$/.test(path) || sniff(path, head)
  return onePerFile(source, files, skipped, { is, title: 'Factory Droid' })
}
