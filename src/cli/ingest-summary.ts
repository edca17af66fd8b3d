import type { StoreIngestResult } from '../dataset/store/ingest.ts'
import type { Totals } from '../rollout/report.ts'
import { visibleLine } from '../visible.ts'
import { bytes, count, counted } from './print.ts'

/** What an ingest has to tell. */
export type IngestSummary = {
  totals: Totals
  rejects: readonly { at: string; reason: string }[]
  skipped: readonly { path: string; reason: string }[]
  seconds: number
  output: string | null
  store: StoreIngestResult | null
}

/** The balance of an ingest, for people. */
export function summaryOf({ totals, rejects, skipped, seconds, output, store }: IngestSummary): string {
  const to = output === null ? '' : ` → ${output}`
  const read = `${counted(totals.rows, 'row')} from ${counted(totals.units, 'log')}, ${bytes(totals.bytes)} in ${seconds.toFixed(1)} s${to}`
  const lines = [totals.units === 0 && store !== null ? `Nothing new to read, found in ${seconds.toFixed(1)} s${to}` : read]
  if (store !== null) lines.push(storeLine(store))
  const { emitted, merged, metadata, replay, abandoned, noise, unparsed } = totals
  const shares = Object.entries({ emitted, merged, metadata, replay, abandoned, noise, unparsed }).filter(([, n]) => n > 0)
  if (totals.records > 0)
    lines.push(`${counted(totals.records, 'record')}: ${shares.map(([bucket, n]) => `${count(n)} ${bucket}`).join(', ')}`)
  const reasons = (kind: string, items: readonly { reason: string }[]) => {
    if (items.length === 0) return
    const byReason = Map.groupBy(items, item => generalised(item.reason))
    const shown = [...byReason].sort((a, b) => b[1].length - a[1].length).slice(0, 5)
    lines.push(`${kind}: ${count(items.length)}`, ...shown.map(([reason, same]) => `  ${count(same.length)} × ${visibleLine(reason)}`))
  }
  reasons('Rejected', rejects)
  reasons('Skipped files', skipped)
  for (const place of totals.damage.slice(0, 3)) lines.push(`  unreadable: ${visibleLine(place)}`)
  const drift = Object.entries(totals.drift).slice(0, 5)
  if (drift.length > 0)
    lines.push(`Unknown record types, kept as metadata: ${drift.map(([type, n]) => `${visibleLine(type)} (${n})`).join(', ')}`)
  return lines.join('\n')
}

function storeLine({ rows, unchanged, added, replaced, resumed, gone, changes, interrupted }: StoreIngestResult): string {
  const parts = [
    `${count(unchanged)} unchanged and not read`,
    `${count(added)} added`,
    ...(replaced > 0 ? [`${count(replaced)} replaced`] : []),
    ...(resumed > 0 ? [`${counted(resumed, 'log')} read on from where the last run ended`] : []),
    ...(gone > 0 ? [`${count(gone)} gone, their rows kept`] : []),
    ...(changes.replacedSurrogates > 0 ? [`half characters replaced in ${counted(changes.replacedSurrogates, 'text')}`] : []),
    ...(interrupted ? ['interrupted: what is missing is read next time'] : []),
  ]
  return `The store has ${counted(rows, 'row')}: ${parts.join(', ')}`
}

/** Reasons differ by the file they name; people want to see the kinds. */
function generalised(reason: string): string {
  return reason.replace(/ (?:in|file) \S+[/.]\S+/g, '').slice(0, 160)
}
