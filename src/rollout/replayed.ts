import { writeJson } from '../json/exact.ts'
import type { MessageMeta, RolloutRow, Usage } from './conversation/row.ts'
import { dollars, sumUsage } from './conversation/usage.ts'
import type { LedgerSummary } from './log/ledger.ts'

/** Records of a unit that turned out to be told by another one already, by the bucket they were in. */
export type ReplayedRecords = { emitted: number; merged: number }

/** Mark messages of a row as a replay: they are counted, paid for and trained on elsewhere. Results follow their call. */
export function markReplayed(row: Pick<RolloutRow, 'message_meta' | 'usage'>, isCopied: (message: number) => boolean): typeof row {
  const before = row.message_meta
  const message_meta: MessageMeta[] = []
  for (const [i, meta] of before.entries()) {
    const follows = meta.origin === 'tool' && message_meta[i - 1]?.replay === true && before[i - 1]?.origin !== 'human'
    message_meta.push(isCopied(i) || follows ? { ...meta, train: false, replay: true } : meta)
  }
  return { message_meta, usage: usageOfRest(row.usage, before, message_meta) }
}

/**
 * A row's tokens without those of messages that are a replay now. Totals hold more than the messages where something else was paid for
 * too, as summing up for a compaction; totals that hold less never counted what was copied.
 */
function usageOfRest(usage: RolloutRow['usage'], before: readonly MessageMeta[], after: readonly MessageMeta[]): RolloutRow['usage'] {
  const sumOf = (metas: readonly MessageMeta[]) =>
    sumUsage(metas.flatMap(({ usage, replay }) => (usage === undefined || replay ? [] : [usage])))
  const [all, rest] = [sumOf(before), sumOf(after)]
  if (usage === null || all === null || writeJson(usage) === writeJson(all)) return all === null ? usage : rest
  const without = (key: keyof Usage): number | null => {
    const [total, told, own] = [usage[key], all[key], rest?.[key] ?? 0]
    if (total === null || told === null || total < told) return total
    return key === 'cost_usd' ? dollars(total - told + own) : total - told + own
  }
  return {
    input_tokens: without('input_tokens'),
    output_tokens: without('output_tokens'),
    cached_input_tokens: without('cached_input_tokens'),
    cache_write_tokens: without('cache_write_tokens'),
    reasoning_tokens: without('reasoning_tokens'),
    cost_usd: without('cost_usd'),
  }
}

/** A unit's ledger with the rows that were admitted. Records of what another unit told are a replay: all, where no row was admitted. */
export function admittedLedger(
  ledger: LedgerSummary,
  rows: string[],
  replayed: ReplayedRecords = { emitted: 0, merged: 0 },
): LedgerSummary {
  const { buckets } = ledger
  const { emitted, merged } = rows.length === 0 && ledger.rows.length > 0 ? buckets : replayed
  const moved = { emitted: Math.min(emitted, buckets.emitted), merged: Math.min(merged, buckets.merged) }
  return {
    ...ledger,
    rows,
    buckets: {
      ...buckets,
      emitted: buckets.emitted - moved.emitted,
      merged: buckets.merged - moved.merged,
      replay: buckets.replay + moved.emitted + moved.merged,
    },
  }
}

/** Count the records of messages that are a replay now and were none, but for those that stand in another message too. */
export function addReplayed(counts: ReplayedRecords, message_meta: readonly MessageMeta[], isReplayed: (message: number) => boolean): void {
  const recordsOf = ({ record, records, file = '', replay }: MessageMeta) => {
    const all = replay ? [] : (records ?? (record === null ? [] : [record]))
    return all.map(position => `${file}:${position}`)
  }
  const others = new Set(message_meta.filter((_, i) => !isReplayed(i)).flatMap(recordsOf))
  const told = new Set<string>()
  for (const [i, meta] of message_meta.entries()) {
    if (!isReplayed(i)) continue
    for (const [nth, record] of recordsOf(meta).entries()) {
      if (told.has(record) || others.has(record)) continue
      told.add(record)
      counts[nth === 0 ? 'emitted' : 'merged']++
    }
  }
}
