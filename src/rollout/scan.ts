import { existsSync } from 'node:fs'
import { messageOf } from '../errors.ts'
import { type FormatName, findUnits, formatByName, rootPath } from './find.ts'
import { DayRange } from './session-days.ts'

/** What one agent has left on this machine. */
export type ScanEntry = {
  /** Name of the format. */
  format: FormatName
  /** Product name, for people. */
  title: string
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
export async function scanMachine(env: NodeJS.ProcessEnv = process.env): Promise<ScanEntry[]> {
  const entries: ScanEntry[] = []
  for (const format of formatByName.values()) {
    if (format.roots.length === 0) continue
    const roots = format.roots.flatMap(root =>
      [...(root.folders ?? ['']), ...(root.files ?? [])].map(name =>
        name === '' ? rootPath(root, env) : `${rootPath(root, env)}/${name}`,
      ),
    )
    const unique = [...new Set(roots)]
    const entry: ScanEntry = {
      format: format.name as FormatName,
      title: format.title,
      roots: unique.filter(root => existsSync(root)),
      absent: unique.filter(root => !existsSync(root)),
      sessions: 0,
      files: 0,
      bytes: 0,
      oldest: null,
      newest: null,
      error: null,
    }
    try {
      await addFound(entry, env)
    } catch (error) {
      entry.error = messageOf(error)
    }
    entries.push(entry)
  }
  return entries
}

async function addFound(entry: ScanEntry, env: NodeJS.ProcessEnv): Promise<void> {
  const { units, sources } = await findUnits({ format: entry.format, env })
  const seen = new Set<string>()
  const days = new DayRange()
  entry.sessions = units.length
  for (const { format, source, unit } of units) {
    days.take(format, source, unit)
    for (const file of unit.files) {
      const facts = source.facts(file)
      if (facts === null || seen.has(`${source.root}/${file}`)) continue
      seen.add(`${source.root}/${file}`)
      entry.bytes += facts.size
    }
  }
  entry.files = seen.size
  Object.assign(entry, await days.span())
  for (const source of sources) source.close()
}
