import { posix } from 'node:path'
import type { Unit } from '../../format.ts'
import { onePerFile } from '../../log/one-per-file.ts'
import { plainName } from '../../log/plain-name.ts'
import type { Skipped, Source } from '../../log/source.ts'
import { sniff } from './sniff.ts'

/** One unit per session: its messages, with the file that says what is known of it. */
export async function discover(source: Source, files: readonly string[], skipped: Skipped[]): Promise<Unit[]> {
  const aside = (path: string) =>
    /(?:^|\/)meta\.json(?:\.tmp)?$/.test(path) ? 'Kept beside the messages of a session, joined to them' : null
  const units = await onePerFile(source, files, skipped, { is: sniff, title: 'Mistral Vibe', aside })
  return units.map(unit => {
    const meta = metaOf(unit.key)
    return meta === null || source.facts(meta) === null ? unit : { ...unit, files: [unit.key, meta] }
  })
}

/** Where what is known of a session lies; null for a session that is one document. */
export function metaOf(file: string): string | null {
  if (!plainName(file).endsWith('.jsonl')) return null
  const folder = posix.dirname(file)
  return folder === '.' ? 'meta.json' : `${folder}/meta.json`
}
