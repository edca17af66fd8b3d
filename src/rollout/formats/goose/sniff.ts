import { basename } from 'node:path'

/** Whether a file is a store of Goose, a session of before it had one, or one that was exported. */
export function sniff(path: string, head: string): boolean {
  return kindByHead(path, head) !== null
}

/** How sessions are kept in a file: a store of many, one as lines, one that was exported. */
export type Kind = 'store' | 'lines' | 'export'

/** What a file is, by its first bytes; a store whose tables are in its write-ahead log so far, by its name. */
export function kindByHead(path: string, head: string): Kind | null {
  if (head.startsWith('SQLite format 3\0'))
    return TABLE.test(head) || (basename(path) === 'sessions.db' && !/CREATE TABLE/i.test(head)) ? 'store' : null
  if (!/^\uFEFF?\s*\{/.test(head)) return null
  const has = (key: string) => new RegExp(`(?<!\\\\)"${key}"\\s*:`).test(head)
  if (!has('working_dir')) return null
  if (has('conversation') && (has('extension_data') || has('session_type'))) return 'export'
  return has('message_count') || (has('description') && has('total_tokens')) ? 'lines' : null
}

/** The statement that made the table of messages. */
const TABLE = /CREATE TABLE (?:IF NOT EXISTS )?["'`]?messages["'`]?\s*\([^;\0]{0,2000}?\bcontent_json\b/i
