import { basename } from 'node:path'

/** Whether a file is a store of threads, or one thread. */
export function sniff(path: string, head: string): boolean {
  return kindByHead(path, head) !== null
}

/** How threads are kept in a file: a store of many, one as a document. */
export type Kind = 'store' | 'document'

/** What a file is, by its first bytes; a store whose tables are in its write-ahead log so far, by its name. */
export function kindByHead(path: string, head: string): Kind | null {
  if (head.startsWith('SQLite format 3\0'))
    return TABLE.test(head) || (basename(path) === 'threads.db' && !/CREATE TABLE/i.test(head)) ? 'store' : null
  if (!/^\uFEFF?\s*\{/.test(head)) return null
  const has = (key: string) => new RegExp(`(?<!\\\\)"${key}"\\s*:`).test(head)
  if (!has('messages') || !has('updated_at') || !/"version"\s*:\s*"[01]\.\d+\.\d+"/.test(head)) return null
  return (has('title') && (has('User') || has('Agent'))) || (has('summary') && has('segments')) ? 'document' : null
}

/** The statement that made the table of threads. */
const TABLE = /CREATE TABLE (?:IF NOT EXISTS )?["'`]?threads["'`]?\s*\([^;\0]{0,1000}?\bdata_type\b/i
