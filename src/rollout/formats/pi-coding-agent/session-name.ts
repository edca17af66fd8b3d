import { basename } from 'node:path'
import { plainName } from '../../log/plain-name.ts'

/** What the name of a session file says. */
export type SessionName = {
  id: string | null // the session's id, where the name is one that the producer gives
  stem: string // the name without its endings
  archived: 'deleted' | 'reset' | null // OpenClaw renames sessions instead of removing them
}

const ARCHIVED = /\.(deleted|reset)\.[^/]*$/
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
/** What file managers put behind the name of a copy. */
const COPY = /(?: \(\d+\)| - Copy(?: \(\d+\))?| copy(?: \d+)?)$/
const STAMPED = /^\d{4}-\d\d-\d\dT[\d-]+Z?_(.+)$/

/** Read a file's name: `<time>_<id>.jsonl` as Pi gives them, or `<id>.jsonl` as OpenClaw does. */
export function sessionName(path: string): SessionName {
  const base = basename(plainName(path))
  const archived = ARCHIVED.exec(base)?.[1] as 'deleted' | 'reset' | undefined
  const stem = base
    .replace(ARCHIVED, '')
    .replace(/\.jsonl$/, '')
    .replace(COPY, '')
  const id = STAMPED.exec(stem)?.[1] ?? (UUID.test(stem) ? stem : null)
  return { id, stem, archived: archived ?? null }
}
