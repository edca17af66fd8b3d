import { existsSync, readdirSync } from 'node:fs'
import { messageOf, TracewrightError } from '../errors.ts'
import { refuseMore } from '../fields.ts'
import { fnmatch } from '../python/fnmatch.ts'
import { rootPath, rootsOn } from './default-roots.ts'
import { findUnits } from './find.ts'
import type { DefaultRoot } from './format.ts'
import { type FormatName, formatByName } from './known-formats.ts'
import { SessionTally } from './session-tally.ts'

/** What one agent has left on this machine. */
export type ScanEntry = {
  /** Name of the format. */
  format: FormatName
  /** Product name, for people. */
  title: string
  /** What the reader is made from: real logs, or the producer's source and documents alone. */
  evidence: 'files' | 'source'
  /** Folders and files looked into that are there. */
  roots: string[]
  /** And those that are not. */
  absent: string[]
  /** Units: sessions, as far as file names tell. */
  sessions: number
  /** Number of files. */
  files: number
  /** Size in bytes. */
  bytes: number
  /** Day on which the first of the sessions began, as far as names and a sample of records tell. */
  oldest: string | null
  /** Day of the last of them. */
  newest: string | null
  /** Why nothing could be listed. */
  error: string | null
}

/**
 * Look for every agent's logs at their usual places. Lists and stats files; opens stores that hold many sessions, and, where no name
 * tells when sessions were, looks at both ends of a sample of files.
 */
export async function scanMachine(
  env: NodeJS.ProcessEnv = process.env,
  platform = process.platform,
  ...more: never[]
): Promise<ScanEntry[]> {
  refuseMore(more, 'scanMachine', 'an environment and a platform')
  const other = Object.entries(env).find(([, value]) => value !== undefined && typeof value !== 'string')
  if (other !== undefined)
    throw new TracewrightError('usage', `Cannot scan this machine: '${other[0]}' is no variable of an environment`, {
      hint: 'Give environment and platform one after the other: scanMachine(env, platform)',
    })
  const entries: ScanEntry[] = []
  for (const format of formatByName.values()) {
    if (rootsOn(format, platform).length === 0) continue
    const places = rootsOn(format, platform).flatMap(root => placesOf(root, env))
    const pathsOf = (isThere: boolean) => [...new Set(places.filter(place => place.isThere === isThere).map(({ path }) => path))]
    const entry: ScanEntry = {
      format: format.name as FormatName,
      title: format.title,
      evidence: format.evidence,
      roots: pathsOf(true),
      absent: pathsOf(false),
      sessions: 0,
      files: 0,
      bytes: 0,
      oldest: null,
      newest: null,
      error: null,
    }
    try {
      await addFound(entry, env, platform)
    } catch (error) {
      entry.error = messageOf(error)
    }
    entries.push(entry)
  }
  return entries
}

/** Where a format looks below one of its roots; of files, each that meets a pattern, or the pattern itself where none does. */
function placesOf(root: DefaultRoot, env: NodeJS.ProcessEnv): { path: string; isThere: boolean }[] {
  const top = rootPath(root, env)
  const names = root.files === undefined || !existsSync(top) ? [] : readdirSync(top)
  const files = (root.files ?? []).flatMap(pattern => {
    const found = names.filter(fnmatch(pattern))
    return found.length === 0 ? [pattern] : found
  })
  const paths = [
    ...(root.folders ?? ['']).map(folder => (folder === '' ? top : `${top}/${folder}`)),
    ...files.map(name => `${top}/${name}`),
  ]
  return paths.map(path => ({ path, isThere: existsSync(path) }))
}

async function addFound(entry: ScanEntry, env: NodeJS.ProcessEnv, platform: NodeJS.Platform): Promise<void> {
  const { units, sources, roots } = await findUnits({ format: entry.format, env, platform })
  if (formatByName.get(entry.format)!.namedRoots !== undefined)
    entry.roots.push(...roots.filter(root => !entry.roots.includes(root) && !entry.absent.includes(root)))
  try {
    const tally = new SessionTally()
    for (const ref of units) tally.take(ref)
    Object.assign(entry, await tally.counts())
  } finally {
    for (const source of sources) source[Symbol.dispose]()
  }
}
