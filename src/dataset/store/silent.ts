import type { RolloutFormat } from '../../rollout/format.ts'
import { Source } from '../../rollout/log/source.ts'
import type { NamedUnit, Planned } from './plan.ts'

/** Whether a log, as it is now, was looked at before it was read and says nothing at its end of another in which it went on. */
export function isSilent({ ref, files: [file, ...others] }: Planned, { end }: RolloutFormat): boolean {
  if (end === undefined) return true
  return ref?.source instanceof Source && others.length === 0 && ref.source.ends.sizeWithout(file![0], end) === file![1]
}

/**
 * Spare who asks in which log another went on those that say nothing of it: what did not change and said nothing when it was read, and what
 * did change and says nothing now.
 */
export function tellSilent(units: readonly Planned[], changed: ReadonlySet<Planned>): void {
  const silent = new Map<Source, Set<string>>()
  for (const planned of units) {
    const { ref, known } = planned
    // What the store did not know was looked at when it was found.
    if (known === null || !(ref?.source instanceof Source) || ref.format.end === undefined) continue
    if (!(changed.has(planned) ? isSilentNow(ref, ref.source) : known.reading.isSilent)) continue
    const { source } = ref
    silent.set(source, (silent.get(source) ?? new Set()).add(ref.unit.files[0]!))
  }
  for (const [source, files] of silent) source.ends.areWithout(files)
}

function isSilentNow({ format, unit }: NamedUnit, source: Source): boolean {
  const [path] = unit.files
  try {
    source.glance(path!, 0, () => null)
    return source.ends.sizeWithout(path!, format.end!) !== null
  } catch {
    return false // told where it is read
  }
}
