/** Earliest (-1) or latest (1) of ISO timestamps, as instants; text that is no date is passed over. */
export function extreme(timestamps: readonly string[], direction: -1 | 1): string | null {
  let best: string | null = null
  let bestTime = Number.NaN
  for (const timestamp of timestamps) {
    const time = Date.parse(timestamp)
    if (Number.isNaN(time)) continue
    if (best === null || (time - bestTime) * direction > 0) [best, bestTime] = [timestamp, time]
  }
  return best
}
