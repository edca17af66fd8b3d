import { basename } from 'node:path'

/** Whether a file is a store, an export or a session of OpenCode, or part of one. */
export function sniff(path: string, head: string): boolean {
  return kindByHead(path, head) !== null
}

/** What a file is: a store, an export, or a piece of the tree of files that OpenCode kept before version 1.2. */
export type Kind = 'store' | 'export' | 'session' | 'message' | 'part'

const STORE_NAME = /^(?:opencode|kilo|mimocode|mimicode)[\w-]*\.db$/

/** What a file is, by its first bytes; of a store also by its name, since its tables may stand further behind. */
export function kindByHead(path: string, head: string): Kind | null {
  if (head.startsWith('SQLite format 3\0'))
    return STORE_NAME.test(basename(path)) || (/`?part`?\s*\(/.test(head) && head.includes('message_id')) ? 'store' : null
  if (!/^\uFEFF?\s*\{/.test(head)) return null
  const has = (key: string) => new RegExp(`(?<!\\\\)"${key}"\\s*:`).test(head)
  if (has('info') && has('messages') && has('parts') && (has('sessionID') || has('projectID'))) return 'export'
  if (has('sessionID') && has('messageID') && has('type')) return 'part'
  if (kindByPlace(path)?.kind === 'part' && has('id') && has('type')) return 'part'
  if (has('sessionID') && has('role') && has('time')) return 'message'
  if (has('projectID') && has('directory') && has('time')) return 'session'
  return null
}

/** What a file of the tree is, by where it lies; null where it does not lie in one. */
export function kindByPlace(path: string): { kind: 'session' | 'message' | 'part'; storage: string; owner: string } | null {
  const found = /^(?:(.*)\/)?(session|message|part)\/([^/]+)\/[^/]+\.json$/.exec(path)
  if (found === null) return null
  return { kind: found[2] as 'session', storage: found[1] ?? '', owner: found[3]! }
}

/** What lies beside sessions in the folder and is none. */
export const ASIDE = /(?:^|\/)(?:project|todo|session_diff|session_share|share|permission|migration|snapshot|log)(?:\/|$|\.json$)/
