import { messageOf } from '../errors.ts'
import { type FormatName, findUnits, formatByName, rootPath } from './find.ts'

/** What one agent has left on this machine. */
export type ScanEntry = {
  format: FormatName
  title: string
  /** Folders looked into. */
  roots: string[]
  /** Units: sessions, as far as file names tell. */
  sessions: number
  files: number
  bytes: number
  /** ISO 8601, last change of the file changed longest ago. */
  oldest: string | null
  newest: string | null
  /** Why nothing could be listed. */
  error: string | null
}

/** Look for every agent's logs at their usual places. Lists and stats files; opens none but stores that hold many sessions. */
export async function scanMachine(env: NodeJS.ProcessEnv = process.env): Promise<ScanEntry[]> {
  const entries: ScanEntry[] = []
  for (const format of formatByName.values()) {
    if (format.roots.length === 0) continue
    const roots = format.roots.flatMap(root =>
      (root.folders ?? ['']).map(folder => (folder === '' ? rootPath(root, env) : `${rootPath(root, env)}/${folder}`)),
    )
    const entry: ScanEntry = {
      format: format.name as FormatName,
      title: format.title,
      roots: [...new Set(roots)],
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
  let [oldest, newest] = [Infinity, -Infinity]
  entry.sessions = units.length
  for (const { source, unit } of units) {
    for (const file of unit.files) {
      const facts = source.facts(file)
      if (facts === null || seen.has(`${source.root}/${file}`)) continue
      seen.add(`${source.root}/${file}`)
      entry.bytes += facts.size
      oldest = Math.min(oldest, facts.mtimeMs)
      newest = Math.max(newest, facts.mtimeMs)
    }
  }
  entry.files = seen.size
  if (seen.size > 0) [entry.oldest, entry.newest] = [new Date(oldest).toISOString(), new Date(newest).toISOString()]
  for (const source of sources) source.close()
}
