import type { RunTarget } from '../../dataset/run/manifest.ts'

/** What is to be known of a shard that is done, to tell which others are needed. */
export type DoneShard = { shard: number; rows: number }

/**
 * How many of the first shards make the whole: all, or, where so many rows are to be accepted, those up to the one with the last of them,
 * as soon as all of these are done. `done`: in the order of their numbers.
 */
export function neededShards(plan: { shards: number; run: { target: RunTarget } }, done: Iterable<DoneShard>): number {
  const { accept, num_records } = plan.run.target
  if (accept === null || num_records === null) return plan.shards
  let rows = 0
  let next = 0
  for (const { shard, rows: accepted } of done) {
    if (shard !== next) break
    next++
    rows += accepted
    if (rows >= num_records) return next
  }
  return plan.shards
}
