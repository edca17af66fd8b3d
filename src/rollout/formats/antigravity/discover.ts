import { posix } from 'node:path'
import type { Unit } from '../../format.ts'
import { onePerFile } from '../../log/one-per-file.ts'
import type { Skipped, Source } from '../../log/source.ts'
import { sniff } from './sniff.ts'

/** One unit per transcript; of one that is there in full, too, the full one. */
export function discover(source: Source, files: readonly string[], skipped: Skipped[]): Promise<Unit[]> {
  const aside = (path: string) =>
    posix.basename(path) === 'transcript.jsonl' && source.facts(posix.join(posix.dirname(path), 'transcript_full.jsonl')) !== null
      ? 'Shortened: transcript_full.jsonl beside it is read'
      : null
  return onePerFile(source, files, skipped, { is: sniff, title: 'Antigravity', aside })
}
