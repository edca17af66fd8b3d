/** Earliest (-1) or latest (1) of ISO timestamps, as instants; text that is no date is passed over. */
export function extreme(timestamps: readonly string[], direction: -1 | 1): string | null {
  const likely = extremeText(timestamps, direction)
  if (likely !== null && !Number.isNaN(Date.parse(likely))) return likely
  let best: string | null = null
  let bestTime = Number.NaN
  for (const timestamp of timestamps) {
    const time = Date.parse(timestamp)
    if (Number.isNaN(time)) continue
    if (best === null || (time - bestTime) * direction > 0) [best, bestTime] = [timestamp, time]
  }
  return best
}

/** The same where all are written alike, for then they stand in the order of their text; null where they are not. */
function extremeText(timestamps: readonly string[], direction: -1 | 1): string | null {
  let best: string | null = null
  for (const timestamp of timestamps) {
    if (timestamp.length !== 24 || timestamp[4] !== '-' || timestamp[10] !== 'T' || timestamp[23] !== 'Z') return null
    if (best === null || (direction > 0 ? timestamp > best : timestamp < best)) best = timestamp
  }
  return best
}
