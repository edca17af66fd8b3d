import type { RunManifest } from '../dataset/run/manifest.ts'

/** What is known of a session when it ends. */
export type SessionEnd = { stopped: string | null; hasSeed: boolean; isRetry: boolean }

/** How a run stands after a session, and why it does not have the rows it was to have. */
export function verdict(
  { target, rows, drawn_rows }: RunManifest,
  { stopped, hasSeed, isRetry }: SessionEnd,
): [status: RunManifest['status'], reason: string | null] {
  if (stopped !== null) return ['stopped', stopped]
  const isReached = target.accept === null ? drawn_rows >= target.num_records : rows >= target.num_records
  if (isReached || (!isRetry && target.accept === null)) return ['complete', null]
  if (isRetry) return ['stopped', 'What failed was tried again; the rest is not made yet']
  const offered = hasSeed ? `the seed has no more than ${drawn_rows} rows to offer` : `of ${drawn_rows} tries no more were accepted`
  return ['complete', `Only ${rows} of ${target.num_records} rows were accepted: ${offered}`]
}
