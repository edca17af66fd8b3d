import { statSync } from 'node:fs'
import { basename } from 'node:path'
import { refuseMore } from '../fields.ts'
import { systemReason } from '../system-error.ts'
import { findUnits } from './find.ts'
import type { RolloutFormat } from './format.ts'
import { gzippedLog } from './gzipped-log.ts'
import { formatLike } from './judge-file.ts'
import type { FormatName } from './known-formats.ts'
import { judgeHead } from './log/head.ts'
import type { Skipped, Source } from './log/source.ts'
import { beginningOf, passedOver } from './passed-over.ts'
import { SessionTally } from './session-tally.ts'

/** What of one agent lies in a folder. */
export type ScannedFormat = {
  /** Name of the format. */
  format: FormatName
  /** Product name, for people. */
  title: string
  /** Units: sessions, as far as file names tell. */
  sessions: number
  /** Number of files. */
  files: number
  /** Size of its files. */
  bytes: number
  /** Day on which the first of the sessions began, as far as names and a sample of records tell. */
  oldest: string | null
  /** Day of the last of them. */
  newest: string | null
}

/** A file that is no session, or of no known kind. */
export type PassedOver = {
  /** Relative to the folder. */
  path: string
  /** Bytes; null: it cannot be told. */
  size: number | null
  /** What its first record calls itself; null: it cannot be read. */
  begins_with: string | null
  /** Why, for people. */
  reason: string
  /** It may be a session: not to know its kind is a loss. */
  is_loud: boolean
}

/** Everything in a folder: what is read, and every file that is not. */
export type FolderScan = {
  /** The folder. */
  path: string
  /** Formats of which there are logs, with how many. */
  found: ScannedFormat[]
  /** Files that are none. */
  passed_over: PassedOver[]
}

/** Look through a folder, or at one file. Of a file that is passed over, its beginning is read, whatever its name. */
export async function scanFolder(path: string, ...more: never[]): Promise<FolderScan> {
  refuseMore(more, 'scanFolder', 'a path')
  const { units, sources, skipped, roots } = await findUnits({ format: 'auto', path })
  try {
    const tallies = new Map<RolloutFormat, SessionTally>()
    for (const ref of units) {
      const tally = tallies.get(ref.format) ?? new SessionTally()
      tallies.set(ref.format, tally)
      tally.take(ref)
    }
    const found: ScannedFormat[] = []
    for (const [{ name, title }, tally] of tallies) found.push({ format: name as FormatName, title, ...(await tally.counts()) })
    found.sort((a, b) => b.sessions - a.sessions)
    const used = new Set(units.flatMap(({ unit }) => unit.files))
    return { path: roots[0]!, found, passed_over: await passedOverIn(sources[0]!, roots[0]!, used, skipped) }
  } finally {
    for (const source of sources) source[Symbol.dispose]()
  }
}

/** What SQLite keeps beside a database: it is read with it. */
const SIDE_OF_DATABASE = /-(?:wal|shm|journal)$/

async function passedOverIn(source: Source, path: string, used: ReadonlySet<string>, skipped: readonly Skipped[]): Promise<PassedOver[]> {
  const known = new Map(skipped.map(one => [one.path, one]))
  const unlisted: Skipped[] = []
  const files = statSync(path).isFile() ? [basename(path)] : source.list({ patterns: ['*'], recursive: true, skipped: unlisted })
  for (const one of unlisted) if (!known.has(one.path)) known.set(one.path, one)
  const entries: PassedOver[] = []
  const isRead = (file: string) => used.has(file) || known.get(file)?.isJoined === true || used.has(file.replace(SIDE_OF_DATABASE, ''))
  for (const file of files) if (!isRead(file)) entries.push(await looked(source, file, known.get(file) ?? null))
  // Folders that cannot be listed, links that lead elsewhere, and sessions of a store are no files here.
  const listed = new Set(files)
  for (const { path, size = null, reason, isLoud = false } of known.values())
    if (!listed.has(path)) entries.push({ path, size, begins_with: null, reason, is_loud: isLoud })
  return entries
}

/** A file that is not read, looked at. */
async function looked(source: Source, path: string, known: Skipped | null): Promise<PassedOver> {
  const size = source.facts(path)?.size ?? null
  try {
    let head = ''
    const format = await judgeHead(source, path, text => formatLike(path, (head = text)))
    const { reason, isLoud = false } = known ?? notListed(source, path, head, format)
    return { path, size, begins_with: beginningOf(head), reason, is_loud: isLoud }
  } catch (error) {
    return { path, size, begins_with: null, reason: `Cannot read file: ${systemReason(error)}`, is_loud: true }
  }
}

/** Why a file is not read that no format looks for by its name. */
function notListed(source: Source, path: string, head: string, format: RolloutFormat | null): Skipped {
  if (format === null) return gzippedLog(source, path) ?? passedOver(path, head)
  return { path, reason: `Looks like a log of ${format.title} under a name that is not looked for: read it by its name`, isLoud: true }
}
