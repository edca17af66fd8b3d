import type { JsonObject } from '../../json/json.ts'
import { isoTime } from './iso-time.ts'

/** Earliest and latest of ISO timestamps, as instants; null, and text that is no date, are passed over. */
export function bounds(timestamps: readonly (string | null)[]): { first: string | null; last: string | null } {
  const likely = areAlike(timestamps) ? boundsOfText(timestamps) : null
  return {
    first: likely !== null && isDate(likely.first) ? likely.first : extreme(timestamps, -1),
    last: likely !== null && isDate(likely.last) ? likely.last : extreme(timestamps, 1),
  }
}

function extreme(timestamps: readonly (string | null)[], direction: -1 | 1): string | null {
  let best: string | null = null
  let bestTime = Number.NaN
  for (const timestamp of timestamps) {
    if (timestamp === null) continue
    const time = Date.parse(timestamp)
    if (Number.isNaN(time)) continue
    if (best === null || (time - bestTime) * direction > 0) [best, bestTime] = [timestamp, time]
  }
  return best
}

/** Whether all are there and written alike, for then they stand in the order of their text. */
function areAlike(timestamps: readonly (string | null)[]): timestamps is readonly string[] {
  for (const text of timestamps)
    if (text === null || text.length !== 24 || text.charCodeAt(4) !== 0x2d || text.charCodeAt(10) !== 0x54 || text.charCodeAt(23) !== 0x5a)
      return false
  return timestamps.length > 0
}

function boundsOfText(timestamps: readonly string[]): { first: string; last: string } {
  let first = timestamps[0]!
  let last = first
  // Logs go on in time: most are the latest so far.
  for (const timestamp of timestamps)
    if (timestamp > last) last = timestamp
    else if (timestamp < first) first = timestamp
  return { first, last }
}

function isDate(timestamp: string): boolean {
  return !Number.isNaN(Date.parse(timestamp))
}

/** The first and the last time in a store, ISO 8601. */
export type StoredSpan = {
  /** The first. */
  first: string
  /** The last. */
  last: string
}

/** The span that rows of a query tell, by their columns `first` and `last`: of the first row in which both are times. */
export function spanOf(rows: Iterable<JsonObject>): StoredSpan | null {
  for (const row of rows) {
    const [first, last] = [isoTime(row['first']), isoTime(row['last'])]
    if (first !== null && last !== null) return { first, last }
  }
  return null
}
