import { judgeHead } from './head.ts'
import { plainName } from './plain-name.ts'
import type { Skipped, Source } from './source.ts'
import type { Unit } from './unit.ts'

/**
 * One unit per file that begins as a session does; the others are skipped, those of `aside` for the reason it gives. A file asked for
 * alone becomes a unit whatever it is, so that its reject says why not, and so does one that cannot be read.
 */
export async function onePerFile(
  source: Source,
  files: readonly string[],
  skipped: Skipped[],
  { is, title, aside = () => null }: { is(path: string, head: string): boolean; title: string; aside?(path: string): string | null },
): Promise<Unit[]> {
  const units: Unit[] = []
  for (const file of files) {
    const reason = aside(file)
    const isOne =
      reason === null &&
      (files.length === 1 || (await judgeHead(source, file, head => is(plainName(file), head) || null).catch(() => true)))
    if (isOne) units.push({ key: file, files: [file] })
    else skipped.push({ path: file, reason: reason ?? `Not ${/^[AEIOU]/.test(title) ? 'an' : 'a'} ${title} log` })
  }
  return units
}
