import type { RunManifest } from '../../dataset/run/manifest.ts'

/** What is known of a session when it ends. */
export type SessionEnd = { stopped: string | null; hasSeed: boolean; isRetry: boolean; isSeedUsedUp: boolean }

/** How a run stands after a session, judged by what is committed, and why it does not have the rows it was to have. */
export function verdict(
  { target, rows, drawn_rows }: RunManifest,
  { stopped, hasSeed, isRetry, isSeedUsedUp }: SessionEnd,
): [status: RunManifest['status'], reason: string | null] {
  if (stopped !== null) return ['stopped', stopped]
  const { num_records: wanted, accept } = target
  const made = accept === null ? drawn_rows : rows
  if (wanted === null ? !isRetry : made >= wanted) return ['complete', null]
  if (isRetry && !isSeedUsedUp) return ['stopped', 'What failed was tried again; the rest is not made yet']
  if (accept === null)
    return [
      'complete',
      `Only ${drawn_rows} of ${wanted} rows were drawn: the seed has no more, and its rows are drawn again only on request`,
    ]
  const offered = hasSeed ? `the seed has no more than ${drawn_rows} rows to offer` : `of ${drawn_rows} tries no more were accepted`
  return ['complete', `Only ${rows} of ${wanted} rows were accepted: ${offered}`]
}
