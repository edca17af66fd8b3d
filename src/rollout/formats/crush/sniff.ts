import { basename } from 'node:path'

/** Whether a file is a store of Crush, or a session it printed. */
export function sniff(path: string, head: string): boolean {
  return kindByHead(path, head) !== null
}

/** How sessions are kept in a file: a store of many, one that was printed. */
export type Kind = 'store' | 'print'

/** What a file is, by its first bytes; a store whose tables are in its write-ahead log so far, by its name. */
export function kindByHead(path: string, head: string): Kind | null {
  if (head.startsWith('SQLite format 3\0'))
    return TABLE.test(head) || (basename(path) === 'crush.db' && !/CREATE TABLE/i.test(head)) ? 'store' : null
  if (!/^\uFEFF?\s*\{/.test(head)) return null
  const has = (key: string) => new RegExp(`(?<!\\\\)"${key}"\\s*:`).test(head)
  return has('meta') && has('uuid') && has('messages') && has('completion_tokens') ? 'print' : null
}

/** The statement that made the table of messages. */
const TABLE = /CREATE TABLE (?:IF NOT EXISTS )?["'`]?messages["'`]?\s*\([^;\0]{0,400}?\bsession_id\b[^;\0]{0,400}?\bparts TEXT\b/i
