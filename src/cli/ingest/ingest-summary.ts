import type { StoreIngestResult } from '../../dataset/store/ingest-options.ts'
import type { Skipped } from '../../rollout/log/source.ts'
import type { Totals } from '../../rollout/report.ts'
import type { Reject } from '../../row.ts'
import { shellWord } from '../../shell-word.ts'
import { visibleLine } from '../../visible.ts'
import { bytes, count, counted } from '../terminal/print.ts'

/** What an ingest has to tell. */
export type IngestSummary = {
  totals: Totals
  rejects: readonly Reject[]
  skipped: readonly Skipped[]
  seconds: number
  output: string | null
  store: StoreIngestResult | null
  leftOut: number // rows that were not selected
  path: string | null // of the logs; null: at their usual places
}

/** The balance of an ingest, for people. */
export function summaryOf({ totals, rejects, skipped, seconds, output, store, leftOut, path }: IngestSummary): string {
  const to = output === null ? '' : ` → ${output}`
  const read = `${counted(totals.rows, 'row')} from ${counted(totals.units, 'log')}, ${bytes(totals.bytes)} in ${seconds.toFixed(1)} s${to}`
  const lines = [totals.units === 0 && store !== null ? `Nothing new to read, found in ${seconds.toFixed(1)} s${to}` : read]
  if (store !== null) lines.push(storeLine(store))
  if (leftOut > 0) lines.push(`${counted(leftOut, 'row')} of them not selected, ${count(totals.rows - leftOut)} written`)
  const { emitted, merged, metadata, replay, abandoned, noise, unparsed } = totals
  const shares = Object.entries({ emitted, merged, metadata, replay, abandoned, noise, unparsed }).filter(([, n]) => n > 0)
  if (totals.records > 0)
    lines.push(`${counted(totals.records, 'record')}: ${shares.map(([bucket, n]) => `${count(n)} ${bucket}`).join(', ')}`)
  lines.push(twiceLine(totals.trainable_twice))
  lines.push(
    ...byReason(
      'Rejected',
      rejects.filter(({ skipped }) => !skipped),
    ),
    ...byReason(
      'Skipped, and nothing is lost',
      rejects.filter(({ skipped }) => skipped),
    ),
    ...byReason('PASSED OVER, AND MAY BE SESSIONS', skipped.filter(({ isLoud }) => isLoud).map(asReject)),
    ...byReason('Skipped files', skipped.filter(({ isLoud }) => !isLoud).map(asReject)),
    ...unreadable(totals.damage),
  )
  if ((store?.rows ?? totals.rows) === 0 && rejects.length > 0)
    lines.push(`No rows were made. What the files look like: tracewright scan${path === null ? '' : ` ${shellWord(path)}`}`)
  const drift = Object.entries(totals.drift).slice(0, 5)
  if (drift.length > 0)
    lines.push(`Unknown record types, kept as metadata: ${drift.map(([type, n]) => `${visibleLine(type)} (${n})`).join(', ')}`)
  return lines.join('\n')
}

/** Always told: who trains on rows wants to know that nothing is learnt twice. */
function twiceLine({ messages, tokens }: Totals['trainable_twice']): string {
  const where = messages === 0 ? '' : `, in ${counted(messages, 'response')}`
  return `${counted(tokens, 'assistant token')} in more than one trainable place${where}`
}

function storeLine({ rows, unchanged, added, replaced, resumed, gone, changes, interrupted }: StoreIngestResult): string {
  const parts = [
    `${counted(added, 'row')} added`,
    ...(replaced > 0 ? [`${counted(replaced, 'row')} replaced`] : []),
    `${counted(unchanged, 'log')} unchanged and not read`,
    ...(resumed > 0 ? [`${counted(resumed, 'log')} read on from where the last run ended`] : []),
    ...(gone > 0 ? [`${counted(gone, 'log')} gone, ${gone === 1 ? 'its' : 'their'} rows kept`] : []),
    ...(changes.replacedSurrogates > 0 ? [`half characters replaced in ${counted(changes.replacedSurrogates, 'text')}`] : []),
    ...(interrupted ? ['interrupted: what is missing is read next time'] : []),
  ]
  return `The store has ${counted(rows, 'row')}: ${parts.join(', ')}`
}

const SHOWN = 5

function asReject({ path, reason, size }: Skipped) {
  return { at: size === undefined ? path : `${path}, ${bytes(size)}`, reason }
}

/** How many there are of each reason, each with one of the places. */
function byReason(kind: string, items: readonly { at: string; reason: string }[]): string[] {
  if (items.length === 0) return []
  const groups = [...Map.groupBy(items, item => generalised(item.reason))].sort((a, b) => b[1].length - a[1].length)
  const shown = groups
    .slice(0, SHOWN)
    .map(([reason, same]) => `  ${count(same.length)} × ${reason} (${same.length === 1 ? '' : 'e.g. '}${same[0]!.at})`)
  const more = groups.length > SHOWN ? [`  and ${count(groups.length - SHOWN)} other reasons: --report FILE has them all`] : []
  return [`${kind}: ${count(items.length)}`, ...shown, ...more]
}

/** The files with most places that could not be read, each with the first of them. */
function unreadable(damage: readonly string[]): string[] {
  const byFile = [...Map.groupBy(damage, place => /^(.*?):\d+(?: @\d+)?: /.exec(place)?.[1] ?? place)].sort(
    (a, b) => b[1].length - a[1].length,
  )
  const shown = byFile
    .slice(0, SHOWN)
    .map(
      ([, places]) =>
        `  unreadable: ${places[0]}${places.length === 1 ? '' : ` and ${counted(places.length - 1, 'other place')} in this file`}`,
    )
  return [...shown, ...(byFile.length > SHOWN ? [`  and places in ${counted(byFile.length - SHOWN, 'other file')}`] : [])]
}

/** Reasons differ by the file they name; people want to see the kinds. */
function generalised(reason: string): string {
  return reason.replace(/(?: as)? (?:in|file) \S+[/.]\S+/g, match => (match.startsWith(' as') ? ' as another' : '')).slice(0, 160)
}
