import type { RolloutFormat, Unit } from './format.ts'
import type { Skipped, Source } from './log/source.ts'
import { isStranger } from './passed-over.ts'

/** A file that looks like no log, and that the rows of one beside it are made from too, is no stranger. */
export function tellJoined(
  source: Source,
  found: { units: readonly { format: RolloutFormat; source: Source; unit: Unit }[]; skipped: readonly Skipped[] },
): void {
  const titles = new Map<string, string>()
  const logs = new Map<string, RolloutFormat>()
  for (const { source: own, unit, format } of found.units)
    if (own === source) {
      for (const file of unit.files.slice(1)) titles.set(file, format.title)
      logs.set(unit.files[0]!, format)
    }
  const formats = [...new Set(logs.values())].filter(format => format.companionOf !== undefined)
  const ofCompanion = (path: string) => formats.find(format => logs.get(format.companionOf!(path) ?? '') === format)?.title
  for (const one of found.skipped) {
    const title = titles.get(one.path) ?? ofCompanion(one.path)
    if (title === undefined || !isStranger(one)) continue
    one.reason = `Kept beside a log of ${title}, joined to its rows`
    one.isJoined = true
    delete one.isLoud
  }
}
