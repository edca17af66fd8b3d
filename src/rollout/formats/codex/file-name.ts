/** What the name of a rollout file says of the thread in it. */
export type FileName = {
  thread: string | null // null: the name does not say
  revision: string | null // set on a rewritten copy of the thread
}

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'
const THREAD_FILE = new RegExp(`(${UUID})(?:_([^/]+))?\\.jsonl(?:\\.zst)?$`, 'i')
const DOCUMENT_FILE = /(?:^|\/)rollout-\d{4}-\d{2}-\d{2}(?:T[\d-]+)?-([^/]+)\.json$/

/** Read a thread's id off a path: `rollout-<time>-<thread>[_<revision>].jsonl[.zst]`, or `rollout-<date>-<thread>.json`. */
export function parseFileName(path: string): FileName {
  const [, thread, revision] = THREAD_FILE.exec(path) ?? []
  if (thread !== undefined) return { thread: thread.toLowerCase(), revision: revision ?? null }
  return { thread: DOCUMENT_FILE.exec(path)?.[1] ?? null, revision: null }
}

/** Whether the name alone tells that the file is a rollout. */
export function isNamedAsRollout(path: string): boolean {
  return /(?:^|\/)rollout-[^/]*$/.test(path)
}
