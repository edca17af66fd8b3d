import type { Unit } from '../../format.ts'
import { judgeHead } from '../../log/head.ts'
import type { Skipped, Source } from '../../log/source.ts'
import { type ZipMember, zipMembers } from '../../log/zip.ts'
import { type Kind, kindByHead, sampleIn } from './sniff.ts'

/** What discovery tells parsing: what the file is. */
export type UnitHint = { kind: Kind }

/** One unit per sample of an archive, or per document. */
export async function discover(source: Source, files: readonly string[], skipped: Skipped[]): Promise<Unit[]> {
  const units: Unit[] = []
  for (const file of files) {
    const byName: Kind = file.endsWith('.json') ? 'document' : 'archive'
    const kind = await judgeHead(source, file, kindByHead).catch(() => byName)
    if (kind === 'archive') for (const unit of unitsOf(source, file, skipped)) units.push(unit)
    else if (kind !== null || files.length === 1) units.push({ key: file, files: [file], hint: { kind: kind ?? 'document' } })
    else skipped.push({ path: file, reason: 'Not an Inspect log' })
  }
  return units
}

function unitsOf(source: Source, file: string, skipped: Skipped[]): Unit[] {
  try {
    const samples = [...membersOf(source, file).keys()].flatMap(name => sampleIn(name) ?? [])
    if (samples.length === 0) skipped.push({ path: file, reason: 'Log without samples' })
    return samples.map(sample => ({ key: `${file}#${sample}`, files: [file], member: sample, hint: { kind: 'archive' } }))
  } catch {
    return [{ key: file, files: [file], hint: { kind: 'archive' } }] // parsing fails on it in turn, and says why
  }
}

/** The files of an archive, listed once for all its samples. */
export function membersOf(source: Source, file: string): ReadonlyMap<string, ZipMember> {
  return source.shared(`inspect members ${file}`, () => zipMembers(source, file))
}
